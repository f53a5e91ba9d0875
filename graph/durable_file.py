"""Replacing a file so that a reader or a crash meets the old one or the new one, never a part."""

import os
import sys
from pathlib import Path


def replace_file(fresh: Path, path: Path) -> None:
    """Put a file that is written and synced in place of another; on disk when it returns.

    Raises: OSError.
    """
    fresh.replace(path)
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
