import gc
import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from graph.errors import StoreUnavailable
from graph.store.engine.jars import (
    LOCK,
    SPEC,
    JarRefused,
    Progress,
    bar,
    class_path,
    locked_jars,
    main,
    write_lock,
)

# jgo leaves a source's response open if it is not a whole file.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

HAMMER = "org.example:hammer:1.0"
NAILS = "org.example:nails:2.1:linux-x86_64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A source of jars on this machine, the empty cache that it fills, and a lock file."""

    source: Path
    cache: Path
    lock: Path
    server: ThreadingHTTPServer

    def offer(self, coordinates: str, content: bytes) -> None:
        file = _below(self.source, coordinates)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def lock_jars(self, **contents: bytes) -> None:
        names = {"hammer": HAMMER, "nails": NAILS}
        lines = [
            f'"{names[name]}" = "{hashlib.sha256(content).hexdigest()}"\n'
            for name, content in contents.items()
        ]
        self.lock.write_text("[jars]\n" + "".join(lines))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class JarHandler(SimpleHTTPRequestHandler):
    """Serves files, but breaks off in the middle of a hammer while there is a file `cut`."""

    def do_GET(self) -> None:
        if "hammer" not in self.path or not (Path(self.directory) / "cut").exists():
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half of a ham")
        return None

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing on the terminal."""


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    source, conf = tmp_path / "source", tmp_path / "jgo.conf"
    source.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(JarHandler, directory=str(source)))
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    conf.write_text(f"[repositories]\ncentral = http://127.0.0.1:{server.server_port}\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(conf))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    place = Workshop(
        source=source, cache=tmp_path / "cache", lock=tmp_path / "jars.lock", server=server
    )
    yield place
    place.close()
    gc.collect()  # so that jgo's open responses warn here, where the filter above applies


def _below(folder: Path, coordinates: str) -> Path:
    group, artifact, version, *classifier = coordinates.split(":")
    name = "-".join([artifact, version, *classifier])
    return folder.joinpath(*group.split("."), artifact, version, f"{name}.jar")


def _record_to(reports: list[tuple[int, int, str]]) -> Progress:
    def note(done: int, total: int, name: str) -> None:
        reports.append((done, total, name))

    return note


def test_the_lock_holds_what_jgo_toml_asks_for_and_names_no_host() -> None:
    coordinates: list[str] = tomllib.loads(SPEC.read_text("utf-8"))["dependencies"]["coordinates"]
    jars = locked_jars()
    assert {jar.coordinates for jar in jars} >= set(coordinates)
    assert all(len(bytes.fromhex(jar.sha256)) == 32 for jar in jars)
    assert "//" not in LOCK.read_text("utf-8")


def test_missing_jars_are_fetched_and_each_is_reported(workshop: Workshop) -> None:
    workshop.offer(HAMMER, b"iron")
    workshop.offer(NAILS, b"steel")
    workshop.lock_jars(hammer=b"iron", nails=b"steel")
    reports: list[tuple[int, int, str]] = []
    jars = class_path(workshop.lock, progress=_record_to(reports))
    assert jars == (_below(workshop.cache, HAMMER), _below(workshop.cache, NAILS))
    assert [file.read_bytes() for file in jars] == [b"iron", b"steel"]
    assert [(done, total) for done, total, _ in reports] == [(0, 2), (1, 2), (2, 2)]
    assert {name for _, _, name in reports} == {"", "hammer", "nails"}


def test_with_all_jars_cached_nothing_is_reported_and_no_source_is_contacted(
    workshop: Workshop,
) -> None:
    workshop.offer(HAMMER, b"iron")
    workshop.lock_jars(hammer=b"iron")
    class_path(workshop.lock)
    workshop.close()
    reports: list[tuple[int, int, str]] = []
    class_path(workshop.lock, progress=_record_to(reports))
    assert reports == []


def test_a_damaged_jar_is_named_with_both_sums_and_fetched_anew_once_deleted(
    workshop: Workshop,
) -> None:
    workshop.offer(HAMMER, b"iron")
    workshop.lock_jars(hammer=b"iron")
    (file,) = class_path(workshop.lock)
    file.write_bytes(b"ir")
    with pytest.raises(JarRefused, match="fix: delete that file") as refused:
        class_path(workshop.lock)
    for text in (HAMMER, str(file), *(hashlib.sha256(it).hexdigest() for it in (b"iron", b"ir"))):
        assert text in str(refused.value)
    file.unlink()
    class_path(workshop.lock)
    assert file.read_bytes() == b"iron"


def test_the_command_refuses_an_unknown_argument_and_fetch_prints_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match=r"fetch \| lock"):
        main(["unlock"])
    main(["fetch"])
    assert capsys.readouterr().out == ""


def test_another_jar_than_the_locked_one_never_reaches_the_cache(workshop: Workshop) -> None:
    workshop.offer(HAMMER, b"poison")
    workshop.lock_jars(hammer=b"iron")
    with pytest.raises(JarRefused, match=hashlib.sha256(b"poison").hexdigest()):
        class_path(workshop.lock)
    assert list(workshop.cache.rglob("*.jar")) == []


def test_an_interrupted_download_leaves_no_file_and_other_jars_remain_cached(
    workshop: Workshop,
) -> None:
    workshop.offer(NAILS, b"steel")
    workshop.lock_jars(nails=b"steel")
    class_path(workshop.lock)
    (workshop.source / "cut").touch()
    workshop.lock_jars(hammer=b"iron", nails=b"steel")
    with pytest.raises(StoreUnavailable, match="what has arrived is kept"):
        class_path(workshop.lock)
    assert list(workshop.cache.rglob("*.jar")) == [_below(workshop.cache, NAILS)]


def test_a_jar_that_no_source_has_is_named(workshop: Workshop) -> None:
    workshop.lock_jars(hammer=b"iron")
    with pytest.raises(StoreUnavailable, match=f"{HAMMER} cannot be fetched"):
        class_path(workshop.lock)


def test_a_cache_that_cannot_be_a_folder_is_named(workshop: Workshop) -> None:
    workshop.lock_jars(hammer=b"iron")
    workshop.cache.write_text("a file")
    with pytest.raises(StoreUnavailable, match="is not a folder"):
        class_path(workshop.lock)


def test_a_jar_of_the_source_matches_the_lock_written_from_it(
    workshop: Workshop, tmp_path: Path
) -> None:
    workshop.offer(HAMMER, b"iron")
    pom = _below(workshop.source, HAMMER).with_suffix(".pom")
    pom.write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId>"
        "<artifactId>hammer</artifactId><version>1.0</version></project>"
    )
    spec = tmp_path / "jgo.toml"
    spec.write_text(f'[dependencies]\ncoordinates = ["{HAMMER}"]\n')
    assert write_lock(spec, workshop.lock) == 1
    assert class_path(workshop.lock) == (_below(workshop.cache, HAMMER),)


def test_a_progress_bar_without_a_report_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("Jars"):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_progress_bar_shows_its_title_and_count_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bar("Jars") as report:
        report(0, 2, "")
        report(2, 2, "hammer")
    out, err = capsys.readouterr()
    assert out == ""
    assert "Jars" in err
    assert "2/2 hammer" in err
