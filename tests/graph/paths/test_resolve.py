from datetime import date, datetime, time

from graph.access.policy import Caller, Role
from graph.access.view import View
from graph.model import Authority, BelongsTo, DeputizesFor, Holds, PartOf, ReachedBy
from graph.paths.answer import AnswerCandidate, NodeRef, PassedOver, Resolution
from graph.paths.answer_terms import AnswerRole, AvailabilityState, PassedWhy
from graph.paths.availability import Preference
from graph.paths.resolve import resolve
from graph.vocabulary import AuthorityKind, Channel, PostKind, Sector, Tier, Visibility
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import POLICY, detail, kystby_with, local, person, post, tie
from tests.graph.stand_ins import reseated
from tests.kystby import NOW, caller_of

EVENING = local("2026-11-25T22:00")


def resolution_of(
    view: View, post_id: str, preference: Preference | None = None, at: datetime | None = None
) -> Resolution:
    return resolve(view, view.row(post_id), POLICY, preference or Preference(), at)


def answers(
    view: View, post_id: str, preference: Preference | None = None, at: datetime | None = None
) -> tuple[AnswerRole, str | None]:
    resolution = resolution_of(view, post_id, preference, at)
    return resolution.rung, resolution.who.id if resolution.who else None


def test_an_absent_holder_is_passed_over_for_the_deputy_without_name_or_reason() -> None:
    resolution = resolution_of(kystby_with(), "ssp-post")
    back = date(2026, 12, 7)
    assert (resolution.rung, resolution.who) == (
        AnswerRole.DEPUTY,
        NodeRef(id="bo", name="Bo Rugvang Sørensen"),
    )
    assert resolution.passed_over == (
        PassedOver(rung=AnswerRole.HOLDER, why=PassedWhy.ABSENT, until=back),
    )
    assert (resolution.until, resolution.leaves, resolution.since) == (back, None, None)
    assert (resolution.channels, resolution.reveal) == ((Channel.MOBILE,), "bo")


def test_a_holder_is_absent_from_the_first_day_until_the_day_of_return() -> None:
    for on, rung in [
        (date(2026, 11, 15), AnswerRole.HOLDER),
        (date(2026, 11, 16), AnswerRole.DEPUTY),
        (date(2026, 12, 6), AnswerRole.DEPUTY),
        (date(2026, 12, 7), AnswerRole.HOLDER),
    ]:
        assert resolution_of(kystby_with(on=on), "ssp-post").rung is rung


def test_a_present_holder_answers_until_the_absence_begins() -> None:
    resolution = resolution_of(kystby_with(on=date(2026, 11, 1)), "ssp-post")
    assert (resolution.rung, resolution.since) == (AnswerRole.HOLDER, date(2024, 8, 1))
    assert resolution.until == resolution.leaves == date(2026, 11, 16)
    assert [answering.rung for answering in resolution.order] == [
        AnswerRole.HOLDER,
        AnswerRole.DEPUTY,
        AnswerRole.DUTY_LINE,
    ]


def test_an_acting_holder_comes_after_the_holder_and_before_the_deputy() -> None:
    acting = tie(Holds, "gert", "ssp-post", is_acting=True)
    view = kystby_with(person("gert"), acting)
    assert answers(view, "ssp-post") == (AnswerRole.ACTING, "gert")
    back = kystby_with(person("gert"), acting, on=date(2026, 12, 7))
    assert answers(back, "ssp-post") == (AnswerRole.HOLDER, "amina")


def test_the_duty_line_comes_last_among_deputies_whatever_its_order() -> None:
    view = kystby_with(changed={"bo--ssp-post": {"order": 9}, "duty--ssp-post": {"order": 1}})
    assert answers(view, "ssp-post") == (AnswerRole.DEPUTY, "bo")
    assert answers(kystby_with(without=("bo--ssp-post",)), "ssp-post") == (
        AnswerRole.DUTY_LINE,
        "duty",
    )


def test_deputies_answer_by_their_order() -> None:
    gert = (person("gert"), tie(DeputizesFor, "gert", "ssp-post", order=2))
    assert answers(kystby_with(*gert), "ssp-post") == (AnswerRole.DEPUTY, "bo")
    later = kystby_with(*gert, changed={"bo--ssp-post": {"order": 3}})
    assert answers(later, "ssp-post") == (AnswerRole.DEPUTY, "gert")


