"""Where a need may land: criteria joined by AND, and what fits less well."""

from datetime import date
from typing import Any

from graph.access import Role
from graph.model import (
    BelongsTo,
    Covers,
    EntryPointFor,
    ReachedBy,
)
from graph.questions.paths import Need
from graph.questions.paths.ends import Ends, ends
from graph.view import View
from graph.vocabulary import (
    Channel,
    Competence,
    NetworkKind,
    PostKind,
    Sector,
    Trigger,
)
from tests.graph.questions.paths.additions import (
    POLICY,
    detail,
    kystby_with,
    post,
    tie,
)
from tests.kystby import TODAY, caller_of

SSP = frozenset({NetworkKind.SSP})
SOMALI = frozenset({"so"})


def need(*, on: date = TODAY, **terms: Any) -> Need:
    return Need(on=on, **terms)


def ends_of(view: View, **terms: Any) -> Ends:
    return ends(view, need(on=view.on, **terms), POLICY)


def landing(view: View, **terms: Any) -> list[str]:
    return [view.id(row) for row in ends_of(view, **terms).targets]


def fits(view: View, **terms: Any) -> dict[str, int]:
    return {view.id(row): cost for row, cost in ends_of(view, **terms).targets.items()}


def starting(view: View, **terms: Any) -> list[str]:
    return [view.id(row) for row in ends_of(view, target="duty", **terms).starts]


def test_criteria_are_joined_by_and() -> None:
    view = kystby_with()
    assert landing(view, network=SSP) == ["intake", "ssp-post"]
    assert landing(view, network=SSP, sector=Sector.YOUTH) == ["ssp-post"]
    assert landing(view, sector=Sector.YOUTH) == ["nabo-ssp", "outreach", "ssp-post"]
    assert landing(view, trigger=Trigger.CONCERN) == ["intake"]
    assert landing(view, target="ssp", trigger=Trigger.CONCERN) == []


def test_an_area_as_target_is_the_area() -> None:
    view = kystby_with()
    assert landing(view, target="kystby") == landing(view, area="kystby")
    assert landing(view, area="kystby") == ["intake", "release", "ssp-post"]


def test_a_language_is_spoken_by_a_holder_or_deputy_and_a_deputy_fits_less() -> None:
    view = kystby_with(changed={"carl": {"languages": SOMALI}, "bo": {"languages": SOMALI}})
    found = ends_of(view, area="kystby", language="so")
    assert [view.id(row) for row in found.targets] == ["ssp-post"]
    assert list(found.targets.values()) == [POLICY.fit.by_deputy]
    held = ends_of(view, target="ihd", language="so").targets
    assert list(held.values()) == [0]


def test_a_hidden_holder_speaks_nothing() -> None:
    outside = caller_of(Role.COORDINATOR, posts=("ssp-post",))
    changed = {"erik": {"languages": SOMALI}}
    assert landing(kystby_with(changed=changed), target="nabo-ssp", language="so") == ["nabo-ssp"]
    view = kystby_with(caller=outside, changed=changed)
    assert landing(view, target="nabo-ssp", language="so") == []


def test_a_channel_is_the_posts_or_its_holders() -> None:
    view = kystby_with(detail("mail", Channel.SECURE_EMAIL), tie(ReachedBy, "release", "mail"))
    assert landing(view, area="kystby", channel=Channel.MOBILE) == ["ssp-post"]  # of the deputy
    assert landing(view, area="kystby", channel=Channel.SECURE_EMAIL) == ["release"]


def test_a_competence_is_the_posts_or_a_holders_and_begins_as_asked() -> None:
    changed = {
        "release": {"competences": frozenset({Competence.KSP})},
        "bo": {"competences": frozenset({Competence.SSP_INDIVIDUAL})},
    }
    view = kystby_with(changed=changed)
    assert landing(view, competence="27.12") == ["release"]
    assert landing(view, competence="27.25") == ["ssp-post"]  # of the deputy
    assert landing(view, competence="27.25.08") == []


def test_an_association_has_no_language_and_no_competence_but_may_have_a_channel() -> None:
    view = kystby_with(detail("mail", Channel.EMAIL), tie(ReachedBy, "vindrosen", "mail"))
    assert landing(view, target="vindrosen") == ["vindrosen"]
    assert landing(view, target="vindrosen", language="da") == []
    assert landing(view, target="vindrosen", competence="27") == []
    assert landing(view, target="vindrosen", channel=Channel.EMAIL) == ["vindrosen"]


def test_a_civilian_starts_from_where_they_are() -> None:
    own = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))
    assert starting(kystby_with(caller=own), start="jens") == ["jens"]


def test_the_second_choice_of_a_trigger_fits_less() -> None:
    police = post("ihp", PostKind.INFOHOUSE_COORDINATOR_POLICE, Sector.POLICE)
    view = kystby_with(police, tie(BelongsTo, "ihp", "politi"), tie(Covers, "ihp", "kystby"))
    fit = {
        view.id(row): cost for row, cost in ends_of(view, trigger=Trigger.CONCERN).targets.items()
    }
    assert fit == {"ihp": POLICY.fit.next_kind, "intake": 2 * POLICY.fit.next_kind}


def test_a_post_fits_less_where_another_target_is_the_entry_point() -> None:
    view = kystby_with(tie(EntryPointFor, "intake", "kystby", order=1))
    late = POLICY.fit.no_entry_point
    assert fits(view, area="kystby") == {"intake": 0, "release": late, "ssp-post": late}
    assert set(ends_of(view, area="kystby", sector=Sector.YOUTH).targets.values()) == {0}


def test_an_acute_entry_point_counts_in_acute_needs_only() -> None:
    view = kystby_with(tie(EntryPointFor, "intake", "kystby", order=1, is_acute=True))
    assert set(ends_of(view, area="kystby").targets.values()) == {0}
