"""What breaks if somebody or something leaves?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.access import Role
from graph.errors import InvalidNeed, NotFound
from graph.model import (
    BelongsTo,
    Coordinates,
    DeputizesFor,
    DoorOpenerFor,
    GaveConsent,
    Holds,
    Knows,
    MemberOf,
    Network,
    ResourceIndividual,
    Thing,
)
from graph.offices import posts_of
from graph.questions.impact import Impact, impact
from graph.questions.local_needs import Cooperation, local_needs, top_posts
from graph.questions.paths.ask import Ask
from graph.questions.paths.ends import direction_of
from graph.questions.paths.need import Need
from graph.questions.paths.resolve import standing
from graph.questions.paths.talents import meets_in
from graph.questions.paths.words import Rung
from graph.snapshot import snapshot_of
from graph.view import View
from graph.vocabulary import (
    CoordinationFunction,
    Label,
    LegalGate,
    LinkType,
    NetworkKind,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Sector,
    Visibility,
)
from seed import stories
from tests import kystby
from tests.graph.drawn_worlds import ADDITIONS, joined
from tests.graph.questions.letters import refers
from tests.graph.questions.paths.additions import (
    ALL_LEVELS,
    POLICY,
    kystby_with,
    person,
    post,
    tie,
)
from tests.graph.questions.paths.made import consent
from tests.graph.questions.paths.oracle import Oracle
from tests.kystby import TODAY, caller_of
from tests.seed import pinned

_REACH = frozenset({PreventionLevel.OUTREACH})
_NATIONAL = (
    post("cde", PostKind.CDE_ADVISER, Sector.IMMIGRATION),
    tie(BelongsTo, "cde", "politi"),
    person("cilla"),
    tie(Holds, "cilla", "cde"),
)
OUTSIDE = caller_of(Role.COORDINATOR, areas=("nowhere",))
DINA = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("outreach",))
SSP_KYSTBY = ("kystby", Cooperation.SSP)


def test_where_no_municipality_is_to_be_reached_none_is_lost() -> None:
    of_no_level = caller_of(Role.COORDINATOR, areas=("dk",), levels=frozenset())
    found = impact(kystby_with(caller=of_no_level), "intake", POLICY)
    assert (found.needs, found.losses, found.cut_off) == (0, (), ())


def meets(post_id: str, network: str, **fields: Any) -> Thing:
    """A standing member, checked today."""
    given = {"gate": LegalGate.SSP_115, "levels": ALL_LEVELS, "strength": 0.7, "verified_on": TODAY}
    return tie(MemberOf, post_id, network, **{**given, **fields})


def broken(answer: Impact) -> dict[tuple[str, Cooperation], bool]:
    """What is worse, and whether it is lost."""
    return {(one.area.id, one.cooperation): one.is_lost for one in answer.losses}


# ---- worked out on paper


def test_without_its_coordinator_nobody_comes_to_ssp_in_kystby_but_the_intake_is_still_there() -> (
    None
):
    answer = impact(kystby_with(), "ssp-post", POLICY)
    assert broken(answer) == {SSP_KYSTBY: True}
    assert (answer.needs, answer.lost, answer.worse) == (1, 1, 0)
    assert [one.id for one in answer.cut_off] == ["kystby"]
    (loss,) = answer.losses
    assert (loss.before.target.id, loss.before.hops, loss.before.rung) == ("ssp-post", 1, 0)
    # type 0, strength 0.9, 41 days, office hours, INFOHOUSE 0.99, a deputy answers 0.90
    assert loss.before.cost == 105_361 + 25_968 + 64_539 + 10_050 + 105_361
    assert (loss.after, loss.farther) == (None, None)


def test_what_hangs_on_a_post_are_its_network_and_those_who_refer_to_it() -> None:
    answer = impact(kystby_with(), "ssp-post", POLICY)
    (hangs,) = answer.posts
    assert (hangs.post.id, hangs.tie, hangs.rung, hangs.who) == (
        "ssp-post", None, Rung.CLOSED, None,
    )  # fmt: skip
    assert [one.id for one in hangs.areas] == ["kystby"]
    (network,) = answer.networks
    assert (network.network.id, network.coordinates, network.is_gone) == ("ssp", True, False)
    assert (network.posts_before, network.posts_after, network.coordinators_after) == (2, 1, 0)
    told = [(one.type, one.node.id, one.other.id) for one in answer.relations]
    assert told == [(LinkType.REFERS_TO, "ssp-post", "ihd")]


def test_whoever_has_a_deputy_is_missed_by_nobody_and_the_deputy_comes_first() -> None:
    answer = impact(kystby_with(), "amina", POLICY)
    assert answer.losses == ()  # she is away, so bo answers already
    (hangs,) = answer.posts
    assert (hangs.tie, hangs.rung) == (LinkType.HOLDS, Rung.DEPUTY)
    assert hangs.who is not None
    assert hangs.who.id == "bo"
    told = [
        (one.why.value, one.person.id if one.person else one.post.id) for one in hangs.successors
    ]
    assert told == [("DEPUTY", "bo"), ("DEPUTY", "duty"), ("SAME_KIND", "erik")]


def test_a_holder_who_comes_back_costs_what_the_deputy_costs_more() -> None:
    answer = impact(kystby_with(on=date(2026, 12, 7)), "amina", POLICY)
    assert broken(answer) == {SSP_KYSTBY: False}
    (loss,) = answer.losses
    assert loss.after is not None
    assert loss.after.cost - loss.before.cost == 105_361
    assert answer.cut_off == ()


def test_without_anybody_who_stands_in_the_post_closes_and_the_way_is_lost() -> None:
    alone = kystby_with(without=("bo--ssp-post", "duty--ssp-post"), on=date(2026, 12, 7))
    answer = impact(alone, "amina", POLICY)
    assert broken(answer) == {SSP_KYSTBY: True}
    assert answer.posts[0].rung is Rung.CLOSED


def test_where_another_way_leads_it_is_told_what_that_costs_and_where_it_ends() -> None:
    view = kystby_with(refers("ihd", "intake", strength=0.5))
    (loss,) = impact(view, "ssp-post", POLICY).losses
    assert loss.after is not None
    assert (loss.after.target.id, loss.after.hops) == ("intake", 1)
    assert loss.after.cost > loss.before.cost


def test_the_next_rung_is_told_where_a_municipality_is_lost() -> None:
    police = post("ssp-police", PostKind.SSP_COORDINATOR_POLICE, Sector.POLICE)
    view = kystby_with(
        *_NATIONAL, refers("cde", "ihd"), police, tie(BelongsTo, "ssp-police", "politi"),
        person("ida"), tie(Holds, "ida", "ssp-police"), meets("ssp-police", "ssp"),
        refers("ihd", "ssp-police"), without=("intake--ssp",),
    )  # fmt: skip
    by_area = {one.area.id: one for one in impact(view, "ssp-post", POLICY).losses}
    assert by_area["kystby"].is_lost
    farther = by_area["kystby"].farther
    assert farther is not None
    assert (farther.target.id, farther.rung) == ("ssp-police", 1)


def test_a_network_that_goes_takes_its_needs_along() -> None:
    answer = impact(kystby_with(), "ssp", POLICY)
    assert broken(answer) == {SSP_KYSTBY: True}
    assert [(one.post.id, one.tie) for one in answer.posts] == [
        ("intake", LinkType.MEMBER_OF), ("ssp-post", LinkType.COORDINATES),
    ]  # fmt: skip
    assert [one.is_gone for one in answer.networks] == [True]


def test_an_authority_takes_its_posts_along() -> None:
    answer = impact(kystby_with(), "kystby-kommune", POLICY)
    assert [one.post.id for one in answer.posts] == ["intake", "outreach", "release", "ssp-post"]
    assert broken(answer) == {SSP_KYSTBY: True}


def test_ways_begin_where_one_says() -> None:
    view = kystby_with()
    assert impact(view, "ihd", POLICY).lost == 1
    assert top_posts(view) == (view.row("duty"), view.row("ihd"))
    from_intake = impact(view, "ihd", POLICY, start="intake")
    assert (from_intake.lost, from_intake.needs) == (0, 1)
    (loss,) = impact(view, "ssp-post", POLICY, start="intake").losses
    assert (loss.before.target.id, loss.before.hops) == ("ssp-post", 2)


def test_what_cannot_leave_is_refused_and_what_is_hidden_is_not_there() -> None:
    for one in ("kystby", "jens", "vindrosen"):
        with pytest.raises(InvalidNeed):
            impact(kystby_with(caller=DINA), one, POLICY)
    outside = kystby_with(caller=OUTSIDE)
    for missing in ("nobody", "erik", "jens"):
        with pytest.raises(NotFound):
            impact(outside, missing, POLICY)


# ---- civilians


def opened(number: int) -> tuple[Thing, ...]:
    """A civilian that Dina's post alone opens the door to."""
    one, receipt = f"civilian-{number}", f"consent-{number}"
    return (
        ResourceIndividual(
            id=one, display_name=f"Civil {number}", kind=ResourceKind.ROLE_MODEL,
            visibility=Visibility.AREA, source="test",
        ),
        replace(consent(receipt), audience=frozenset({"kystby-kommune"})),
        tie(GaveConsent, one, receipt),
        tie(DoorOpenerFor, "outreach", one, consent_id=receipt, levels=_REACH, strength=0.8),
    )  # fmt: skip