def test_a_deputy_that_is_a_post_answers_through_its_holder_one_level_deep() -> None:
    stand_in = tie(DeputizesFor, "ihd", "release", order=1)
    assert answers(kystby_with(stand_in), "release") == (AnswerRole.DEPUTY, "carl")
    empty = kystby_with(stand_in, without=("carl--ihd",))  # its own duty line is not asked
    assert answers(empty, "release") == (AnswerRole.CLOSED, None)
    resolution = resolution_of(
        kystby_with(stand_in, changed={"carl--ihd": {"valid_to": AWAY}}), "release"
    )
    assert resolution.until == resolution.leaves == AWAY


def test_an_unstaffed_deputy_post_with_a_phone_ranks_last_and_is_never_available() -> None:
    number = (detail("phone", Channel.PHONE), tie(ReachedBy, "ihd", "phone"))
    stands_in = tie(DeputizesFor, "ihd", "release", order=1)
    for changed in ({}, {post_id: {"hours": None} for post_id in ("ihd", "release")}):
        alone = kystby_with(*number, stands_in, without=("carl--ihd",), changed=changed)
        for at in (None, NOW, EVENING):
            resolution = resolution_of(alone, "release", at=at)
            assert (resolution.rung, resolution.reveal) == (AnswerRole.DEPUTY, "ihd")
            assert resolution.availability.state is AvailabilityState.NOBODY
    later = tie(DeputizesFor, "bo", "release", order=2)
    for others in ((later,), (later, tie(DeputizesFor, "fie", "release", order=3))):
        both = kystby_with(*number, stands_in, person("fie"), *others, without=("carl--ihd",))
        assert answers(both, "release") == (AnswerRole.DEPUTY, "bo")
        order = [each.who.id for each in resolution_of(both, "release").order if each.who]
        assert order == [*(link.source_id for link in others), "ihd"]


AWAY = date(2027, 2, 1)


def test_a_vacant_post_answers_by_its_own_channel_then_by_a_mailbox_then_not_at_all() -> None:
    mailbox = (
        post("box", PostKind.FUNCTIONAL_MAILBOX, Sector.SOCIAL_SERVICES),
        tie(BelongsTo, "box", "kystby-kommune"),
    )
    own = (detail("mail", Channel.EMAIL), tie(ReachedBy, "release", "mail"))
    assert answers(kystby_with(*own, *mailbox), "release") == (AnswerRole.OWN_CHANNEL, None)
    assert resolution_of(kystby_with(*own), "release").channels == (Channel.EMAIL,)
    assert answers(kystby_with(*mailbox), "release") == (AnswerRole.MAILBOX, "box")
    closed = resolution_of(kystby_with(), "release")
    assert (closed.rung, closed.cost, closed.order) == (AnswerRole.CLOSED, None, ())


def test_a_post_of_a_section_answers_by_the_mailbox_of_the_parent_authority() -> None:
    section = Authority(
        id="section", kind=AuthorityKind.UNIT, tier=Tier.DISTRICT, sector=Sector.POLICE,
        name="Sektion", source="test",
    )  # fmt: skip
    view = kystby_with(
        section,
        tie(PartOf, "section", "politi"),
        post("head", PostKind.HEAD_OF_CRIME_PREVENTION, Sector.POLICE),
        tie(BelongsTo, "head", "section"),
        post("box", PostKind.FUNCTIONAL_MAILBOX, Sector.POLICE),
        tie(BelongsTo, "box", "politi"),
    )
    assert answers(view, "head") == (AnswerRole.MAILBOX, "box")


def test_a_unit_answers_as_its_authority() -> None:
    assert answers(kystby_with(), "intake") == (AnswerRole.UNIT, "kystby-kommune")


def test_the_duty_line_answers_while_the_post_is_closed_if_it_is_open_itself() -> None:
    view = kystby_with()
    assert answers(view, "ihd", at=NOW) == (AnswerRole.HOLDER, "carl")
    assert answers(view, "ihd", at=EVENING) == (AnswerRole.DUTY_LINE, "duty")
    by_day = kystby_with(changed={"duty": {"hours": "MO-FR 09:00-15:00"}})
    assert answers(by_day, "ihd", at=EVENING) == (AnswerRole.HOLDER, "carl")  # who opens tomorrow
    assert answers(view, "ihd") == (AnswerRole.HOLDER, "carl")  # on the date, whatever the hour


