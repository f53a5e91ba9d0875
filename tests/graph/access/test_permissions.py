from dataclasses import replace
from typing import Any

import pytest

from graph.access.permissions import (
    may_create,
    may_edit,
    may_end,
    may_see,
    may_use_field,
    may_verify,
    may_withdraw,
)
from graph.access.policy import Action, Caller, Grant, Role
from graph.access.view import View
from graph.model import (
    Actor,
    BelongsTo,
    ContactDetail,
    Covers,
    DoorOpenerFor,
    Element,
    GaveConsent,
    Holds,
    Knows,
    LiesIn,
    MemberOf,
    Person,
    ReachedBy,
    RefersTo,
    ResourceIndividual,
    Secret,
)
from graph.vocabulary import (
    Channel,
    LegalGate,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Sector,
    Tier,
    Visibility,
)
from tests import kystby
from tests.fixtures.builders import consent
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import tie
from tests.kystby import TODAY, caller_of

REACH = frozenset({PreventionLevel.OUTREACH})
EXIT = frozenset({PreventionLevel.EXIT})


def view_of(
    *roles: Role, person: str | None = None, more: tuple[Element, ...] = (), **of: Any
) -> View:
    caller = replace(caller_of(*roles, **of), person=person)
    return View(snapshot_of((*kystby.elements(), *more)), caller, TODAY, today=TODAY)


STEWARD = view_of(Role.STEWARD)
COORDINATOR = view_of(Role.COORDINATOR)
OUTREACH = view_of(Role.OUTREACH, posts=("outreach",), person="dina")


def test_a_steward_may_edit_posts_and_people_only_in_the_own_areas() -> None:
    assert may_edit(STEWARD, "ssp-post", "hours")
    assert may_edit(STEWARD, "amina", "title")
    assert may_edit(STEWARD, "amina", "languages")
    assert not may_edit(STEWARD, "nabo-ssp", "hours")
    assert not may_edit(STEWARD, "politi", "name")
    assert not may_edit(STEWARD, "carl", "title")  # of the district, in which the town lies
    assert may_edit(view_of(Role.STEWARD, areas=("pol-ost",)), "carl", "title")


def test_immutable_fields_and_consents_may_not_be_edited_by_any_role() -> None:
    for view in (STEWARD, COORDINATOR, OUTREACH, view_of(Role.DPO)):
        assert not may_edit(view, "ssp-post", "id")
        assert not may_edit(view, "ssp-post", "revision")
        assert not may_edit(view, "ihd--ssp-post", "source_id")
        assert not may_edit(view, "consent-jens", "expires_on")
        assert not may_end(view, "consent-jens")


def test_hidden_and_absent_elements_allow_no_action() -> None:
    assert may_see(COORDINATOR, "amina")
    for gone in ("erik", "erik--nabo-ssp", "jens", "nobody", "Not an id", ""):
        for view in (COORDINATOR, STEWARD):
            assert not may_see(view, gone)
            assert not may_edit(view, gone, "name")
            assert not may_end(view, gone)
            assert not may_verify(view, gone)
            assert not may_withdraw(view, gone)
            assert not may_use_field(view, gone, "name", Action.SEE)


def test_an_unknown_field_of_a_visible_node_raises_key_error() -> None:
    with pytest.raises(KeyError):
        may_edit(STEWARD, "ssp-post", "cpr")


def test_a_coordinator_may_edit_links_in_the_own_areas_but_no_posts_or_people() -> None:
    assert may_edit(COORDINATOR, "ihd--ssp-post", "strength")
    assert may_end(COORDINATOR, "amina--ssp-post")
    assert not may_edit(COORDINATOR, "ssp-post", "hours")
    assert not may_edit(COORDINATOR, "amina", "title")
    assert not may_end(COORDINATOR, "amina")
    assert not may_end(COORDINATOR, "duty--ihd")
    assert not may_end(COORDINATOR, "bo--phone-bo")  # goes with the number
    assert not may_edit(COORDINATOR, "phone-bo", "hint")


def test_a_link_that_would_widen_the_areas_of_a_grant_may_not_be_created() -> None:
    wide = [
        tie(LiesIn, "nabo", "kystby"),
        tie(Covers, "nabo-ssp", "kystby"),
        tie(BelongsTo, "nabo-ssp", "kystby-kommune"),
        tie(Covers, "kystby-kommune", "nabo"),
    ]
    for view in (STEWARD, COORDINATOR):
        assert [may_create(view, link, (link,)) for link in wide] == [False] * 4
        assert not may_end(view, "kystby--pol-ost")
        assert may_end(view, "havnen--kystby")


