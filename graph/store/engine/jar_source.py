"""Where do jars come from, and how do they reach the cache whole or not at all?

The cache is the one that every Java tool of this user shares: `M2_REPO`, else `repo_cache` in
jgo's config file (`JGO_CONFIG_FILE`, else `~/.config/jgo.conf`), else `~/.m2/repository`. The
source is the one that jgo knows by itself, unless the section `[repositories]` of its config file
names another (a mirror goes there under the name `central`). Proxies and certificates come from
the environment, as `requests` reads it.
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

TIMEOUT_S: Final = 20  # silence of the source; the largest jar is 17 MB, and it may trickle


def maven(cache: Path | None = None) -> MavenContext:
    """This machine's cache and source of jars; `cache` instead of its own, if given."""
    settings = GlobalSettings.load()
    return MavenContext(
        repo_cache=cache or settings.repo_cache,
        remote_repos=MavenContext().remote_repos | settings.repositories,
        timeout=TIMEOUT_S,
    )


def fetch(lacking: Sequence[Jar], machine: MavenContext, progress: Progress) -> None:
    """Brings jars into the cache, several at a time; those that arrived stay if one fails.

    jgo writes straight to the name it will later trust, so each jar arrives in a folder aside,
    is compared, and only then is moved into place.
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
    """Unlike a bare executor, leaves the rest undone when one fails or the user has enough."""
    pool = ThreadPoolExecutor(THREADS)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch(jar: Jar, aside: MavenContext, cache: Path) -> None:
    place = jar.below(cache)
    try:
        _fetch_once(jar, aside, place)
    except StoreUnavailable:  # a cut connection is common; two in a row are an outage
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
        jar.below(aside.repo_cache).unlink(missing_ok=True)  # jgo would take a part for the whole


def _downloaded(jar: Jar, aside: MavenContext) -> Path:
    try:
        return _artifact(jar, aside).resolve()
    except (OSError, RuntimeError) as error:  # what requests raises; what jgo makes of a 404
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
    """Coordinates and SHA-256 of all jars that a jgo.toml asks for, from an empty cache.

    Nothing here looks at the user's own cache: a damaged jar there must not be locked.
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