@pytest.mark.parametrize(("many", "told"), [(0, None), (3, None), (4, 5), (8, 5), (9, 10)])
def test_civilians_are_counted_from_five_on_in_fives_and_never_told(
    many: int, told: int | None
) -> None:
    things = [thing for number in range(many) for thing in opened(number)]
    for leaving in ("outreach", "dina"):  # jens is one more
        answer = impact(kystby_with(*things, caller=DINA), leaving, POLICY)
        assert answer.civilians == told
        assert "civilian-" not in repr(answer)
        assert "jens" not in repr(answer)
    assert impact(kystby_with(*things, caller=DINA), "ssp-post", POLICY).civilians is None


# ---- really taken out, and every path walked

_HOUSE = Network(
    id="house", kind=NetworkKind.INFOHOUSE_MUNICIPALITY, name="Infohus Kystby",
    gate=LegalGate.INFOHOUSE, levels=ALL_LEVELS, source="test",
)  # fmt: skip
_POSTS = ("cde", "ihd", "duty", "ssp-post", "intake", "release", "nabo-ssp", "outreach")
_MEET = ("ssp-post", "intake", "release", "nabo-ssp", "ihd")
_LEAVE = (*_POSTS, "amina", "bo", "carl", "dina", "erik", "fie", "ssp", "house", "politi",
          "kystby-kommune")  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Thing, ...]:
    """Kystby with a national post, an info house, and drawn referrals, seats and acquaintances."""
    pairs = st.tuples(st.sampled_from(_POSTS), st.sampled_from(_POSTS))
    gates = st.sampled_from([LegalGate.INTERNAL, LegalGate.GENERAL, LegalGate.SSP_115])
    things = {thing.id: thing for thing in (*kystby.things(), *ADDITIONS)}
    for thing in (*_NATIONAL, _HOUSE):
        things[thing.id] = thing
    for one, other in sorted(draw(st.sets(pairs, max_size=10))):
        if one != other:
            made = refers(one, other, id=f"r-{one}-{other}", gate=draw(gates))
            things[made.id] = made
    for member in sorted(draw(st.sets(st.sampled_from(_MEET), max_size=3))):
        made = meets(member, "house", gate=LegalGate.INFOHOUSE)
        things[made.id] = made
    if draw(st.booleans()):
        made = tie(
            Coordinates, "release", "house", function=CoordinationFunction.COORDINATOR,
            gate=LegalGate.INFOHOUSE, levels=ALL_LEVELS, strength=0.9, verified_on=TODAY,
        )  # fmt: skip
        things[made.id] = made
    for one in draw(st.sets(st.sampled_from(sorted(_DOUBTFUL)))):
        things.pop(one, None)
    return joined(things)


