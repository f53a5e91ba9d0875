"""The jars of the embedded Neo4j, each verified against the SHA-256 in `jars.lock`.

`jars.lock` lists them, one per line: Maven coordinates = SHA-256. A maintainer creates it from
`jgo.toml` with `python -m graph.store.engine.jars lock`, which downloads them afresh.
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
THREADS: Final = 8  # downloads are network-bound: 32 s for 217 jars from an empty cache
_LOCK_HEAD: Final = (
    "# Made by `python -m graph.store.engine.jars lock`: coordinates = SHA-256\n[jars]\n"
)


class JarRefused(StoreUnavailable):
    """A jar is not the one that was locked, so nothing is started; names it and the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One jar of the lock; `classifier` is set only for jars of one processor or system."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def coordinates(self) -> str:
        """The Maven coordinates: `group:artifact:version`, then `:classifier` if any."""
        return ":".join(filter(None, (self.group, self.artifact, self.version, self.classifier)))

    def below(self, cache: Path) -> Path:
        """Return the path of the jar in a Maven cache, whether it exists or not."""
        ending = f"-{self.classifier}.jar" if self.classifier else ".jar"
        folder = cache.joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}{ending}"

    def refusal(self, file: Path, found: str, fix: str) -> JarRefused:
        """Return the error that names the file, this jar, both checksums and the fix."""
        return JarRefused(
            f"{file} is not the jar {self.coordinates} that Kontaktvej was checked with: "
            f"expected SHA-256 {self.sha256}, found {found}; nothing was started; fix: {fix}"
        )


def class_path(lock: Path = LOCK, *, progress: Progress = silent) -> tuple[Path, ...]:
    """Return the files of all locked jars, each just compared with its SHA-256.

    Missing jars are downloaded and moved into place atomically. Comparing 118 MB takes 0.1 s, so it
    is done at every start; if no jar is missing, `progress` is never called.

    Raises:
        JarRefused: a jar differs from the locked one, in the cache or at the source.
        StoreUnavailable: a jar cannot be downloaded, or the cache cannot be used.
    """
    from graph.store.engine import jar_source  # imported late: jgo takes 0.4 s to import

    jars = locked_jars(lock)
    maven = jar_source.maven()
    with told_of(maven.repo_cache):
        lacking = _lacking(jars, maven.repo_cache)
        if lacking:
            jar_source.fetch(lacking, maven, progress)
    return tuple(jar.below(maven.repo_cache) for jar in jars)


def locked_jars(lock: Path = LOCK) -> tuple[Jar, ...]:
    """Return the jars in the order of the lock, which is that of their coordinates."""
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
    """Return the SHA-256 in hexadecimal, or an empty text if the file does not exist."""
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
    """Resolve the coordinates of `spec`, lock all required jars, and return their number."""
    from graph.store.engine import jar_source  # imported late, as in class_path

    sums = jar_source.resolved(spec)
    lines = [f'"{coordinates}" = "{sums[coordinates]}"\n' for coordinates in sorted(sums)]
    lock.write_text(_LOCK_HEAD + "".join(lines), "utf-8")
    return len(lines)


def main(arguments: Sequence[str]) -> None:
    """Run a command: `fetch` downloads the locked jars for a set-up, `lock` renews the lock."""
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
