from dataclasses import replace
from typing import Any

import pytest

from graph.access.permissions import (
    may_agree,
    may_create,
    may_edit,
    may_end,
    may_propose,
    may_see,
    may_use_field,
)
from graph.access.policy import Action, Caller, Grant, Role
from graph.access.purposes import Purpose
from graph.access.view import View
from graph.model import (
    Actor,
    BelongsTo,
    Coordinates,
    Covers,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    GovernedBy,
    Holds,
    Link,
    MemberOf,
    Organization,
    PartOf,
    Person,
    Represents,
    SucceededBy,
)
from graph.questions.reveal import may_reveal
from graph.vocabulary import (
    CoordinationFunction,
    LegalGate,
    OrganizationKind,
    PreventionLevel,
    Visibility,
)
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import tie
from tests.kystby import TODAY, caller_of
from tests.next_door import COMES, LEFT, next_door

REACH = frozenset({PreventionLevel.OUTREACH})
MEETS: dict[str, Any] = {"gate": LegalGate.SSP_115, "levels": frozenset(PreventionLevel)}
OPENS: dict[str, Any] = {"consent_id": "consent-lis", "levels": REACH, "gate": LegalGate.CONSENT}


def view_of(
    *roles: Role, more: tuple[Element, ...] = (), person: str | None = None, **of: Any
) -> View:
    return seen_by(replace(caller_of(*roles, **of), person=person), *more)


def seen_by(caller: Caller, *more: Element) -> View:
    here = kystby.elements(carl={"visibility": Visibility.OPEN})
    known = {element.id: element for element in (*here, *next_door(), *more)}
    return View(snapshot_of(known.values()), caller, TODAY, today=TODAY)


STEWARD = view_of(Role.STEWARD)
NEIGHBOR = view_of(Role.STEWARD, areas=("nabo",))
COORDINATOR = view_of(Role.COORDINATOR)


def is_theirs(view: View, person: str) -> bool:
    """Return whether the View's caller may edit the person, as a steward of their home may."""
    return may_edit(view, person, "title")


@pytest.mark.parametrize("person", ["gry", "hans", "pia", "nils"])
def test_a_person_has_their_home_at_the_posts_they_hold_not_at_other_seats(person: str) -> None:
    assert not is_theirs(STEWARD, person)
    assert is_theirs(NEIGHBOR, person)


def test_a_number_of_a_person_from_another_area_is_hidden_from_the_local_steward() -> None:
    for number in ("phone-gry", "phone-hans"):
        assert not may_see(STEWARD, number)
        assert not may_use_field(STEWARD, number, "value", Action.REVEAL)
        assert not may_reveal(STEWARD, number, Purpose.VERIFY)
        assert may_reveal(NEIGHBOR, number, Purpose.VERIFY)


def test_a_person_who_only_deputizes_has_their_home_there() -> None:
    assert is_theirs(STEWARD, "bo")
    assert may_reveal(STEWARD, "phone-bo", Purpose.VERIFY)
    assert not is_theirs(NEIGHBOR, "bo")


def test_an_acting_seat_is_the_home_only_of_a_person_who_never_held_another() -> None:
    acts = tie(Holds, "rolf", "release", is_acting=True)
    assert is_theirs(view_of(Role.STEWARD, more=(acts,)), "rolf")
    also = tie(Holds, "rolf", "nabo-ssp")
    assert not is_theirs(view_of(Role.STEWARD, more=(acts, also)), "rolf")
    until = replace(also, valid_to=LEFT)
    assert not is_theirs(view_of(Role.STEWARD, more=(acts, until)), "rolf")


def test_a_person_visible_only_at_home_is_hidden_where_they_deputize_or_act() -> None:
    for seat in (
        tie(DeputizesFor, "erik", "ssp-post", order=3),
        tie(Holds, "erik", "release", is_acting=True),
    ):
        assert not may_see(view_of(Role.COORDINATOR, more=(seat,)), "erik")
        assert may_see(view_of(Role.COORDINATOR, areas=("nabo",), more=(seat,)), "erik")


SEATS: tuple[Link, ...] = (
    tie(Holds, "gry", "ssp-post"),
    tie(Holds, "gry", "release", is_acting=True, id="again"),
    tie(DeputizesFor, "gry", "ssp-post", order=3),
    tie(DeputizesFor, "nils", "ssp-post", order=3),
    tie(Holds, "nils", "release", valid_from=COMES),
    tie(Holds, "carl", "release"),
    tie(Holds, "pia", "outreach", id="sooner"),
)


@pytest.mark.parametrize("seat", SEATS, ids=lambda seat: f"{seat.type} {seat.source_id}")
def test_a_seat_for_a_person_from_elsewhere_may_be_proposed_but_not_created(seat: Link) -> None:
    for view in (STEWARD, COORDINATOR):
        assert not may_create(view, seat, (seat,))
        assert may_propose(view, seat, (seat,))
    assert not may_propose(NEIGHBOR, seat, (seat,))