_DOUBTFUL = frozenset(
    {"bo--ssp-post", "duty--ssp-post", "duty--ihd", "ihd--ssp-post", "fie--release", "carl--dina",
     "amina--ssp-post", "intake--ssp"}
)  # fmt: skip


def view_of(things: Iterable[Thing]) -> View:
    return kystby.view_of(snapshot_of(things), on=date(2026, 12, 7))


def walked(whole: View, view: View, starts: Iterable[str]) -> dict[tuple[str, Cooperation], int]:
    """What each need of the whole world costs in a world, by walking every path there is."""
    found: dict[tuple[str, Cooperation], int] = {}
    first = [row for one in starts if (row := view.find(one)) is not None]
    for need in local_needs(whole):
        ids = [whole.id(row) for row in need.targets.tolist()]
        rows = [row for one in ids if (row := view.find(one)) is not None]
        rows = [row for row in rows if meets_in(view, need.cooperation.kinds)[row]]
        direction = direction_of(
            whole, Need(on=whole.on, network=need.cooperation.kinds),
            [whole.row(one) for one in starts if view.find(one) is not None], need.targets.tolist(),
        )  # fmt: skip
        ask = Ask(
            starts=tuple(first), targets=dict.fromkeys(rows, 0), direction=direction,
            max_hops=POLICY.search.default_hops, max_paths=1, overlap_percent=100,
        )  # fmt: skip
        paths = Oracle(view, POLICY, ask, standing(view, POLICY).tolist()).paths()
        if paths:
            found[whole.id(need.area), need.cooperation] = paths[0].cost
    return found


