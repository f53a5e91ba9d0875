"""The jars of the embedded Neo4j, each verified against the SHA-256 in `jars.lock`.

`jars.lock` lists them, one per line: Maven coordinates = SHA-256. A maintainer creates it from
`jgo.toml` with `python -m graph.store.engine.jars lock`, which downloads them afresh.

The cache is the one shared by all Java tools of this user: `M2_REPO`, else `repo_cache` in jgo's
config file (`JGO_CONFIG_FILE`, else `~/.config/jgo.conf`), else `~/.m2/repository`. The source is
jgo's default, unless the section `[repositories]` of its config file names another (a mirror is
configured there under the name `central`). Proxies and certificates are taken from the environment,
as `requests` reads it.
"""

import hashlib
import sys
import tempfile
import tomllib
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from graph.errors import StoreUnavailable
from graph.store.disk import translate_os_errors

if TYPE_CHECKING:
    from jgo.maven import Artifact, MavenContext  # imported late elsewhere: it takes 0.4 s

LOCK: Final = Path(__file__).with_name("jars.lock")
SPEC: Final = Path(__file__).with_name("jgo.toml")
_THREADS: Final = 8  # downloads are network-bound: 32 s for 217 jars from an empty cache
_TIMEOUT_S: Final = 20  # without data, not in total: the largest jar (17 MB) may arrive slowly
_LOCK_HEAD: Final = (
    "# Made by `python -m graph.store.engine.jars lock`: coordinates = SHA-256\n[jars]\n"
)

Progress: TypeAlias = Callable[[int, int, str], None]
"""Called with the number done, the total and the last item (empty at first), from one thread."""


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

    def refusal(self, file: Path, sha256: str, fix: str) -> JarRefused:
        """Return the error that names the file, this jar, both checksums and the fix."""
        return JarRefused(
            f"{file} is not the jar {self.coordinates} that Kontaktvej was checked with: "
            f"expected SHA-256 {self.sha256}, found {sha256}; nothing was started; fix: {fix}"
        )


def silent(done: int, total: int, name: str) -> None:
    """Show no progress."""


@contextmanager
def bar(title: str) -> Generator[Progress]:
    """Return a progress bar on standard error that appears with the first report only."""
    with ExitStack() as until_done:
        show: Progress | None = None

        def report(done: int, total: int, name: str) -> None:
            nonlocal show
            show = show or until_done.enter_context(_rich_bar(title))
            show(done, total, name)

        yield report


@contextmanager
def _rich_bar(title: str) -> Generator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    texts = TextColumn("{task.description}"), TextColumn("{task.fields[name]}")
    with Bar(
        texts[0], BarColumn(), MofNCompleteColumn(), texts[1], console=Console(stderr=True)
    ) as lines:
        line = lines.add_task(title, name="")
        yield lambda done, total, name: lines.update(line, completed=done, total=total, name=name)


def class_path(lock: Path = LOCK, *, progress: Progress = silent) -> tuple[Path, ...]:
    """Return the files of all locked jars, each just compared with its SHA-256.

    Missing jars are downloaded and moved into place atomically. Comparing 118 MB takes 0.1 s, so it
    is done at every start; if no jar is missing, `progress` is never called.

    Raises:
        JarRefused: a jar differs from the locked one, in the cache or at the source.
        StoreUnavailable: a jar cannot be downloaded, or the cache cannot be used.
    """
    jars, context = locked_jars(lock), maven()
    files = tuple(jar.below(context.repo_cache) for jar in jars)
    with translate_os_errors(context.repo_cache):
        with ThreadPoolExecutor(_THREADS) as pool:
            sums = list(pool.map(_sha256, files))
        for jar, file, sha256 in zip(jars, files, sums, strict=True):
            if sha256 not in ("", jar.sha256):
                fix = "delete that file and start again, to download it again"
                raise jar.refusal(file, sha256, fix)
        missing = [jar for jar, sha256 in zip(jars, sums, strict=True) if not sha256]
        if missing:
            _fetch_all(missing, context.repo_cache, progress)
    return files