def test_is_at_once_is_true_when_the_answerer_is_open_at_the_given_time() -> None:
    view, posts = kystby_with(), ("ihd", "intake", "ssp-post", "release")
    assert [resolution_of(view, row, at=NOW).is_at_once for row in posts] == [
        True,
        True,
        True,
        False,
    ]
    by_night = [resolution_of(view, row, at=EVENING).is_at_once for row in posts]
    assert by_night == [True, False, True, False]  # by the duty line, or not
    assert not any(resolution_of(view, row).is_at_once for row in posts)
    by_day = {"duty": {"hours": "MO-FR 09:00-15:00"}}
    line = kystby_with(changed=by_day, without=("bo--ssp-post",))
    assert resolution_of(line, "ssp-post", at=NOW).rung is AnswerRole.DUTY_LINE
    assert resolution_of(line, "ssp-post", at=NOW).is_at_once
    assert not resolution_of(line, "ssp-post", at=EVENING).is_at_once


def test_the_next_opening_names_who_is_present_then_rather_than_now() -> None:
    """On the evening before the leave ends, it is the holder who opens in the morning."""
    view = kystby_with(on=date(2026, 12, 6), without=("duty--ssp-post",))
    resolution = resolution_of(view, "ssp-post", at=local("2026-12-06T22:00"))
    assert resolution.availability.opens_at == local("2026-12-07T09:00")
    assert (resolution.rung, resolution.who and resolution.who.id) == (AnswerRole.HOLDER, "amina")
    assert [answering.rung for answering in resolution.order] == [AnswerRole.DEPUTY]


def test_on_a_closed_date_the_next_opening_names_who_is_present_on_that_day() -> None:
    """On a Sunday the duty line answers, but whoever is there opens on Monday."""
    for on, opens, who in [
        (date(2026, 11, 8), date(2026, 11, 9), "amina"),
        (date(2026, 11, 15), date(2026, 11, 16), "bo"),  # the holder is away from that day
    ]:
        resolution = resolution_of(kystby_with(on=on), "ssp-post")
        assert (resolution.rung, resolution.who and resolution.who.id) == (
            AnswerRole.HOLDER,
            "amina",
        )
        availability = resolution.availability
        assert (availability.state, availability.who and availability.who.id) == (
            AvailabilityState.OPENS_AT,
            who,
        )
        assert availability.opens_at == datetime.combine(opens, time(9))


def test_without_stand_ins_an_absent_holder_opens_on_the_day_of_return() -> None:
    view = kystby_with(without=("duty--ssp-post", "bo--ssp-post"))
    resolution = resolution_of(view, "ssp-post")
    assert resolution.rung not in (AnswerRole.HOLDER, AnswerRole.DEPUTY)
    availability = resolution.availability
    assert (availability.rung, availability.who and availability.who.id) == (
        AnswerRole.HOLDER,
        "amina",
    )
    assert availability.opens_at == local("2026-12-07T09:00")


def test_the_last_day_of_the_calendar_has_an_answer() -> None:
    for at in (None, datetime(9999, 12, 31, 12)):  # noqa: DTZ001 - local wall-clock time
        resolution = resolution_of(kystby_with(on=date.max), "ssp-post", at=at)
        assert resolution.post.id == "ssp-post"
        assert resolution_of(kystby_with(on=date.max), "duty", at=at).post.id == "duty"


def test_within_a_rung_language_comes_before_channel_before_share_before_id() -> None:
    more = (person("gert", languages=frozenset({"so"})), tie(Holds, "gert", "ihd", share=0.5))
    view = kystby_with(*more, detail("phone", Channel.PHONE), tie(ReachedBy, "carl", "phone"))
    assert answers(view, "ihd") == (AnswerRole.HOLDER, "carl")  # the larger share
    assert answers(view, "ihd", Preference(language="so")) == (AnswerRole.HOLDER, "gert")
    both = Preference(language="so", channel=Channel.PHONE)
    assert answers(view, "ihd", both) == (AnswerRole.HOLDER, "gert")
    passed = PassedOver(rung=AnswerRole.HOLDER, why=PassedWhy.NO_LANGUAGE, until=None)
    assert passed in resolution_of(view, "ihd", Preference(language="so")).passed_over
    assert answers(view, "ihd", Preference(channel=Channel.PHONE)) == (AnswerRole.HOLDER, "carl")
    equal = kystby_with(person("axel"), tie(Holds, "axel", "ihd"))
    assert answers(equal, "ihd") == (AnswerRole.HOLDER, "axel")