def test_a_caller_may_not_create_or_extend_their_own_seat_but_may_end_it() -> None:
    view = view_of(Role.COORDINATOR, person="amina")
    seat = tie(Holds, "amina", "outreach")
    assert not may_create(view, seat, (seat,))
    assert may_create(COORDINATOR, seat, (seat,))
    assert not may_edit(view, "amina--ssp-post", "valid_to")
    assert may_end(view, "amina--ssp-post")
    assert may_edit(COORDINATOR, "amina--ssp-post", "share")


def test_a_seat_needs_rights_at_the_post_and_a_membership_at_the_network() -> None:
    joins = tie(MemberOf, "release", "ssp", gate=LegalGate.SSP_115)
    assert may_create(COORDINATOR, joins, (joins,))
    away = tie(MemberOf, "release", "forum", gate=LegalGate.CONSENT)
    assert not may_create(view_of(Role.COORDINATOR, areas=("nabo",)), away, (away,))
    lent = tie(Holds, "amina", "nabo-ssp")
    assert not may_create(COORDINATOR, lent, (lent,))


def test_a_link_may_be_created_only_at_a_level_of_the_grant() -> None:
    refers = tie(RefersTo, "intake", "release", gate=LegalGate.INFOHOUSE, levels=EXIT)
    assert may_create(view_of(Role.COORDINATOR, levels=EXIT), refers, (refers,))
    assert not may_create(view_of(Role.COORDINATOR, levels=REACH), refers, (refers,))


def test_links_may_be_verified_in_the_own_areas_by_roles_that_use_them() -> None:
    assert may_verify(COORDINATOR, "intake--ssp")
    assert may_verify(OUTREACH, "intake--ssp")
    assert may_verify(STEWARD, "intake--ssp")
    assert not may_verify(view_of(Role.ANALYST), "intake--ssp")
    assert not may_verify(view_of(Role.DPO), "intake--ssp")
    assert not may_verify(view_of(Role.COORDINATOR, areas=("nabo",)), "intake--ssp")
    assert not may_verify(COORDINATOR, "kystby--pol-ost")  # carries no such date
    assert not may_verify(COORDINATOR, "ssp")
    assert not may_edit(OUTREACH, "intake--ssp", "strength")
    assert may_edit(OUTREACH, "intake--ssp", "verified_on")


def test_a_caller_may_edit_their_own_person_in_any_role_except_service() -> None:
    for role in (Role.ANALYST, Role.ADMIN, Role.DPO, Role.COORDINATOR):
        view = view_of(role, person="bo", areas=("nabo",))
        assert may_edit(view, "bo", "title")
        assert may_edit(view, "bo", "absent_from")
        assert may_edit(view, "phone-bo", "value")
        assert may_end(view, "phone-bo")
        assert not may_end(view, "bo")
        assert not may_edit(view, "amina", "title")
    assert not may_edit(view_of(Role.SERVICE, person="bo"), "bo", "title")


def test_an_acquaintance_may_be_written_only_by_its_people_in_their_own_name() -> None:
    assert may_edit(OUTREACH, "carl--dina", "is_confirmed")
    assert may_end(OUTREACH, "carl--dina")
    assert not may_edit(COORDINATOR, "carl--dina", "is_confirmed")
    assert not may_edit(STEWARD, "carl--dina", "is_confirmed")
    own = tie(Knows, "bo", "dina", declared_by="dina", strength=0.5)
    assert may_create(OUTREACH, own, (own,))
    assert not may_create(OUTREACH, replace(own, declared_by="bo"), (own,))
    assert not may_create(COORDINATOR, own, (own,))


def post(post_id: str = "new-post") -> Actor:
    return Actor(
        id=post_id, kind=PostKind.SSP_COORDINATOR, name="Ny post", tier=Tier.MUNICIPAL,
        sector=Sector.YOUTH, source="form",
    )  # fmt: skip


def test_a_new_post_is_placed_by_the_links_created_with_it() -> None:
    here, away = (tie(BelongsTo, "new-post", f"{town}-kommune") for town in ("kystby", "nabo"))
    assert may_create(STEWARD, post(), (post(), here))
    assert may_create(STEWARD, here, (post(), here))
    assert not may_create(STEWARD, post(), (post(), away))
    assert not may_create(STEWARD, away, (post(), away))
    assert not may_create(STEWARD, post())
    covers = tie(Covers, "new-post", "nabo")
    assert not may_create(STEWARD, post(), (post(), here, covers))
    assert not may_create(COORDINATOR, post(), (post(), here))
    assert not may_create(view_of(Role.SERVICE), post(), (post(), here))


