"""Own kinds: the content of their file, and that nodes of them are treated as their parents."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Caller
from graph.access.view import View
from graph.errors import Fault, InvalidNeed, InvalidVocabulary
from graph.model import Actor, Element, Network, Node
from graph.own_kinds import (
    KINDS,
    NO_OWN_KINDS,
    OwnKindUse,
    load_own_kinds,
    read_own_kinds,
)
from graph.paths import Need, find
from graph.paths.policy_file import load_policy
from graph.questions.coverage import coverage
from graph.questions.entities import entities
from graph.questions.names import names
from graph.questions.neighborhood import neighborhood
from graph.vocabulary import (
    Competence,
    LegalGate,
    NetworkKind,
    PostKind,
    Rule,
    Sector,
    Term,
    Tier,
)
from tests import kystby
from tests.fixtures.own_kinds import OF_OUTREACH, OWN_KINDS, with_own_kinds
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import callers, worlds
from tests.kystby import TODAY

POLICY = load_policy()
ROW = {
    "id": "NY_ART", "of": "PostKind", "is_a": "OUTREACH_WORKER", "label_da": "Ny art",
    "label_en": "New kind",
}  # fmt: skip


def table(**values: Any) -> str:
    """A row of a file; None leaves a key out."""
    row = {**ROW, **values}
    lines = [f"{key} = {_toml(value)}" for key, value in row.items() if value is not None]
    return "\n".join(["[[kind]]", *lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(cast("object", value)) if isinstance(value, int | list) else f'"{value}"'


def refusal(text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidVocabulary) as refused:
        read_own_kinds(text)
    assert len(refused.value.lines("da")) == len(refused.value.lines("en"))
    return refused.value.lines("en")


# ---- the file


def test_an_own_kind_inherits_from_and_narrows_its_parent_row() -> None:
    text = (
        table(tiers=["COMMUNITY"], is_unit_only=True)
        + table(id="NYERE", is_a="NY_ART", label_da="Nyere", label_en="Newer")
        + table(id="NET", of="NetworkKind", is_a="SSP", gate="GENERAL", label_da="Net")
    )
    first, second, network = read_own_kinds(text).rows
    assert first.parent is second.parent is PostKind.OUTREACH_WORKER
    assert (second.tiers, second.is_unit_only) == (frozenset({Tier.COMMUNITY}), True)
    assert (network.parent, network.gate) == (NetworkKind.SSP, LegalGate.GENERAL)
    assert read_own_kinds(text).within("NY_ART") == {"NY_ART", "NYERE"}


def test_no_file_and_an_empty_one_hold_no_kinds(tmp_path: Path) -> None:
    assert load_own_kinds(None) is NO_OWN_KINDS
    (tmp_path / "empty.toml").write_text("", "utf-8")
    assert load_own_kinds(tmp_path / "empty.toml").rows == ()


@pytest.mark.parametrize(("text", "fault"), [
    (table(id="ny"), "line 2: id: cannot be read"),
    (table(id=None), "line 1: id: must be filled in"),
    (table(id=7), "line 2: id: cannot be read"),
    (table(id="SSP_COORDINATOR"), "line 2: SSP_COORDINATOR.id: exists already"),
    (table(id="SCHOOL"), "line 2: SCHOOL.id: exists already"),
    (table(of="Tier"), "line 3: NY_ART.of: is not one of the words to choose from"),
    (table(is_a="NOWHERE"), "line 4: NY_ART.is_a: is not a kind that exists"),
    (table(is_a="SSP"), "line 4: NY_ART.is_a: belongs under another kind"),
    (table(is_a="NY_ART"), "line 4: NY_ART.is_a: goes in a circle"),
    (table(label_da=""), "line 5: NY_ART.label_da: must be filled in"),
    (table(label_da="x" * 121), "line 5: NY_ART.label_da: may be 120 characters at most"),
    (table(label_da="MENTOR"), "line 5: NY_ART.label_da: exists already"),
    (table(label_da="2 3 4 5 6 7 8 9"),
     "line 5: NY_ART.label_da: looks like a phone number or a mail address; "
     "make it a contact detail"),
    (table(label_da="<b>Ny</b>"), "line 5: NY_ART.label_da: cannot be read"),
    *(
        (table(label_da=label), "line 5: NY_ART.label_da: cannot be read")
        for label in ("**Ny**", ":red[Ny]", "$x^2$", "&lt;b&gt;", "__Ny__")
    ),
    (table(label_da="Sigtet for tyveri"), "line 5: NY_ART.label_da: speaks of offenses"),
    (table(colour="red"), "line 7: NY_ART.colour: does not exist"),
    (table(gate="GENERAL"), "line 7: NY_ART.gate: does not exist"),
    (table(tiers=["NATIONAL"]), "line 7: NY_ART.tiers: does not fit the kind of post"),
    (table(tiers=["NOWHERE"]), "line 7: NY_ART.tiers: is not one of the words to choose from"),
    (table(tiers=[]), "line 7: NY_ART.tiers: is not one of the words to choose from"),
    (table(is_unit_only=1), "line 7: NY_ART.is_unit_only: cannot be read"),
    (table(is_a="SOCIAL_INTAKE", is_unit_only=False),
     "line 7: NY_ART.is_unit_only: is answered by a unit and never has a named holder"),
    (table(of="NetworkKind", is_a="LOCAL_COUNCIL", gate="SSP_115"),
     "line 7: NY_ART.gate: must be the legal ground of the network's kind or a stricter one"),
    ("[other]\nid = 1\n", "line 1: other: does not exist"),
    ("kind = 3\n", "line 1: kind: cannot be read"),
])  # fmt: skip
def test_a_fault_has_its_line_and_its_rule(text: str, fault: str) -> None:
    assert fault in refusal(text)


def test_all_faults_are_reported_at_once_in_the_order_of_their_lines() -> None:
    text = (
        table(is_a="TO", label_en="One")
        + table(id="TO", is_a="NY_ART", label_da="To", label_en="One")
        + table(id="TRE", label_da="Ny art", label_en="Three", colour="red")
    )
    assert refusal(text) == (
        "line 4: NY_ART.is_a: goes in a circle",
        "line 10: TO.is_a: goes in a circle",
        "line 12: TO.label_en: exists already",
        "line 17: TRE.label_da: exists already",
        "line 19: TRE.colour: does not exist",
    )


def test_a_kind_beneath_a_circle_has_no_fault_of_its_own() -> None:
    text = table(is_a="NY_ART") + table(id="TO", is_a="NY_ART", label_da="To", label_en="Two")
    assert refusal(text) == ("line 4: NY_ART.is_a: goes in a circle",)


def test_a_gate_wider_than_that_of_the_parent_own_kind_is_a_fault() -> None:
    above = table(of="NetworkKind", is_a="SSP", gate="GENERAL")
    below = table(
        id="TO", of="NetworkKind", is_a="NY_ART", gate="SSP_115", label_da="To", label_en="Two"
    )
    assert refusal(above + below) == (
        "line 14: TO.gate: must be the legal ground of the network's kind or a stricter one",
    )


def test_invalid_toml_a_missing_file_and_non_utf_8_raise_invalid_vocabulary(tmp_path: Path) -> None:
    with pytest.raises(InvalidVocabulary) as refused:
        read_own_kinds('[[kind]]\nid = "A\n')
    assert refused.value.text("en").startswith("The file cannot be used:\nline 2: is not TOML")
    assert refused.value.text("da").startswith("Filen kan ikke bruges:\nlinje 2: er ikke TOML")
    with pytest.raises(InvalidVocabulary, match="cannot be read"):
        load_own_kinds(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes("label = 'å'".encode("latin-1"))
    with pytest.raises(InvalidVocabulary, match="is not UTF-8"):
        load_own_kinds(tmp_path / "latin.toml")


# ---- valid nodes


def _post(**fields: Any) -> Actor:
    (post,) = (element for element in kystby.elements() if element.id == "outreach")
    assert isinstance(post, Actor)
    return replace(post, **fields)


def test_a_node_that_does_not_fit_its_own_kind_has_a_fault() -> None:
    strict = read_own_kinds(table(is_unit_only=True))
    assert not [*strict.faults(_post())]
    assert not [*strict.faults(_post(own_kind="NY_ART", is_unit_only=True))]
    for kinds, fields, fault in (
        (strict, {}, ("is_unit_only", Rule.UNIT_ONLY)),
        (NO_OWN_KINDS, {}, ("own_kind", Rule.UNKNOWN_KIND)),
        (strict, {"kind": PostKind.MENTOR, "tier": Tier.MUNICIPAL},
         ("own_kind", Rule.KIND_OF_OTHER)),
    ):  # fmt: skip
        post = _post(own_kind="NY_ART", **fields)
        assert [*kinds.faults(post)] == [Fault("outreach", *fault)]
    (network,) = (element for element in kystby.elements() if element.id == "ssp")
    assert isinstance(network, Network)
    (fault,) = OWN_KINDS.faults(replace(network, own_kind="BOLIGNET"))
    assert fault.rule is Rule.GATE_OF_KIND
    open_one = replace(network, own_kind="BOLIGNET", gate=LegalGate.GENERAL)
    assert not [*OWN_KINDS.faults(open_one)]


@pytest.mark.parametrize(("fields", "fault"), [
    ({}, None),
    ({"competences": frozenset[Competence]()}, ("own_competences", Rule.KIND_OF_OTHER)),
    ({"own_competences": frozenset({"TRYGHED"})}, ("own_competences", Rule.KIND_OF_OTHER)),
    ({"own_competences": frozenset({"GONE", "BROBYGNING"})},
     ("own_competences", Rule.UNKNOWN_KIND)),
    ({"sector": Sector.SCHOOL}, ("own_sector", Rule.KIND_OF_OTHER)),
    ({"own_sector": "BROBYGNING"}, ("own_sector", Rule.KIND_OF_OTHER)),
])  # fmt: skip
def test_own_sectors_and_competences_require_their_parents_on_the_node(
    fields: dict[str, Any], fault: tuple[str, Rule] | None
) -> None:
    before, after = _post(**OF_OUTREACH), _post(**{**OF_OUTREACH, **fields})
    expected = [] if fault is None else [Fault("outreach", *fault)]
    assert [*OWN_KINDS.faults(after)] == expected
    assert [*OWN_KINDS.faults_of_change(before, after)] == expected
    elsewhere = replace(after, hours="00:00-24:00")
    assert not [*OWN_KINDS.faults_of_change(after, elsewhere)]


def test_an_own_kind_does_not_fit_an_equal_word_of_another_enumeration() -> None:
    kinds = read_own_kinds(table(of="NetworkKind", is_a="SSP"))
    post = _post(
        competences=frozenset({Competence.SSP}), own_competences=frozenset({"NY_ART"})
    )  # fmt: skip
    assert [*kinds.faults(post)] == [Fault("outreach", "own_competences", Rule.KIND_OF_OTHER)]
    use = OwnKindUse("NY_ART", ("SSP",), 1, field="own_competences")
    assert kinds.misfits((use,))


def test_an_unknown_own_kind_has_the_label_of_its_parent() -> None:
    kind = PostKind.OUTREACH_WORKER
    assert OWN_KINDS.label(kind, "UNGEKONSULENT", "da") == "Ungekonsulent"
    assert OWN_KINDS.label(kind, "UNGEKONSULENT", "en") == "Youth adviser"
    for own_kind in (None, "GONE", "SSP_KONSULENT"):
        assert OWN_KINDS.label(kind, own_kind, "da") == "Opsøgende medarbejder"


def test_uses_of_removed_or_moved_own_kinds_are_misfits() -> None:
    fitting = OwnKindUse("UNGEKONSULENT", ("OUTREACH_WORKER",), 2)
    gone, moved = OwnKindUse("GONE", ("MENTOR",), 1), OwnKindUse("SSP_KONSULENT", ("MENTOR",), 3)
    assert OWN_KINDS.misfits((fitting, gone, moved)) == (gone, moved)


def test_an_own_kind_takes_the_place_of_its_parent_among_the_labels() -> None:
    words = (Competence.MENTORING, Competence.CLUBS)
    mentoring, clubs = (word.label("da") for word in words)
    assert OWN_KINDS.labels(words, ["BROBYGNING", "GONE"], "da") == sorted(["Brobygning", clubs])
    assert OWN_KINDS.labels(words[:1], ["TRYGHED"], "da") == [mentoring]
    assert OWN_KINDS.labels([Sector.YOUTH], ["TRYGHED"], "en") == ["Department of safety"]


# ---- questions


def own_view(caller: Caller | None = None) -> View:
    seen = snapshot_of(with_own_kinds())
    return kystby.view_of(seen) if caller is None else kystby.view_of(seen, caller)


def listed_ids(kind: str) -> list[str]:
    return [entity.id for entity in entities(own_view(), kind=kind, own_kinds=OWN_KINDS).found]


def test_entities_of_a_kind_include_those_of_the_own_kinds_beneath_it() -> None:
    assert listed_ids("DEMOKRATIKONSULENT") == listed_ids("UNGEKONSULENT") == ["outreach"]
    assert listed_ids("OUTREACH_WORKER") == ["outreach"]
    assert listed_ids("SSP_KONSULENT") == ["ssp-post"]
    assert listed_ids("SSP_COORDINATOR") == ["nabo-ssp", "ssp-post"]
    with pytest.raises(InvalidNeed):
        listed_ids("GONE")
    (entity,) = entities(own_view(), kind="FRITIDSKLUB", own_kinds=OWN_KINDS).found
    assert (entity.id, entity.own_kind, str(entity.kind)) == (
        "vindrosen",
        "FRITIDSKLUB",
        "SPORTS_CLUB",
    )


def test_a_node_is_found_by_the_words_of_its_own_kind_and_of_its_parent() -> None:
    def matches(text: str) -> list[tuple[str, str | None]]:
        return [
            (match.id, match.own_kind) for match in names(own_view(), text, own_kinds=OWN_KINDS)
        ]

    assert matches("tryghedsvejleder kystby") == [("ssp-post", "SSP_KONSULENT")]
    assert matches("youth adviser") == [("outreach", "UNGEKONSULENT")]
    assert ("outreach", "UNGEKONSULENT") in matches("outreach worker")
    assert (
        matches("tryghedsforvaltningen") == matches("brobygning") == [("outreach", "UNGEKONSULENT")]
    )
    (match,) = names(own_view(), "brobygning", own_kinds=OWN_KINDS, lang="en")
    assert match.alias == "Bridge building"
    assert names(own_view(), "tryghedsvejleder") == ()


def test_coverage_of_an_own_kind_counts_its_posts_as_the_parents() -> None:
    only = OWN_KINDS.kind_filter(["SSP_KONSULENT"], PostKind)
    answer = coverage(own_view(), kinds=only.kinds, only=only)
    assert [(row.post.id, row.kind, row.own_kind) for row in answer.rows] == [
        ("ssp-post", PostKind.SSP_COORDINATOR, "SSP_KONSULENT")
    ]
    assert {(cell.area.id, cell.posts) for cell in answer.cells} == {("kystby", 1), ("nabo", 0)}
    both = OWN_KINDS.kind_filter(["SSP_COORDINATOR", "DEMOKRATIKONSULENT"], PostKind)
    rows = coverage(own_view(), kinds=both.kinds, only=both).rows
    assert {row.post.id for row in rows} == {"ssp-post", "nabo-ssp", "outreach"}
    for name in ("FRITIDSKLUB", "GONE"):
        with pytest.raises(InvalidNeed):
            OWN_KINDS.kind_filter([name], PostKind)


# ---- the same answers as the parents'

EVERY_KIND = read_own_kinds(
    "".join(
        table(
            id=f"OWN_{of}_{kind.value}".upper()[:40], of=of, is_a=kind.value,
            label_da=f"Egen {number}", label_en=f"Own {number}",
        )
        for of, kinds in KINDS.items()
        for number, kind in enumerate(kinds)
    )
)  # fmt: skip
"""An own kind beneath each shipped one."""
OWN_OF = {(type(row.parent), row.parent.value): row.id for row in EVERY_KIND.rows}
_OWN = re.compile(
    r"'own_(kind|sector)': '\w+'(, )?|own_kind='\w+'|'own_competences': frozenset\([^)]*\)(, )?"
)


def _own_beneath(word: Term | None) -> str | None:
    return None if word is None else OWN_OF.get((type(word), word.value))


def _own_of(element: Element) -> dict[str, Any]:
    """Return an own kind beneath each word that a node has."""
    own: dict[str, Any] = {
        "own_kind": _own_beneath(getattr(element, "kind", None)),
        "own_sector": _own_beneath(getattr(element, "sector", None)),
        "own_competences": frozenset(map(_own_beneath, getattr(element, "competences", ()))),
    }
    return {name: value for name, value in own.items() if hasattr(element, name)}


def _answers(view: View) -> Iterator[object]:
    yield view.visible.tolist(), view.open_links.tolist()
    for need in (
        Need(on=TODAY, start="ihd", target="ssp-post"),
        Need(on=TODAY, start="ihd", area="kystby", network=frozenset({NetworkKind.SSP})),
        Need(on=TODAY, start="ssp-post", target="vindrosen"),
    ):
        try:
            yield find(view, need, POLICY)
        except Exception as error:  # noqa: BLE001 - the same refusal is an answer, too
            yield repr(error)
    yield coverage(view)
    yield entities(view)
    for row in range(len(view.visible)):
        if view.visible[row]:
            yield neighborhood(view, view.id(row))


def _without_own(answers: Iterator[object]) -> list[str]:
    return [_OWN.sub("", repr(answer).replace("own_kind=None", "")) for answer in answers]


@pytest.mark.drill
@given(worlds(), callers(), st.data())
def test_a_graph_of_own_kinds_gives_the_answers_of_one_of_their_parents(
    world: tuple[Element, ...], caller: Caller, data: st.DataObject
) -> None:
    able = [element.id for element in world if _own_of(element)]
    chosen = data.draw(st.frozensets(st.sampled_from(able)))
    own = tuple(
        replace(element, **_own_of(element)) if element.id in chosen else element
        for element in world
    )
    nodes = [element for element in own if isinstance(element, Node)]
    assert not [fault for node in nodes for fault in EVERY_KIND.faults(node)]
    before, after = (kystby.view_of(snapshot_of(elements), caller) for elements in (world, own))
    assert _without_own(_answers(before)) == _without_own(_answers(after))
