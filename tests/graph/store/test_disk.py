import errno
import os
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.store.disk import LEAST_FREE_BYTES, require_room, unusable_error


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full at /data; fix: free some space"),
        (errno.EROFS, "/data is on a read-only disk; fix:"),
        (errno.EACCES, "/data/x may not be read or written by this user; fix:"),
        (errno.ENOTDIR, "/data/x is not a folder; fix:"),
        (errno.EIO, "/data/x cannot be used: Input/output error"),
    ],
)
def test_an_error_of_the_disk_becomes_a_sentence(number: int, sentence: str) -> None:
    error = OSError(number, os.strerror(number), "/data/x")
    assert sentence in str(unusable_error(Path("/data"), error))


def test_the_error_names_the_file_in_place_of_a_folder_and_not_a_path_below_it(
    tmp_path: Path,
) -> None:
    blocking = tmp_path / "taken"
    blocking.write_text("no folder", encoding="utf-8")
    error = OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(blocking / "home" / "neo4j"))
    assert str(unusable_error(tmp_path, error)).startswith(f"{blocking} is not a folder")


def test_an_error_without_a_file_names_the_folder() -> None:
    assert str(unusable_error(Path("/data"), OSError("odd"))) == "/data cannot be used: odd"


def test_a_disk_with_too_little_room_for_a_database_counts_as_full(tmp_path: Path) -> None:
    require_room(tmp_path)
    with pytest.raises(StoreUnavailable, match="the disk is full at /proc"):
        require_room(Path("/proc"))  # a file system of 0 bytes on every Linux
    assert LEAST_FREE_BYTES > 2 * 1024 * 1024  # the size of a fresh database