def test_a_new_person_is_placed_by_the_seat_created_with_them() -> None:
    new = Person(id="new", name="Gry Åvang Holm", source="form")
    seat = tie(Holds, "new", "release")
    assert may_create(STEWARD, new, (new, seat))
    assert may_create(STEWARD, seat, (new, seat))
    assert not may_create(STEWARD, new, (new, tie(Holds, "new", "nabo-ssp")))
    assert not may_create(STEWARD, new, (new,))


def number(detail_id: str = "new-number") -> ContactDetail:
    return ContactDetail(
        id=detail_id, channel=Channel.MOBILE, value=Secret("+45 05 11 22 33"),
        hint="+45 •• •• •• 33", source="form",
    )  # fmt: skip


def test_a_new_number_is_written_by_its_owner_and_by_the_steward_of_the_area() -> None:
    of_bo, of_carl = (tie(ReachedBy, owner, "new-number") for owner in ("bo", "carl"))
    for link in (of_bo, number()):
        assert may_create(STEWARD, link, (number(), of_bo))
        assert may_create(view_of(Role.ANALYST, person="bo"), link, (number(), of_bo))
        assert not may_create(COORDINATOR, link, (number(), of_bo))
    assert not may_create(STEWARD, number(), (number(), of_carl))
    stolen = tie(ReachedBy, "bo", "phone-bo")
    assert not may_create(view_of(Role.ANALYST, person="bo"), stolen, (stolen,))


CIVILIAN = (
    ResourceIndividual(
        id="new", display_name="Formand Lis", kind=ResourceKind.DIALOGUE_PARTNER,
        visibility=Visibility.AREA, source="form",
    ),
    replace(consent("consent-new"), source="form"),
    tie(GaveConsent, "new", "consent-new"),
    tie(DoorOpenerFor, "outreach", "new", consent_id="consent-new", levels=REACH, strength=0.5),
)  # fmt: skip


def test_a_civilian_may_be_created_only_by_an_outreach_worker_of_the_area() -> None:
    assert [may_create(OUTREACH, element, CIVILIAN) for element in CIVILIAN] == [True] * 4
    for view in (
        STEWARD, COORDINATOR, view_of(Role.DPO), view_of(Role.OUTREACH, levels=EXIT),
        view_of(Role.OUTREACH, areas=("nabo",)),
    ):  # fmt: skip
        assert [may_create(view, element, CIVILIAN) for element in CIVILIAN] == [False] * 4


def test_a_civilian_may_be_edited_only_by_outreach_under_a_valid_consent() -> None:
    assert may_edit(OUTREACH, "jens", "display_name")
    assert may_edit(OUTREACH, "jens--vindrosen", "strength")
    assert may_end(OUTREACH, "outreach--jens")
    assert not may_edit(OUTREACH, "kaj", "display_name")
    assert not may_edit(view_of(Role.COORDINATOR, posts=("outreach",)), "jens", "display_name")
    assert not may_edit(view_of(Role.DPO), "jens", "display_name")


def test_a_consent_may_be_withdrawn_by_outreach_workers_and_the_dpo() -> None:
    assert may_withdraw(OUTREACH, "consent-jens")
    assert may_withdraw(view_of(Role.DPO), "consent-jens")
    assert not may_withdraw(view_of(Role.DPO, areas=("nabo",)), "consent-jens")
    assert not may_withdraw(view_of(Role.COORDINATOR, posts=("outreach",)), "consent-jens")
    assert not may_withdraw(OUTREACH, "jens")


def test_an_expired_consent_is_visible_to_its_renewing_post_without_the_civilian() -> None:
    assert may_see(OUTREACH, "consent-kaj")
    assert may_use_field(OUTREACH, "consent-kaj", "text_version", Action.SEE)
    assert not may_see(OUTREACH, "kaj")
    assert not may_see(OUTREACH, "kaj--consent-kaj")
    assert not may_see(view_of(Role.COORDINATOR, posts=("outreach",)), "consent-kaj")


def test_rights_of_two_grants_are_not_combined() -> None:
    both = Caller(
        account="two",
        grants=(
            Grant(role=Role.STEWARD, areas=frozenset({"nabo"})),
            Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"})),
        ),
    )
    view = View(kystby.snapshot(), both, TODAY, today=TODAY)
    assert may_edit(view, "nabo-ssp", "hours")
    assert may_see(view, "ssp-post")
    assert not may_edit(view, "ssp-post", "hours")
    assert may_edit(view, "ihd--ssp-post", "strength")
