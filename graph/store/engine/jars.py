"""Which jars make up the embedded Neo4j, are all of them here, and is each the one we locked?

`jars.lock` names them, one a line: Maven coordinates = SHA-256. A maintainer makes it from
`jgo.toml` with `python -m graph.store.engine.jars lock`, on a fresh download.
"""

import hashlib
import sys
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.errors import StoreUnavailable
from graph.store.disk import told_of
from graph.store.progress import Progress, bar, silent

LOCK: Final = Path(__file__).with_name("jars.lock")
SPEC: Final = Path(__file__).with_name("jgo.toml")
THREADS: Final = 8  # the network is what we wait for: 32 s for 217 jars from an empty cache
_LOCK_HEAD: Final = (
    "# Made by `python -m graph.store.engine.jars lock`: coordinates = SHA-256\n[jars]\n"
)


class JarRefused(StoreUnavailable):
    """A jar is not the one that was locked, so nothing is started; names it, and the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One file of the lock; `classifier` is empty but for jars of one processor or system."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def coordinates(self) -> str:
        """As the lock writes them: `group:artifact:version`, then `:classifier` if any."""
        return ":".join(filter(None, (self.group, self.artifact, self.version, self.classifier)))

    def below(self, cache: Path) -> Path:
        """Where the jar lies, or would lie, in a Maven cache."""
        ending = f"-{self.classifier}.jar" if self.classifier else ".jar"
        folder = cache.joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}{ending}"

    def refusal(self, file: Path, found: str, fix: str) -> JarRefused:
        """The error that names this jar, where it came from, both sums and the fix."""
        return JarRefused(
            f"{file} is not the jar {self.coordinates} that Kontaktvej was checked with: "
            f"expected SHA-256 {self.sha256}, found {found}; nothing was started; fix: {fix}"
        )


def class_path(lock: Path = LOCK, *, progress: Progress = silent) -> tuple[Path, ...]:
    """The files of all locked jars, each compared with its SHA-256 just now.

    What is missing is fetched and put in place whole. Comparing 118 MB costs 0.1 s, so it is done
    at every start; with everything in place, `progress` is never called.

    Raises:
        JarRefused: a jar is another one than was locked, here or at the source.
        StoreUnavailable: a jar cannot be fetched, or the cache cannot be used.
    """
    from graph.store.engine import jar_source  # here, since jgo takes 0.4 s to import

    jars = locked_jars(lock)
    maven = jar_source.maven()
    with told_of(maven.repo_cache):
        lacking = _lacking(jars, maven.repo_cache)
        if lacking:
            jar_source.fetch(lacking, maven, progress)
    return tuple(jar.below(maven.repo_cache) for jar in jars)


def locked_jars(lock: Path = LOCK) -> tuple[Jar, ...]:
    """The jars in the order of the lock, which is that of their coordinates."""
    sums: dict[str, str] = tomllib.loads(lock.read_text("utf-8"))["jars"]
    return tuple(_jar(coordinates, sha256) for coordinates, sha256 in sums.items())


def _jar(coordinates: str, sha256: str) -> Jar:
    group, artifact, version, *classifier = coordinates.split(":")
    return Jar(
        group=group,
        artifact=artifact,
        version=version,
        classifier="".join(classifier),
        sha256=sha256,
    )


def sha256_of(file: Path) -> str:
    """The sum in hexadecimal, or an empty text where there is no such file."""
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _lacking(jars: Sequence[Jar], cache: Path) -> list[Jar]:
    files = [jar.below(cache) for jar in jars]
    with ThreadPoolExecutor(THREADS) as pool:
        sums = list(pool.map(sha256_of, files))
    for jar, file, found in zip(jars, files, sums, strict=True):
        if found not in ("", jar.sha256):
            raise jar.refusal(file, found, "delete that file and start again, to fetch it anew")
    return [jar for jar, found in zip(jars, sums, strict=True) if not found]


def write_lock(spec: Path = SPEC, lock: Path = LOCK) -> int:
    """Resolves the coordinates of `spec` anew and locks what they need; the number of jars."""
    from graph.store.engine import jar_source  # here, as in class_path

    sums = jar_source.resolved(spec)
    lines = [f'"{coordinates}" = "{sums[coordinates]}"\n' for coordinates in sorted(sums)]
    lock.write_text(_LOCK_HEAD + "".join(lines), "utf-8")
    return len(lines)


def main(arguments: Sequence[str]) -> None:
    """`fetch` puts the locked jars in place, for a set-up; `lock` is a maintainer's step."""
    match arguments:
        case ["fetch"]:
            with bar("Neo4j") as progress:
                class_path(progress=progress)
        case ["lock"]:
            sys.stderr.write(f"{write_lock()} jars locked in {LOCK}\n")
        case _:
            sys.exit("usage: python -m graph.store.engine.jars fetch | lock")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except StoreUnavailable as trouble:
        sys.exit(str(trouble))
