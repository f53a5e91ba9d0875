"""Properties of every format in the registry."""

import io
import re
import zipfile
from typing import get_args

import pytest

from api.schemas.exports import LossKind as WireLossKind
from graph.access.policy import Role
from graph.exchange.formats import FORMATS, ExportFormat
from graph.exchange.loss_report import LossKind, report
from graph.exchange.selection import ExportSelection
from graph.exchange.structure_format import StructureFormat
from tests.change_sets import NUMBERS
from tests.graph.exchange.selections import everything, selection_of
from tests.graph.exchange.stamps import stamp

EACH = pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS)


def contents(content: bytes) -> bytes:
    """Return the bytes of a file; of a zip, those of all its members."""
    if not content.startswith(b"PK"):
        return content.replace(b"\r\n ", b"")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(map(archive.read, archive.namelist()))


def test_the_registry_of_formats_matches_the_enum_and_is_unambiguous() -> None:
    assert [word.value for word in ExportFormat] == list(FORMATS)
    assert [word.label("da") for word in ExportFormat] == [
        format.label_da for format in FORMATS.values()
    ]
    assert len({format.label_en for format in FORMATS.values()}) == len(FORMATS)
    media = {(format.suffix, format.media_type) for format in FORMATS.values()}
    assert len(dict(media)) == len(media)
    assert all(re.fullmatch("[A-Z][A-Z0-9_]{1,39}", name) for name in FORMATS)


@EACH
@pytest.mark.parametrize("with_names", [False, True])
def test_no_file_contains_civilians_contact_details_or_forbidden_names(
    format: StructureFormat, with_names: bool
) -> None:
    selection = selection_of(everything(), with_names=with_names)
    content = contents(format.write(selection, stamp(selection), "da")).decode()
    for secret in ("Formand", "jens", "phone-bo", "consent-jens", "+45", *NUMBERS.values()):
        assert secret not in content, secret
    assert "Carl" not in content  # from another area
    if not with_names:
        assert "Amina" not in content


@EACH
def test_the_same_selection_is_written_to_identical_bytes(format: StructureFormat) -> None:
    first, second = (selection_of(everything(), with_names=True) for _ in range(2))
    assert format.write(first, stamp(first), "da") == format.write(second, stamp(second), "da")


@EACH
def test_a_file_contains_its_provenance_and_losses(format: StructureFormat) -> None:
    if format.suffix == "csv":
        return  # a file of its own says this
    selection = selection_of(everything())
    losses = report((*selection.losses, *format.losses(selection)))
    provenance = stamp(selection, losses=losses)
    content = contents(format.write(selection, provenance, "en")).decode().replace("\\,", ",")
    for text in (provenance.number, provenance.account, "2026-11-25"):
        assert text in content, text
    assert "Demo data" in content or "is_demo" in content
    for loss in losses:
        assert loss.text("en").removesuffix(".") in content, loss


@EACH
def test_each_kind_of_loss_is_listed_once_with_a_count(format: StructureFormat) -> None:
    selection = selection_of(everything())
    losses = format.losses(selection)
    kinds = [loss.kind for loss in losses]
    assert len(kinds) == len(set(kinds))
    assert all(loss.count for loss in losses)
    assert {kind.value for kind in kinds} <= set(get_args(WireLossKind))


def test_each_standard_format_reports_the_common_losses_and_its_own() -> None:
    selection = selection_of(everything())
    lost = {LossKind.GROUNDS, LossKind.CHECKS, LossKind.LINKS, LossKind.FIELDS}
    named = {
        "JSON_LD": {LossKind.COMPETENCES},
        "POPOLO": {
            LossKind.COMPETENCES, LossKind.LANGUAGES, LossKind.HOURS, LossKind.DEPUTY_ORDER,
            LossKind.NODES,
        },
        "HSDS": {LossKind.HOLDER_DATES, LossKind.NODES},
    }  # fmt: skip
    for name, more in named.items():
        kinds = {loss.kind for loss in FORMATS[name].losses(selection)}
        assert kinds == lost | more, name


@pytest.mark.parametrize("name", ["POPOLO", "JSON_LD", "HSDS", "NODES_CSV", "EXCEL"])
def test_the_gate_and_levels_of_a_network_are_reported_as_lost(name: str) -> None:
    selection = ExportSelection(everything(None, Role.COORDINATOR), ["ssp"], with_names=False)
    (network,) = selection.nodes
    assert {"gate", "levels", "source"} <= set(network.fields)
    losses = FORMATS[name].losses(selection)
    (lost,) = (loss for loss in losses if loss.kind is LossKind.GROUNDS)
    assert lost.text("en") == "Legal grounds, prevention levels and strength stay behind (1)."
    assert lost.text("da") == "Grundlag, forebyggelsesniveauer og styrke følger ikke med (1)."


@EACH
def test_a_single_node_can_be_exported(format: StructureFormat) -> None:
    selection = ExportSelection(everything(None, Role.COORDINATOR), ["ssp"], with_names=False)
    assert format.write(selection, stamp(selection), "en")
    assert format.rows(selection) <= 1
