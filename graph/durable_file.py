"""Atomic replacement of a file: a reader, also after a crash, finds the old content or the new."""

import os
import sys
from pathlib import Path


def replace_file(fresh: Path, path: Path) -> None:
    """Replace `path` by the written and synced file `fresh`; the change is on disk on return.

    Raises: OSError: the file cannot be replaced, or its folder cannot be synced.
    """
    fresh.replace(path)
    if sys.platform == "win32":  # Windows cannot open a folder
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
