"""All that the product is made of, as CycloneDX: same locks and same moment, same bytes."""

from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import metadata
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.contrib.this.builders import this_component
from cyclonedx.model import bom, component
from cyclonedx.model.license import License, LicenseAcknowledgement
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.sbom.packages import Package, jars, npm_packages, python_packages

VERSION: Final = SchemaVersion.V1_6
# Their decorators hide from a type checker what these take.
_Bom: Final[Any] = bom.Bom
_BomMetaData: Final[Any] = bom.BomMetaData
_Component: Final[Any] = component.Component


def document(moment: datetime) -> str:
    """The text of it; what only builds and tests the screens is of the scope `excluded`.

    Raises: ValueError: it is not valid CycloneDX.
    """
    product = _Component(
        name="kontaktvej", version=metadata("kontaktvej")["Version"], bom_ref="kontaktvej",
        type=component.ComponentType.APPLICATION, licenses=_licenses(["MPL-2.0"]),
    )  # fmt: skip
    parts = [_part(package) for package in (*python_packages(), *npm_packages(), *jars())]
    about = _BomMetaData(
        component=product, timestamp=moment, tools=ToolRepository(components=[this_component()])
    )
    drawn_from = " ".join([moment.isoformat(), *(str(part.purl) for part in parts)])
    sbom = _Bom(metadata=about, components=parts, serial_number=uuid5(NAMESPACE_URL, drawn_from))
    sbom.register_dependency(product, parts)
    text = make_outputter(sbom, OutputFormat.JSON, VERSION).output_as_string(indent=2) + "\n"
    if error := JsonStrictValidator(VERSION).validate_str(text):
        raise ValueError(str(error))
    return text


def _part(package: Package) -> Any:
    purl, scope = package.purl, component.ComponentScope
    return _Component(
        name=purl.name, group=purl.namespace, version=purl.version, purl=purl, bom_ref=str(purl),
        type=component.ComponentType.LIBRARY, licenses=_licenses(package.licenses),
        scope=scope.REQUIRED if package.is_shipped else scope.EXCLUDED,
        hashes=[HashTypeFactory().from_composite_str(digest) for digest in package.hashes],
    )  # fmt: skip


def _licenses(names: Iterable[str]) -> list[License]:
    factory = LicenseFactory().make_from_string
    return [
        factory(name, license_acknowledgement=LicenseAcknowledgement.DECLARED) for name in names
    ]