def test_a_seat_for_a_person_with_a_local_home_or_none_may_be_created() -> None:
    for seat in (
        tie(Holds, "bo", "release"),
        tie(DeputizesFor, "amina", "outreach", order=1),
        tie(Holds, "rolf", "release"),
        tie(DeputizesFor, "rolf", "ssp-post", order=3),
    ):
        assert may_create(STEWARD, seat, (seat,))
        assert may_create(COORDINATOR, seat, (seat,))
    new = Person(id="new", name="Ida Åvang Holm", source="form")
    stands_in = tie(DeputizesFor, "new", "ssp-post", order=3)
    assert may_create(STEWARD, new, (new, stands_in))
    assert may_create(STEWARD, stands_in, (new, stands_in))


def test_a_seat_that_would_widen_another_grant_of_the_account_may_not_be_written() -> None:
    """A coordinator of the town seats its people; a steward of a part of it would gain by that."""

    seat = tie(Holds, "amina", "outreach", id="drawn")
    acting = replace(seat, id="acting", is_acting=True)

    def of(**areas: str) -> View:
        grants = tuple(
            Grant(role=Role[role], areas=frozenset({area})) for role, area in areas.items()
        )
        return seen_by(Caller(account="both", grants=grants), acting)

    assert may_create(of(COORDINATOR="kystby"), seat, (seat,))
    both = of(COORDINATOR="kystby", STEWARD="havnen")
    assert not may_create(both, seat, (seat,))
    assert may_propose(both, seat, (seat,))
    for field in ("is_acting", "valid_from", "valid_to"):
        assert may_edit(of(COORDINATOR="kystby"), "acting", field)
        assert not may_edit(both, "acting", field)
    assert may_edit(both, "acting", "share")
    steward = replace(both.caller, grants=(
        *both.caller.grants, Grant(role=Role.STEWARD, areas=frozenset({"kystby"})),
    ))  # fmt: skip
    assert may_create(seen_by(steward), seat, (seat,))
    assert may_edit(seen_by(steward, acting), "acting", "is_acting")


def test_only_the_home_steward_may_agree_and_not_for_their_own_person() -> None:
    assert may_agree(NEIGHBOR, "gry")
    assert may_agree(view_of(Role.STEWARD, areas=("dk",)), "gry")
    assert not may_agree(STEWARD, "gry")
    assert not may_agree(view_of(Role.COORDINATOR, areas=("nabo",)), "gry")
    assert not may_agree(view_of(Role.STEWARD, areas=("nabo",), person="gry"), "gry")
    for other in ("nabo-ssp", "klub", "nobody", "gry--nabo-ssp"):
        assert not may_agree(NEIGHBOR, other)


def test_the_seat_of_a_person_from_elsewhere_may_be_ended_but_not_extended() -> None:
    for view in (STEWARD, COORDINATOR):
        assert may_edit(view, "hans--release", "share")
        assert may_edit(view, "hans--ssp-post", "order")
        assert may_end(view, "hans--release")
        assert may_end(view, "hans--ssp-post")
        for field in ("is_acting", "valid_from", "valid_to"):
            assert not may_edit(view, "hans--release", field)
        assert not may_edit(view, "hans--ssp-post", "valid_to")
        assert may_edit(view, "amina--ssp-post", "valid_to")
        assert may_edit(view, "bo--ssp-post", "valid_from")
        assert may_edit(view, "duty--ssp-post", "valid_to")  # a duty line is at home nowhere else


def test_a_link_that_would_place_another_areas_node_here_may_not_be_created() -> None:
    club = tie(MemberOf, "klub", "ssp", **MEETS)
    plan = tie(GovernedBy, "kystby-kommune", "nabo-plan")
    for view, link in ((STEWARD, club), (COORDINATOR, club), (STEWARD, plan), (COORDINATOR, plan)):
        assert not may_create(view, link, (link,))
    posts = tie(MemberOf, "nabo-ssp", "ssp", **MEETS)
    assert may_create(STEWARD, posts, (posts,))  # a post lies where its authority does
    local = tie(MemberOf, "vindrosen", "ssp", **MEETS)
    assert may_create(STEWARD, local, (local,))


def test_an_association_with_its_own_place_or_none_may_join_a_network() -> None:
    guest = Organization(
        id="guest", kind=OrganizationKind.NGO, name="Ungegruppen", source="kystby"
    )  # fmt: skip
    joins = tie(MemberOf, "guest", "ssp", **MEETS)
    for placed in ((), (tie(Covers, "guest", "nabo"),), (tie(BelongsTo, "nabo-ssp", "guest"),)):
        assert may_create(view_of(Role.STEWARD, more=(guest, *placed)), joins, (joins,))
        later = view_of(Role.STEWARD, more=(guest, *placed, joins))
        assert may_edit(later, "guest", "name") is (not placed)


def test_an_outreach_worker_may_not_add_a_door_opener_for_a_civilian_elsewhere() -> None:
    outreach = view_of(Role.OUTREACH, posts=("outreach",), person="dina")
    assert may_see(outreach, "lis")
    for post in ("outreach", "ssp-post"):
        door = tie(DoorOpenerFor, post, "lis", **OPENS)
        assert not may_create(outreach, door, (door,))


