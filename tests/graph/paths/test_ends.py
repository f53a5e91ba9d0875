from typing import Any

from graph.access.policy import Role
from graph.access.view import View
from graph.model import BelongsTo, Covers, EntryPointFor, ReachedBy
from graph.paths import Need
from graph.paths.fit_classes import fit_classes
from graph.vocabulary import Channel, Competence, NetworkKind, PostKind, Sector, Trigger
from tests.graph.paths.additions import POLICY, detail, ends_of, kystby_with, post, targets_of, tie
from tests.kystby import caller_of

SSP = frozenset({NetworkKind.SSP})
SOMALI = frozenset({"so"})


def classes(view: View, **terms: Any) -> list[list[str]]:
    fit = fit_classes(view, Need(on=view.on, **terms), POLICY, ())
    return [[view.id(row) for row in fit_class.rows] for fit_class in fit]


def test_criteria_are_joined_by_and() -> None:
    view = kystby_with()
    assert classes(view, network=SSP, area="kystby") == [["ssp-post"], [], ["intake"], []]
    assert classes(view, network=SSP, area="kystby", sector=Sector.SCHOOL)[2] == ["intake"]
    assert targets_of(view, network=SSP, area="kystby", sector=Sector.SCHOOL) == ["intake"]
    assert targets_of(view, network=SSP, sector=Sector.YOUTH) == ["ssp-post"]
    assert targets_of(view, network=SSP, sector=Sector.POLICE) == []
    assert targets_of(view, sector=Sector.YOUTH) == ["nabo-ssp", "outreach", "ssp-post"]
    assert targets_of(view, trigger=Trigger.CONCERN) == ["intake"]
    assert classes(view, target="ssp", trigger=Trigger.CONCERN) == [[], [], ["intake"]]
    assert targets_of(view, target="ssp", trigger=Trigger.RELEASE) == []


def test_targets_are_the_first_class_with_an_answerer_else_the_first_nonempty() -> None:
    terms = {"network": SSP, "area": "kystby"}
    assert targets_of(kystby_with(), **terms) == ["ssp-post"]
    closed = kystby_with(without=("amina--ssp-post", "bo--ssp-post", "duty--ssp-post"))
    assert targets_of(closed, **terms) == ["intake"]
    none = kystby_with(without=("amina--ssp-post", "bo--ssp-post", "duty--ssp-post", "intake--ssp"))
    assert targets_of(none, **terms) == ["ssp-post"]
    assert set(ends_of(kystby_with(), **terms).targets.values()) == {0}


def test_an_area_as_target_means_the_same_as_the_area_criterion() -> None:
    view = kystby_with()
    assert targets_of(view, target="kystby") == targets_of(view, area="kystby")
    assert targets_of(view, area="kystby") == ["intake", "release", "ssp-post"]


def test_a_language_matches_holders_before_deputies() -> None:
    speaking = {"bo": {"languages": SOMALI}}
    view = kystby_with(changed=speaking)
    assert classes(view, area="kystby", language="so") == [[], ["ssp-post"], []]
    view = kystby_with(changed={"carl": {"languages": SOMALI}, **speaking})
    both = {"area": "kystby", "language": "so"}
    assert classes(view, **both) == [["ihd"], ["ssp-post"], []]
    assert targets_of(view, **both) == ["ihd"]
    assert targets_of(view, target="ihd", language="so") == ["ihd"]
    assert targets_of(view, target="ssp-post", language="so") == ["ssp-post"]
    assert targets_of(view, target="duty", language="so") == []


def test_a_language_of_a_hidden_holder_does_not_match() -> None:
    outside = caller_of(Role.COORDINATOR, posts=("ssp-post",))
    changed = {"erik": {"languages": SOMALI}}
    assert targets_of(kystby_with(changed=changed), target="nabo-ssp", language="so") == [
        "nabo-ssp"
    ]
    view = kystby_with(caller=outside, changed=changed)
    assert targets_of(view, target="nabo-ssp", language="so") == []


def test_a_channel_matches_that_of_a_post_or_of_its_deputy() -> None:
    view = kystby_with(detail("mail", Channel.SECURE_EMAIL), tie(ReachedBy, "release", "mail"))
    assert targets_of(view, area="kystby", channel=Channel.MOBILE) == ["ssp-post"]  # of the deputy
    assert classes(view, area="kystby", channel=Channel.MOBILE) == [[], ["ssp-post"], []]
    assert classes(view, area="kystby", channel=Channel.SECURE_EMAIL) == [["release"], [], []]


def test_a_competence_matches_by_prefix_on_a_post_or_its_deputy() -> None:
    changed = {
        "release": {"competences": frozenset({Competence.KSP})},
        "bo": {"competences": frozenset({Competence.SSP_INDIVIDUAL})},
    }
    view = kystby_with(changed=changed)
    assert classes(view, competence="27.12") == [["release"], [], []]
    assert classes(view, competence="27.25") == [[], ["ssp-post"], []]  # of the deputy
    assert targets_of(view, competence="27.25.08") == []


def test_an_association_has_no_language_and_no_competence_but_may_have_a_channel() -> None:
    view = kystby_with(detail("mail", Channel.EMAIL), tie(ReachedBy, "vindrosen", "mail"))
    assert targets_of(view, target="vindrosen") == ["vindrosen"]
    assert targets_of(view, target="vindrosen", language="da") == []
    assert targets_of(view, target="vindrosen", competence="27") == []
    assert targets_of(view, target="vindrosen", channel=Channel.EMAIL) == ["vindrosen"]


def test_a_civilian_as_start_is_the_only_start() -> None:
    own = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))
    view = kystby_with(caller=own)
    starts = ends_of(view, start="jens", target="duty").starts
    assert [view.id(row) for row in starts] == ["jens"]


def test_an_earlier_post_kind_of_a_trigger_ranks_before_a_later_one() -> None:
    police = post("ihp", PostKind.INFOHOUSE_COORDINATOR_POLICE, Sector.POLICE, is_unit_only=True)
    view = kystby_with(police, tie(BelongsTo, "ihp", "politi"), tie(Covers, "ihp", "kystby"))
    assert classes(view, trigger=Trigger.CONCERN) == [[], ["ihp"], ["intake"]]
    assert targets_of(view, trigger=Trigger.CONCERN) == ["ihp"]


def test_an_entry_point_comes_before_all_that_cover_the_area() -> None:
    view = kystby_with(tie(EntryPointFor, "intake", "kystby", order=1))
    assert classes(view, area="kystby")[:2] == [["intake"], ["release", "ssp-post"]]
    assert targets_of(view, area="kystby") == ["intake"]
    assert classes(view, area="kystby", sector=Sector.YOUTH)[:2] == [[], ["ssp-post"]]


def test_an_acute_entry_point_is_ignored_for_other_needs() -> None:
    view = kystby_with(tie(EntryPointFor, "intake", "kystby", order=1, is_acute=True))
    assert classes(view, area="kystby")[:2] == [[], ["intake", "release", "ssp-post"]]
