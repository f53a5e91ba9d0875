from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from graph.access.field_groups import FieldGroup
from graph.access.policy import CIVIL_DETAIL, Caller, Grant, Role
from graph.access.view import View
from graph.access.visible_revision import COUNTED_ON, VISIBLE_GROUPS, latest_visible_revision
from graph.errors import Invalid
from graph.model import Element, ReachedBy, ResourceIndividual
from graph.snapshot.last_written import CIVIL_TOO, Group, LastWritten, all_at, with_writes
from graph.snapshot.snapshot import Snapshot
from graph.store.codec import sort_of
from graph.vocabulary import ConsentPurpose, Label, LinkType, PreventionLevel, Visibility
from tests import kystby
from tests.fixtures.details import numbers_of
from tests.fixtures.examples import drill, examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.access.test_non_interference import FILES, NEEDS, all_answers
from tests.graph.drawn_worlds import DAYS, callers, without_loose_links, worlds
from tests.graph.questions.test_reads_non_interference import read
from tests.kystby import TODAY, caller_of

NOBODY: Final = Caller(account="nobody", grants=())
NAME: Final[Group] = (Label.PERSON, FieldGroup.IDENTITY)
TERMS: Final[Group] = (Label.CONSENT, FieldGroup.TERMS)


def after(*groups: Group, elements: Iterable[Element] = ()) -> Snapshot:
    """Return Kystby at revision 1, with some groups written at revision 5."""
    known = elements or kystby.elements()
    return replace(snapshot_of(known, 5), written={**all_at(1), **dict.fromkeys(groups, 5)})


HIDDEN: Final[tuple[tuple[Role, Group], ...]] = (
    (Role.ANALYST, NAME),
    (Role.ANALYST, (Label.PERSON, FieldGroup.PROVENANCE)),
    (Role.ANALYST, (Label.CONTACT_DETAIL, FieldGroup.CHANNEL)),
    (Role.ANALYST, (LinkType.REFERS_TO, FieldGroup.PROVENANCE)),
    (Role.ANALYST, (Label.RESOURCE_INDIVIDUAL, FieldGroup.PROFILE)),
    (Role.ANALYST, (LinkType.MEMBER_OF, FieldGroup.TIES)),
    (Role.STEWARD, (Label.RESOURCE_INDIVIDUAL, FieldGroup.IDENTITY)),
    (Role.STEWARD, (Label.RESOURCE_INDIVIDUAL, FieldGroup.PROVENANCE)),
    (Role.STEWARD, (CIVIL_DETAIL, FieldGroup.CHANNEL)),
    (Role.STEWARD, (LinkType.REPRESENTS, FieldGroup.TIES)),
    (Role.STEWARD, (Label.CONSENT, FieldGroup.EVIDENCE)),
    (Role.SERVICE, (Label.RESOURCE_INDIVIDUAL, FieldGroup.STRUCTURE)),
    (Role.SERVICE, TERMS),
    (Role.SERVICE, (LinkType.KNOWS, FieldGroup.TIES)),
    (Role.SERVICE, (LinkType.DOOR_OPENER_FOR, FieldGroup.TIES)),
    (Role.COORDINATOR, (Label.CONSENT, FieldGroup.EVIDENCE)),
    (Role.ADMIN, (LinkType.BELONGS_TO, FieldGroup.STRUCTURE)),
    (Role.ADMIN, NAME),
    (Role.ADMIN, (Label.ORGANIZATION, FieldGroup.STRUCTURE)),
)
SEEN: Final[tuple[tuple[Role, Group], ...]] = (
    (Role.ANALYST, (Label.PERSON, FieldGroup.PROFILE)),
    (Role.ANALYST, (LinkType.HOLDS, FieldGroup.STRUCTURE)),
    (Role.ANALYST, (LinkType.KNOWS, FieldGroup.TIES)),
    (Role.STEWARD, NAME),
    (Role.STEWARD, (LinkType.REFERS_TO, FieldGroup.PROVENANCE)),
    (Role.STEWARD, (Label.CONTACT_DETAIL, FieldGroup.CHANNEL)),
    (Role.SERVICE, NAME),
    (Role.SERVICE, (Label.CONTACT_DETAIL, FieldGroup.CHANNEL)),
    (Role.COORDINATOR, (Label.CONSENT, FieldGroup.PROVENANCE)),
    (Role.COORDINATOR, (CIVIL_DETAIL, FieldGroup.CHANNEL)),
    (Role.OUTREACH, (Label.CONSENT, FieldGroup.EVIDENCE)),
    (Role.DPO, (Label.CONSENT, FieldGroup.EVIDENCE)),
    (Role.ADMIN, (Label.ACTOR, FieldGroup.STRUCTURE)),
    (Role.ADMIN, (LinkType.HOLDS, FieldGroup.STRUCTURE)),  # that a post is held
    (Role.ADMIN, (LinkType.DEPUTIZES_FOR, FieldGroup.STRUCTURE)),
    (Role.ADMIN, (Label.PERSON, FieldGroup.PROFILE)),  # that its holder is on leave
)


