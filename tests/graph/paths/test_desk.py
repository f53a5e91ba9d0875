# pyright: reportOptionalMemberAccess=false
from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.model import BelongsTo, Covers, EntryPointFor
from graph.paths import Answer, Need, find
from graph.paths.answer_terms import AnswerRole, AvailabilityState, DirectGround
from graph.vocabulary import AreaKind, LinkType, PostKind, Sector, Trigger
from tests.graph.paths.additions import POLICY, answer_of, kystby_with, local, post, tie
from tests.graph.questions.letters import refers
from tests.kystby import NOW, TODAY, caller_of
from tests.seed import demo

EVENING: Final = local("2026-11-25T22:00")
ACUTE: Final = {"trigger": Trigger.ACUTE}
OF_DUTY: Final = tie(EntryPointFor, "duty", "pol-ost", order=1, is_acute=True)


def desk(answer: Answer) -> list[str]:
    return [] if answer.local is None else [entry.post.id for entry in answer.local.posts]


def test_the_desk_lists_the_standing_posts_in_the_order_of_the_policy() -> None:
    answer = answer_of(kystby_with(), start="ihd", area="kystby")
    assert desk(answer) == ["ssp-post", "release", "intake", "ihd", "duty"]
    assert answer.local.area.id == "kystby"
    kinds = [entry.kind for entry in answer.local.posts]
    assert kinds == sorted(kinds, key=POLICY.local.index)


def test_each_desk_post_shows_its_availability_and_its_direct_contact() -> None:
    answer = answer_of(kystby_with(), start="intake", area="kystby", at=EVENING)
    posts = {entry.post.id: entry for entry in answer.local.posts}
    states = {node: entry.resolution.availability.state for node, entry in posts.items()}
    assert states == {
        "ssp-post": AvailabilityState.DUTY_LINE, "release": AvailabilityState.NOBODY,
        "intake": AvailabilityState.OPENS_AT, "ihd": AvailabilityState.DUTY_LINE,
        "duty": AvailabilityState.ANSWERING,
    }  # fmt: skip
    by_day = answer_of(kystby_with(), start="intake", area="kystby", at=NOW)
    of_ssp = by_day.local.posts[0]
    assert of_ssp.direct.ground is DirectGround.NAMED  # both are in SSP Kystby
    assert posts["release"].direct is None  # vacant: there is nobody to call


def test_the_askers_own_desk_post_is_marked_as_you_without_a_call() -> None:
    answer = answer_of(kystby_with(), start="intake", area="kystby", at=NOW)
    posts = {entry.post.id: entry for entry in answer.local.posts}
    assert [node for node, entry in posts.items() if entry.is_you] == ["intake"]
    assert posts["intake"].direct is None


def test_a_post_that_covers_the_place_replaces_that_of_the_outer_area() -> None:
    near = post("near", PostKind.DUTY_LINE, Sector.POLICE)
    answer = answer_of(kystby_with(near, tie(Covers, "near", "kystby")), start="ihd", area="kystby")
    assert "near" in desk(answer)
    assert "duty" not in desk(answer)


def test_a_community_has_the_desk_of_its_municipality() -> None:
    answer = answer_of(kystby_with(), start="ihd", area="havnen")
    assert answer.local.area.id == "kystby"


def test_without_a_place_the_desk_is_that_of_the_first_contacts_municipality() -> None:
    of_ssp = answer_of(kystby_with(), start="ihd", target="ssp-post")
    assert of_ssp.local.area.id == "kystby"
    of_police = answer_of(kystby_with(refers("ssp-post", "ihd")), start="ssp-post", target="ihd")
    assert of_police.local is None  # it answers for a district
    by_duty = answer_of(kystby_with(without=("bo--phone-bo",)), start="duty", target="ssp-post")
    assert [contact.is_you for contact in by_duty.contacts] == [True]  # the duty line stands in


def test_a_place_without_contacts_still_has_its_desk() -> None:
    quiet = ("bo--phone-bo", "ihd--ssp-post")
    answer = answer_of(kystby_with(without=quiet), start="ihd", area="kystby", sector=Sector.YOUTH)
    assert answer.contacts == ()
    assert "ssp-post" in desk(answer)


def test_acute_danger_is_answered_with_the_acute_card_alone() -> None:
    answer = answer_of(kystby_with(OF_DUTY), start="ihd", area="kystby", at=EVENING, **ACUTE)
    assert (answer.contacts, answer.passed, answer.none, answer.local) == ((), (), None, None)
    assert answer.acute.area.id == "kystby"
    assert answer.acute.duty_line.post.id == "duty"
    assert answer.acute.duty_line.resolution.is_at_once
    assert answer_of(kystby_with(), start="ihd", area="kystby").acute is None


def test_the_area_of_the_acute_card_is_that_of_the_target_before_the_asker() -> None:
    view = kystby_with(OF_DUTY)
    assert answer_of(view, start="nabo-ssp", target="ssp-post", **ACUTE).acute.area.id == "kystby"
    assert answer_of(view, start="ssp-post", target="ihd", **ACUTE).acute.area is None  # a district


