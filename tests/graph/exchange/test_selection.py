import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.errors import NotFound
from graph.exchange.loss_report import LossKind
from graph.exchange.selection import ExportSelection
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.kystby import caller_of, view_of

TOWN = ("ssp-post", "amina", "carl", "kystby", "ssp", "ihd", "outreach", "dina")


def seen_by(*roles: Role, posts: tuple[str, ...] = ("outreach",)) -> View:
    return view_of(kystby.snapshot(), caller_of(*roles, posts=posts))


def counts(selection: ExportSelection) -> dict[LossKind, int | None]:
    return {loss.kind: loss.count for loss in selection.losses}


def test_requested_nodes_are_exported_once_with_the_links_among_them() -> None:
    selection = ExportSelection(
        seen_by(Role.COORDINATOR), ("ssp", "ssp-post", "ssp"), with_names=False
    )
    assert [node.id for node in selection.nodes] == ["ssp", "ssp-post"]
    assert [link.id for link in selection.links] == ["ssp-post--ssp"]
    assert selection.links[0].fields["strength"] == 0.9
    assert counts(selection) == {LossKind.DETAILS: None, LossKind.CHECKERS: 1}


@pytest.mark.parametrize("hidden", ["erik", "nobody", "", "No id!", "kaj", "consent-kaj"])
def test_a_hidden_or_unknown_id_raises_not_found_for_the_whole_selection(hidden: str) -> None:
    with pytest.raises(NotFound):
        ExportSelection(seen_by(Role.COORDINATOR), ("ssp", hidden), with_names=False)


def test_people_are_exported_by_name_only_in_the_callers_own_areas() -> None:
    view = seen_by(Role.COORDINATOR)
    nameless = ExportSelection(view, TOWN, with_names=False)
    assert {node.name for node in nameless.nodes if node.id in nameless.people} == {None}
    assert nameless.people == {"amina", "carl", "dina"}
    assert counts(nameless)[LossKind.NAMES] == 3
    named = ExportSelection(view, TOWN, with_names=True)
    names = {node.id: node.name for node in named.nodes if node.id in named.people}
    assert names == {
        "amina": "Amina Søkilde Østergård", "dina": "Dina Åkær Friis", "carl": None,
    }  # fmt: skip
    assert counts(named)[LossKind.NAMES_ELSEWHERE] == 1
    ends = {link.id: (link.source.name, link.target.name) for link in named.links}
    assert ends["carl--ihd"] == (None, "Infohus-tovholder, Østkysten")
    assert ends["amina--ssp-post"][0] == "Amina Søkilde Østergård"


@pytest.mark.parametrize("role", [Role.OUTREACH, Role.ANALYST])
def test_a_role_without_names_exports_none_even_if_requested(role: Role) -> None:
    selection = ExportSelection(seen_by(role), TOWN, with_names=True)
    assert {node.name for node in selection.nodes if node.id in selection.people} == {None}


def test_civilians_acquaintances_and_contact_details_are_not_exported() -> None:
    view = seen_by(Role.COORDINATOR, Role.OUTREACH)
    ids = ("jens", "vindrosen", "outreach", "bo", "phone-bo", "carl", "dina", "consent-jens")
    selection = ExportSelection(view, ids, with_names=True)
    assert [node.id for node in selection.nodes] == ["bo", "carl", "dina", "outreach", "vindrosen"]
    assert [link.id for link in selection.links] == ["dina--outreach"]
    assert counts(selection)[LossKind.CIVILIANS] == 1
    assert counts(selection)[LossKind.TIES] == 1


def test_only_structural_fields_of_nodes_and_links_are_exported() -> None:
    selection = ExportSelection(seen_by(Role.COORDINATOR), TOWN, with_names=True)
    fields = {name for node in selection.nodes for name in node.fields}
    fields |= {name for link in selection.links for name in link.fields}
    assert fields.isdisjoint(
        {"absent_from", "absent_to", "verified_by", "declared_by", "revision", "batch", "title"}
    )
    assert {"hours", "gate", "levels", "valid_from"} <= fields


def test_omitted_personal_fields_and_verifiers_are_counted_as_losses() -> None:
    elements = kystby.elements(dina={"title": "SSP-konsulent", "external_id": "m-17"})
    for role, described in (
        (Role.COORDINATOR, 2),
        (Role.ANALYST, 1),
    ):  # who sees amina's absence alone
        view = view_of(snapshot_of(elements), caller_of(role))
        selection = ExportSelection(view, {*TOWN} - {"carl"}, with_names=True)
        lost = counts(selection)
        assert lost[LossKind.PERSONAL] == described
        checked = [link for link in selection.links if "verified_on" in link.fields]
        assert checked
        seen = len(checked) if role is Role.COORDINATOR else None
        assert lost.get(LossKind.CHECKERS) == seen