def test_a_civilian_elsewhere_may_not_be_linked_as_representing_an_association() -> None:
    outreach = view_of(Role.OUTREACH, posts=("outreach",), person="dina")
    speaks = tie(Represents, "lis", "vindrosen", **OPENS)
    assert not may_create(outreach, speaks, (speaks,))
    ours = tie(Represents, "jens", "vindrosen", consent_id="consent-jens", levels=REACH, id="new")
    assert may_create(outreach, ours, (ours,))


def test_a_person_with_an_ended_or_future_post_has_their_home_at_that_post() -> None:
    for dates in ({"valid_to": LEFT}, {"valid_from": COMES}):
        posts = replace(kystby_post("nabo-ssp"), id="other", **dates)
        more = (posts, tie(BelongsTo, "other", "nabo-kommune", **dates),
                tie(Holds, "rolf", "other", **dates))  # fmt: skip
        here, there = (
            view_of(Role.STEWARD, more=more, areas=(area,)) for area in ("kystby", "nabo")
        )
        assert is_theirs(there, "rolf")
        assert not is_theirs(here, "rolf")
        seat = tie(Holds, "rolf", "release")
        assert may_propose(here, seat, (seat,))
        assert not may_create(here, seat, (seat,))


def test_a_person_or_plan_that_is_no_longer_placed_may_be_linked() -> None:
    shut: dict[str, dict[str, Any]] = {"nabo-kommune": {"valid_to": LEFT}}
    elements = [
        replace(element, **shut.get(element.id, {}))
        for element in (*kystby.elements(), *next_door())
    ]
    view = View(snapshot_of(elements), caller_of(Role.STEWARD), TODAY, today=TODAY)
    assert not view.is_placed(view.row("nils"))
    for link in (tie(Holds, "nils", "release"), tie(GovernedBy, "kystby-kommune", "nabo-plan")):
        assert may_create(view, link, (link,))


def kystby_post(post_id: str) -> Actor:
    (actor,) = (node for node in kystby.nodes() if node.id == post_id)
    assert isinstance(actor, Actor)
    return actor


def test_only_the_steward_of_the_source_may_create_part_of_and_successor_links() -> None:
    for link in (
        tie(PartOf, "nabo-kommune", "kystby-kommune"),
        tie(SucceededBy, "nabo-ssp", "ssp-post"),
    ):
        assert not may_create(STEWARD, link, (link,))
        assert may_create(NEIGHBOR, link, (link,))


def test_a_caller_may_not_widen_the_network_or_door_links_of_their_own_post() -> None:
    own = view_of(Role.COORDINATOR, posts=("ssp-post",), person="amina")
    leads = tie(
        Coordinates, "ssp-post", "forum", gate=LegalGate.CONSENT, levels=REACH,
        function=CoordinationFunction.COORDINATOR,
    )  # fmt: skip
    assert not may_create(own, leads, (leads,))
    assert may_create(COORDINATOR, leads, (leads,))
    assert not may_edit(own, "ssp-post--ssp", "levels")
    assert may_edit(own, "ssp-post--ssp", "strength")
    assert may_end(own, "ssp-post--ssp")
    sits = view_of(Role.OUTREACH, posts=("ssp-post",), person="amina")
    opened = tie(DoorOpenerFor, "ssp-post", "jens", consent_id="consent-jens", levels=REACH)
    assert not may_create(sits, opened, (opened,))
    colleague = view_of(Role.OUTREACH, posts=("outreach",), person="dina")
    assert may_create(colleague, opened, (opened,))


def test_a_view_of_another_date_places_no_person_nearer_than_today() -> None:
    snapshot = snapshot_of((*kystby.elements(), *next_door()))
    caller = caller_of(Role.STEWARD)
    today = View(snapshot, caller, TODAY, today=TODAY)
    for day in (LEFT.replace(year=2024), COMES):
        then = View(snapshot, caller, day, today=TODAY)
        person, seat = ("gry", "gry--release") if day < TODAY else ("pia", "pia--outreach")
        assert is_theirs(then, person)
        narrowed = then.within(today)
        assert not is_theirs(narrowed, person)
        assert not may_edit(narrowed, seat, "valid_from")
        assert may_edit(narrowed, "amina--ssp-post", "share") is (day > TODAY)
        assert may_edit(narrowed, "ssp-post", "hours")


def test_a_person_hidden_today_is_hidden_in_a_view_of_another_date_within_today() -> None:
    was = tie(Holds, "erik", "release", valid_to=LEFT)
    snapshot = snapshot_of((*kystby.elements(erik={"visibility": Visibility.AREA}), was))
    caller = caller_of(Role.STEWARD)
    today = View(snapshot, caller, TODAY, today=TODAY)
    then = View(snapshot, caller, LEFT.replace(year=2024), today=TODAY)
    assert not may_see(today, "erik")
    assert not may_see(then.within(today), "erik")