@pytest.mark.parametrize(
    ("role", "group", "revision"),
    [*((*case, 1) for case in HIDDEN), *((*case, 5) for case in SEEN)],
)
def test_the_visible_revision_of_a_role_counts_only_writes_in_its_groups(
    role: Role, group: Group, revision: int
) -> None:
    assert latest_visible_revision(after(group), caller_of(role), TODAY) == revision


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN, Role.SERVICE}))
@pytest.mark.parametrize("group", sorted(COUNTED_ON))
def test_writes_that_affect_civilian_counts_raise_the_visible_revision(
    role: Role, group: Group
) -> None:
    for levels in (frozenset(PreventionLevel), frozenset({PreventionLevel.EXIT})):
        assert latest_visible_revision(after(group), caller_of(role, levels=levels), TODAY) == 5


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OUTREACH])
def test_writes_about_civilians_are_invisible_without_a_grant_at_outreach_level(role: Role) -> None:
    exit_only = caller_of(role, levels=frozenset({PreventionLevel.EXIT}))
    for group in (
        (Label.RESOURCE_INDIVIDUAL, FieldGroup.IDENTITY),
        (CIVIL_DETAIL, FieldGroup.CHANNEL),
        (LinkType.REPRESENTS, FieldGroup.TIES),
    ):
        assert latest_visible_revision(after(group), exit_only, TODAY) == 1
        assert latest_visible_revision(after(group), caller_of(role), TODAY) == 5


def test_every_group_is_visible_to_a_role_and_every_role_is_listed() -> None:
    assert set(all_at(1)) <= set().union(*VISIBLE_GROUPS.values())
    assert {role for role, _ in VISIBLE_GROUPS} == set(Role)


def test_only_grants_valid_today_count_for_the_visible_revision() -> None:
    over = Grant(role=Role.STEWARD, areas=frozenset({"kystby"}), valid_to=TODAY)
    both = Caller(account="both", grants=(over, *caller_of(Role.ANALYST).grants))
    assert latest_visible_revision(after(NAME), both, TODAY) == 1
    assert latest_visible_revision(after(NAME), both, TODAY - timedelta(1)) == 5
    assert latest_visible_revision(after(NAME), NOBODY, TODAY) == 0


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
@pytest.mark.parametrize("own", ["bo", "bo--ssp-post", "bo--phone-bo", "phone-bo"])
def test_writes_to_the_own_person_seats_and_details_are_visible_in_any_role(
    role: Role, own: str
) -> None:
    known = after(NAME, elements=kystby.elements(**{own: {"revision": 5}}))
    assert latest_visible_revision(known, replace(caller_of(role), person="bo"), TODAY) == 5
    assert latest_visible_revision(known, replace(caller_of(role), person="carl"), TODAY) == 1
    assert latest_visible_revision(known, replace(caller_of(role), person="nobody"), TODAY) == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN, Role.DPO}))
def test_a_write_to_the_number_of_a_public_line_is_visible_to_every_role_that_may_ask(
    role: Role,
) -> None:
    for written in numbers_of("duty", 1):
        others = (element for element in numbers_of("duty", 1) if element.id != written.id)
        known = after(elements=(*kystby.elements(), *others, replace(written, revision=5)))
        assert latest_visible_revision(known, caller_of(role), TODAY) == 5
        assert latest_visible_revision(known, caller_of(Role.ADMIN), TODAY) == 1


def test_only_the_dpo_sees_the_revision_of_a_deletion() -> None:
    erased = replace(kystby.snapshot(), revision=2)
    revisions = {role: latest_visible_revision(erased, caller_of(role), TODAY) for role in Role}
    assert revisions == {role: 2 if role is Role.DPO else 1 for role in Role}


def test_the_revision_of_a_view_is_the_same_on_every_date() -> None:
    for on in (date(2026, 3, 1), TODAY, date(2027, 6, 1)):
        for role, number in ((Role.ANALYST, 1), (Role.STEWARD, 5)):
            assert View(after(NAME), caller_of(role), on, today=TODAY).revision == number