def test_a_preference_never_changes_the_rung() -> None:
    view = kystby_with(changed={"bo": {"languages": frozenset({"so"})}}, on=date(2026, 12, 7))
    assert answers(view, "ssp-post", Preference(language="so")) == (AnswerRole.HOLDER, "amina")


def test_a_vacancy_has_its_start_and_the_start_of_the_next_holder() -> None:
    view = kystby_with(
        person("gert", visibility=Visibility.OPEN),
        tie(Holds, "gert", "ihd", valid_from=date(2027, 1, 1)),
        without=("duty--ihd",),
        changed={
            "carl": {"visibility": Visibility.OPEN},
            "carl--ihd": {"valid_to": date(2026, 11, 1)},
        },
    )
    resolution = resolution_of(view, "ihd")
    assert (resolution.rung, resolution.vacant_since) == (AnswerRole.CLOSED, date(2026, 11, 1))
    assert resolution.until == date(2027, 1, 1)
    assert set(resolution.passed_over) == {
        PassedOver(rung=AnswerRole.HOLDER, why=PassedWhy.ENDED, until=None),
        PassedOver(rung=AnswerRole.HOLDER, why=PassedWhy.NOT_YET, until=date(2027, 1, 1)),
    }


def test_until_ignores_a_change_that_does_not_affect_who_answers() -> None:
    view = kystby_with(
        person("gert"), tie(Holds, "gert", "ihd", share=0.1, valid_to=date(2027, 1, 1))
    )
    assert resolution_of(view, "ihd").until is None


def outsider() -> Caller:
    """Return a caller who sees network people through a post; erik is visible in his area alone."""
    return caller_of(Role.COORDINATOR, areas=("kystby",), posts=("ssp-post",))


def test_a_hidden_holder_answers_without_a_name() -> None:
    assert answers(kystby_with(), "nabo-ssp") == (AnswerRole.HOLDER, "erik")
    hidden = resolution_of(kystby_with(caller=outsider()), "nabo-ssp")
    assert (hidden.rung, hidden.who, hidden.is_hidden) == (AnswerRole.HOLDER, None, True)
    assert (hidden.channels, hidden.reveal) == ((), None)
    assert hidden.order == (AnswerCandidate(rung=AnswerRole.HOLDER, who=None),)
    assert not resolution_of(kystby_with(), "nabo-ssp").is_hidden


def test_the_identity_of_a_hidden_holder_does_not_change_the_resolution() -> None:
    twin = snapshot_of(reseated(kystby.elements(), _erik()))
    hidden = resolution_of(kystby_with(caller=outsider()), "nabo-ssp")
    assert resolution_of(kystby.view_of(twin, outsider()), "nabo-ssp") == hidden


def test_a_post_is_vacant_for_all_who_see_it() -> None:
    view = kystby_with(caller=outsider(), without=_erik())
    assert resolution_of(view, "nabo-ssp") == resolution_of(
        kystby_with(without=_erik()), "nabo-ssp"
    )
    assert resolution_of(view, "nabo-ssp").rung is AnswerRole.CLOSED


def _erik() -> tuple[str, ...]:
    return ("erik", "erik--nabo-ssp", "phone-erik", "erik--phone-erik")


def test_vacant_since_is_shown_for_a_hidden_former_holder_too() -> None:
    ended = {"erik--nabo-ssp": {"valid_to": date(2026, 11, 1)}}
    known = {**ended, "erik": {"visibility": Visibility.OPEN}}
    seen = resolution_of(kystby_with(changed=known), "nabo-ssp")
    hidden = resolution_of(kystby_with(changed=ended, caller=outsider()), "nabo-ssp")
    assert seen.vacant_since == hidden.vacant_since == date(2026, 11, 1)
    assert seen.passed_over == hidden.passed_over != ()


def test_without_the_right_to_names_there_is_a_holder_but_no_name() -> None:
    resolution = resolution_of(kystby_with(caller=caller_of(Role.ANALYST, areas=("dk",))), "ihd")
    assert resolution.who == NodeRef(id="carl", name=None)
    assert resolution.channels == ()
    assert resolution.order[0] == AnswerCandidate(
        rung=AnswerRole.HOLDER, who=NodeRef(id="carl", name=None)
    )