def test_acute_danger_is_answered_beyond_the_limit_of_start_posts() -> None:
    narrow = replace(POLICY, search=replace(POLICY.search, max_starts=1))
    need = Need(on=TODAY, start="kystby-kommune", area="kystby", trigger=Trigger.ACUTE)
    assert find(kystby_with(OF_DUTY), need, narrow).acute.duty_line.post.id == "duty"


def test_the_emergency_lines_are_in_the_order_of_their_entry_points() -> None:
    lines = [
        element
        for order, name in ((2, "a-114"), (1, "b-112"))
        for element in (
            post(name, PostKind.EMERGENCY_LINE, Sector.POLICE),
            tie(EntryPointFor, name, "dk", order=order, is_acute=True),
        )
    ]
    answer = answer_of(kystby_with(*lines), start="ihd", area="kystby", **ACUTE)
    assert [entry.post.id for entry in answer.acute.lines] == ["b-112", "a-114"]


def test_the_acute_card_lists_the_first_post_kind_for_a_concern_to_inform() -> None:
    ihm = post("ihm", PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, Sector.SOCIAL_SERVICES)
    view = kystby_with(ihm, tie(BelongsTo, "ihm", "kystby-kommune"), OF_DUTY)
    for place in ("kystby", "havnen"):
        acute = answer_of(view, start="ihd", area=place, **ACUTE).acute
        assert [entry.post.id for entry in acute.inform] == ["ihm"]


def test_without_a_place_the_acute_card_uses_the_municipality_of_the_asker() -> None:
    acute = answer_of(kystby_with(OF_DUTY), start="ssp-post", **ACUTE).acute
    assert acute is not None
    assert (acute.area and acute.area.id) == "kystby"
    nowhere = answer_of(kystby_with(OF_DUTY), start="ihd", **ACUTE).acute
    assert (nowhere.area, nowhere.duty_line, nowhere.inform) == (None, None, ())
    own = caller_of(Role.COORDINATOR, posts=("ssp-post", "intake"))
    mine = answer_of(kystby_with(OF_DUTY, caller=own), **ACUTE).acute
    assert mine is not None
    assert (mine.area and mine.area.id) == "kystby"


def test_a_duty_line_that_is_no_acute_entry_point_is_not_on_the_card() -> None:
    plain = tie(EntryPointFor, "duty", "pol-ost", order=1)
    acute = answer_of(kystby_with(plain), start="ihd", area="kystby", **ACUTE).acute
    assert acute.duty_line is None


CODES: Final = [one.id for one in demo.GROUND.municipalities]
SATURDAY: Final = local("2026-11-28T01:16")


def district_of(view: View, area: int) -> int:
    (district,) = (
        outer
        for outer in view.targets(area, LinkType.LIES_IN)
        if view.value(outer, "kind") is AreaKind.POLICE_DISTRICT
    )
    return district


def test_in_each_municipality_the_duty_line_of_its_district_answers_at_night() -> None:
    """The start does not matter: the card depends on the place alone."""
    view = demo.view_of(SATURDAY.date())
    for area in CODES:
        acute = answer_of(view, at=SATURDAY, start="act-ihm-0787", area=area, **ACUTE).acute
        line = acute.duty_line
        district = district_of(view, view.row(area))
        assert view.targets(view.row(line.post.id), LinkType.ENTRY_POINT_FOR) == [district], area
        assert (line.kind, line.resolution.rung) == (PostKind.DUTY_LINE, AnswerRole.UNIT)
        assert line.resolution.is_at_once
        assert acute.inform, area


@pytest.mark.parametrize("place", CODES[::14])
def test_the_acute_card_of_a_place_is_the_same_from_each_municipality(place: str) -> None:
    view = demo.view_of(SATURDAY.date())
    cards = set[tuple[str, ...]]()
    for area in CODES:
        start = area.replace("mun-", "act-ihm-")
        acute = answer_of(view, at=SATURDAY, start=start, area=place, **ACUTE).acute
        assert acute.duty_line is not None
        cards.add(tuple(entry.post.id for entry in (*acute.lines, acute.duty_line, *acute.inform)))
    assert len(cards) == 1


def test_112_comes_before_114_in_the_demo() -> None:
    acute = answer_of(demo.view_of(), start="act-ihm-0787", area="mun-0329", **ACUTE).acute
    assert [entry.post.id for entry in acute.lines][:2] == ["act-112", "act-114"]
    assert acute.duty_line is not None


@pytest.mark.slow
def test_the_desk_of_each_municipality_has_every_post_kind_of_the_policy() -> None:
    view = demo.view_of(date(2026, 11, 25))
    for area in CODES:
        answer = answer_of(
            view, start="act-pet-exit", area=area, at=NOW, max_contacts=1, max_paths=1
        )
        kinds = [entry.kind for entry in answer.local.posts]
        assert set(kinds) == set(POLICY.local), (area, set(POLICY.local) - set(kinds))
        assert answer.local.area.id == area
        line = answer.local.posts[-1]
        assert line.kind is PostKind.DUTY_LINE
        assert line.resolution.is_at_once
    assert view.on == TODAY