_NEW: Final[Mapping[str, tuple[Any, ...]]] = {
    "valid_from": (date(2026, 11, 26), date(2020, 1, 1)),
    "valid_to": (date(2026, 11, 1), date(2027, 1, 1)),
    "source": ("corrected",),
    "name": ("Aase Nyvang Bjerg",),
    "title": ("Leder",),
    "display_name": ("Fru Lyngvang",),
    "visibility": tuple(Visibility),
    "languages": (frozenset({"so"}),),
    "absent_from": (date(2026, 11, 1),),
    "hours": ("00:00-24:00",),
    "hint": ("+45 •• •• •• 99",),
    "levels": (frozenset({PreventionLevel.EXIT}), frozenset({PreventionLevel.OUTREACH})),
    "strength": (0.1,),
    "verified_on": (TODAY, date(2020, 1, 1)),
    "verified_by": ("ihd",),
    "declared_by": ("dina",),
    "is_acting": (True,),
    "order": (3,),
    "audience": (frozenset({"nabo-kommune"}), frozenset({"kystby", "politi"})),
    "purposes": (frozenset({ConsentPurpose.STATISTICS}), frozenset(ConsentPurpose)),
    "expires_on": (date(2026, 11, 20), date(2027, 12, 1)),
    "withdrawn_on": (TODAY,),
    "renewal_by": ("ssp-post",),
    "text_version": ("da-4",),
}
"""Values that a write may put into a field, by the field's name."""


@st.composite
def world_after_write(draw: st.DrawFn) -> tuple[Snapshot, Snapshot, LastWritten]:
    """Draw a world, the world after one write, and that write; else only revisions differ."""
    elements = draw(worlds())
    element = draw(st.sampled_from(elements))
    name = draw(st.sampled_from(["", *[name for name in _NEW if hasattr(element, name)]]))
    if name:
        value = draw(st.sampled_from(_NEW[name]))
        try:
            old, new = elements, _with(elements, replace(element, **{name: value, "revision": 2}))
        except Invalid:  # the model refuses such a write
            reject()
    else:
        # The element is new: links at a new node were not there before either.
        old = without_loose_links({other.id: other for other in elements if other.id != element.id})
        new = _with(elements, replace(element, revision=2))
    write = LastWritten(sort_of(element), (name,) if name else (), _is_civil(elements, element), 2)
    return snapshot_of(old), replace(snapshot_of(new), written=all_at(1)), write


_NARROW: Final = (Role.ANALYST, Role.STEWARD, Role.SERVICE, Role.ADMIN)
"""The roles that do not see nearly all groups."""


@st.composite
def narrow(draw: st.DrawFn) -> Caller:
    """Draw a caller in one of those roles."""
    role, caller = draw(st.sampled_from(_NARROW)), draw(callers())
    return replace(caller, grants=tuple(replace(grant, role=role) for grant in caller.grants))


def _with(elements: Iterable[Element], new: Element) -> tuple[Element, ...]:
    return tuple(new if element.id == new.id else element for element in elements)


def _is_civil(elements: Iterable[Element], element: Element) -> bool:
    civil = {civilian.id for civilian in elements if isinstance(civilian, ResourceIndividual)}
    if sort_of(element) in CIVIL_TOO:
        return getattr(element, "source_id", None) in civil
    return any(
        isinstance(tie, ReachedBy) and tie.target_id == element.id and tie.source_id in civil
        for tie in elements
    )


def _answers(snapshot: Snapshot, caller: Caller, on: date) -> list[Any]:
    view = View(snapshot, caller, on, today=TODAY)
    return [*all_answers(view, NEEDS[0], FILES[1]), *read(view)]


@pytest.mark.slow
@examples(100)
@given(world_after_write(), narrow() | callers(), DAYS)
def test_a_write_that_changes_an_answer_raises_the_visible_revision(
    case: tuple[Snapshot, Snapshot, LastWritten], caller: Caller, on: date
) -> None:
    _assert_revision_rises_if_answers_change(case, caller, on)


@drill(5_000)
@given(world_after_write(), narrow() | callers(), DAYS)
def test_writes_that_change_answers_raise_the_revision_in_thousands_of_worlds(
    case: tuple[Snapshot, Snapshot, LastWritten], caller: Caller, on: date
) -> None:
    _assert_revision_rises_if_answers_change(case, caller, on)


def _assert_revision_rises_if_answers_change(
    case: tuple[Snapshot, Snapshot, LastWritten], caller: Caller, on: date
) -> None:
    old, new, write = case
    next_snapshot = replace(new, written=with_writes(new.written, [write]), revision=2)
    if latest_visible_revision(next_snapshot, caller, TODAY) == 1:
        assert _answers(old, caller, on) == _answers(new, caller, on)
