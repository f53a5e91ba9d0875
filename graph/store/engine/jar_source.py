"""Download of jars from their Maven source into the cache, atomic for each jar.

The cache is the one shared by all Java tools of this user: `M2_REPO`, else `repo_cache` in jgo's
config file (`JGO_CONFIG_FILE`, else `~/.config/jgo.conf`), else `~/.m2/repository`. The source is
jgo's default, unless the section `[repositories]` of its config file names another (a mirror is
configured there under the name `central`). Proxies and certificates are taken from the environment,
as `requests` reads it.
"""

import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jgo.config import GlobalSettings
from jgo.env import EnvironmentSpec
from jgo.maven import Artifact, MavenContext

from graph.errors import StoreUnavailable
from graph.store.engine.jars import THREADS, Jar, sha256_of
from graph.store.progress import Progress

TIMEOUT_S: Final = 20  # without data, not in total: the largest jar (17 MB) may arrive slowly


def maven(cache: Path | None = None) -> MavenContext:
    """Return the cache and source of jars of this machine; `cache` replaces its cache if given."""
    settings = GlobalSettings.load()
    return MavenContext(
        repo_cache=cache or settings.repo_cache,
        remote_repos=MavenContext().remote_repos | settings.repositories,
        timeout=TIMEOUT_S,
    )


def fetch(lacking: Sequence[Jar], machine: MavenContext, progress: Progress) -> None:
    """Download jars into the cache, several in parallel; completed ones remain if one fails.

    jgo writes directly to the final file name and later trusts it. Therefore each jar is downloaded
    to a separate folder, compared with its SHA-256, and only then moved into place.
    """
    machine.repo_cache.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".kontaktvej-", dir=machine.repo_cache) as folder,
        _pool() as pool,
    ):
        progress(0, len(lacking), "")
        aside = maven(Path(folder))
        coming = {pool.submit(_fetch, jar, aside, machine.repo_cache): jar for jar in lacking}
        for count, arrived in enumerate(as_completed(coming), start=1):
            arrived.result()
            progress(count, len(lacking), coming[arrived].artifact)


@contextmanager
def _pool() -> Generator[ThreadPoolExecutor]:
    """Open a thread pool that cancels pending work on exit, after an error or an interrupt."""
    pool = ThreadPoolExecutor(THREADS)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch(jar: Jar, aside: MavenContext, cache: Path) -> None:
    place = jar.below(cache)
    try:
        _fetch_once(jar, aside, place)
    except StoreUnavailable:  # one broken connection is common; two in a row are an outage
        _fetch_once(jar, aside, place)


def _fetch_once(jar: Jar, aside: MavenContext, place: Path) -> None:
    try:
        found = sha256_of(_downloaded(jar, aside))
        if found != jar.sha256:
            raise jar.refusal(
                place, found, "try again later; if it stays so, the source is not to be trusted"
            )
        place.parent.mkdir(parents=True, exist_ok=True)
        jar.below(aside.repo_cache).replace(place)
    finally:
        jar.below(aside.repo_cache).unlink(missing_ok=True)  # jgo would accept a partial file


def _downloaded(jar: Jar, aside: MavenContext) -> Path:
    try:
        return _artifact(jar, aside).resolve()
    except (OSError, RuntimeError) as error:  # raised by requests; raised by jgo for a 404
        if isinstance(error, OSError) and error.errno:  # set by the disk, never by requests
            raise
        raise StoreUnavailable(
            f"the jar {jar.coordinates} cannot be fetched ({type(error).__name__}); "
            "fix: check the connection and start again, what has arrived is kept"
        ) from error


def _artifact(jar: Jar, context: MavenContext) -> Artifact:
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    return component.artifact(jar.classifier)


def resolved(spec: Path) -> dict[str, str]:
    """Return coordinates and SHA-256 of all jars that a jgo.toml requires, from an empty cache.

    The user's cache is not used: a damaged jar there must not be locked.
    """
    with tempfile.TemporaryDirectory() as folder, _pool() as pool:
        context = maven(Path(folder))
        wanted = EnvironmentSpec.load(spec).coordinates
        roots, others = context.resolver.resolve(
            [context.create_dependency(coordinates) for coordinates in wanted]
        )
        artifacts = [needed.artifact for needed in (*roots, *others) if needed.type == "jar"]
        return dict(pool.map(_locked, artifacts))


def _locked(artifact: Artifact) -> tuple[str, str]:
    parts = (artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier)
    return ":".join(filter(None, parts)), sha256_of(artifact.resolve())