@settings(max_examples=60, deadline=None, derandomize=True)
@given(things=worlds(), leaving=st.sampled_from(_LEAVE))
def test_what_breaks_is_what_every_path_says_once_it_is_really_gone(
    things: tuple[Thing, ...], leaving: str
) -> None:
    whole = view_of(things)
    row = whole.find(leaving)
    if row is None:
        return
    along = [whole.id(one) for one in posts_of(whole, row)]
    gone = {leaving, *(along if whole.label(row) is Label.AUTHORITY else ())}
    rest = {thing.id: thing for thing in things if thing.id not in gone}
    starts = [whole.id(one) for one in top_posts(whole)]
    before = walked(whole, whole, starts)
    after = walked(whole, view_of(joined(rest)), starts)
    answer = impact(whole, leaving, POLICY)
    assert answer.needs == len(before)
    wanted = {
        need: (cost, after.get(need))
        for need, cost in before.items()
        if after.get(need, cost + 1) > cost
    }
    told = {
        (one.area.id, one.cooperation): (one.before.cost, one.after.cost if one.after else None)
        for one in answer.losses
    }
    assert told == wanted
    assert {one.id for one in answer.cut_off} == (
        {area for area, _ in before} - {area for area, _ in after}
    )


# ---- what the caller may not see


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    held=st.sets(st.sampled_from(["nabo-ssp", "release", "ihd", "ssp-post"])),
    stands_in=st.sets(st.sampled_from(["nabo-ssp", "release"])),
    friends=st.sets(st.sampled_from(["bo", "carl", "dina"])),
    leaving=st.sampled_from(["ssp-post", "ihd", "ssp", "kystby-kommune"]),
)
def test_a_hidden_person_changes_nothing_that_breaks(
    held: set[str], stands_in: set[str], friends: set[str], leaving: str
) -> None:
    hidden: tuple[Thing, ...] = (
        person("a-hidden", visibility=Visibility.AREA),
        *(tie(Holds, "a-hidden", seat, share=0.1) for seat in sorted(held)),
        *(tie(DeputizesFor, "a-hidden", seat, order=20) for seat in sorted(stands_in)),
        *(tie(Knows, "a-hidden", one, declared_by=one, strength=0.5) for one in sorted(friends)),
    )
    here = refers("ihd", "nabo-ssp"), refers("ihd", "release")
    told = impact(kystby_with(*here, *hidden, caller=OUTSIDE), leaving, POLICY)
    assert told == impact(kystby_with(*here, caller=OUTSIDE), leaving, POLICY)


# ---- the demo: story 4, one person, five posts


def test_on_laesoe_five_posts_hang_on_one_person_and_ssp_is_lost_without() -> None:
    view = pinned.view_of()
    (holder,) = view.sources(view.row("act-ssp-0825"), LinkType.HOLDS)
    answer = impact(view, view.id(holder), POLICY)
    assert answer.needs == 4 * 98
    assert len(answer.posts) == 5
    assert {one.area.id for one in answer.losses if one.is_lost} <= {stories.LAESOE}
    assert (stories.LAESOE, Cooperation.SSP) in broken(answer)