def locked_jars(lock: Path = LOCK) -> tuple[Jar, ...]:
    """Return the jars in the order of the lock, which is that of their coordinates."""
    sums: dict[str, str] = tomllib.loads(lock.read_text("utf-8"))["jars"]
    jars: list[Jar] = []
    for coordinates, sha256 in sums.items():
        group, artifact, version, *classifier = coordinates.split(":")
        jars.append(
            Jar(
                group=group,
                artifact=artifact,
                version=version,
                classifier="".join(classifier),
                sha256=sha256,
            )
        )
    return tuple(jars)


def maven(cache: Path | None = None) -> "MavenContext":
    """Return the cache and source of jars of this machine; `cache` replaces its cache if given."""
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext

    settings = GlobalSettings.load()
    return MavenContext(
        repo_cache=cache or settings.repo_cache,
        remote_repos=MavenContext().remote_repos | settings.repositories,
        timeout=_TIMEOUT_S,
    )


def _sha256(file: Path) -> str:
    """Return the SHA-256 in hexadecimal, or an empty text if the file does not exist."""
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


# ---- downloading


def _fetch_all(jars: Sequence[Jar], cache: Path, progress: Progress) -> None:
    """Download jars into the cache, several in parallel; completed ones remain if one fails.

    jgo writes directly to the final file name and later trusts it. Therefore each jar is downloaded
    to a separate folder, compared with its SHA-256, and only then moved into place.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".kontaktvej-", dir=cache) as folder,
        _thread_pool() as pool,
    ):
        progress(0, len(jars), "")
        aside = maven(Path(folder))
        fetching = {pool.submit(_fetch, jar, aside, jar.below(cache)): jar for jar in jars}
        for count, fetched in enumerate(as_completed(fetching), start=1):
            fetched.result()
            progress(count, len(jars), fetching[fetched].artifact)


@contextmanager
def _thread_pool() -> Generator[ThreadPoolExecutor]:
    """Open a thread pool that cancels pending work on exit, after an error or an interrupt."""
    pool = ThreadPoolExecutor(_THREADS)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch(jar: Jar, aside: "MavenContext", place: Path) -> None:
    try:
        _fetch_once(jar, aside, place)
    except StoreUnavailable:  # one broken connection is common; two in a row are an outage
        _fetch_once(jar, aside, place)


def _fetch_once(jar: Jar, aside: "MavenContext", place: Path) -> None:
    try:
        component = aside.project(jar.group, jar.artifact).at_version(jar.version)
        sha256 = _sha256(component.artifact(jar.classifier).resolve())
        if sha256 != jar.sha256:
            fix = "try again later; if it stays so, the source is not to be trusted"
            raise jar.refusal(place, sha256, fix)
        place.parent.mkdir(parents=True, exist_ok=True)
        jar.below(aside.repo_cache).replace(place)
    except (OSError, RuntimeError) as error:  # raised by requests; raised by jgo for a 404
        if isinstance(error, OSError) and error.errno:  # set by the disk, never by requests
            raise
        raise StoreUnavailable(
            f"the jar {jar.coordinates} cannot be fetched ({type(error).__name__}); "
            "fix: check the connection and start again, what has arrived is kept"
        ) from error
    finally:
        jar.below(aside.repo_cache).unlink(missing_ok=True)  # jgo would accept a partial file


# ---- commands


def write_lock(spec: Path = SPEC, lock: Path = LOCK) -> int:
    """Resolve the coordinates of `spec`, lock all required jars, and return their number.

    The user's cache is not used: a damaged jar there must not be locked.
    """
    from jgo.env import EnvironmentSpec

    with tempfile.TemporaryDirectory() as folder, _thread_pool() as pool:
        context = maven(Path(folder))
        required, others = context.resolver.resolve(
            [
                context.create_dependency(coordinates)
                for coordinates in EnvironmentSpec.load(spec).coordinates
            ]
        )
        artifacts = [needed.artifact for needed in (*required, *others) if needed.type == "jar"]
        sums = dict(pool.map(_lock_entry, artifacts))
    lines = [f'"{coordinates}" = "{sums[coordinates]}"\n' for coordinates in sorted(sums)]
    lock.write_text(_LOCK_HEAD + "".join(lines), "utf-8")
    return len(lines)


def _lock_entry(artifact: "Artifact") -> tuple[str, str]:
    parts = (artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier)
    return ":".join(filter(None, parts)), _sha256(artifact.resolve())


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
