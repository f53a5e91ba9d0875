"""Which changes to a civilian, a consent or anybody's contact details are refused?"""

from typing import Any

import pytest

from graph.model import ContactDetail, GaveConsent, Organization, ReachedBy, Represents
from graph.vocabulary import Channel, OrganizationKind, Rule, Visibility
from tests import kystby
from tests.graph.model.breaking import NEW_YEAR, broken, found, tie

# ---- contact details ----


def test_a_detail_has_exactly_one_owner_for_good() -> None:
    second = tie(ReachedBy, "carl", "phone-bo", valid_from=NEW_YEAR)
    assert broken(second, **{"bo--phone-bo": {"valid_to": NEW_YEAR}}) == {
        (second.id, "source_id", Rule.ONE_OWNER),
        ("bo--phone-bo", "source_id", Rule.ONE_OWNER),
    }
    assert broken(without=["bo--phone-bo"]) == {("phone-bo", "REACHED_BY", Rule.ONE_OWNER)}


def test_two_details_of_one_owner_may_share_an_order() -> None:
    detail = ContactDetail(id="mail-bo", channel=Channel.EMAIL, hint="•••••", source="test")
    assert broken(detail, tie(ReachedBy, "bo", "mail-bo")) == set()


def test_a_detail_is_not_seen_where_its_person_is_not() -> None:
    wide = {"phone-erik": {"visibility": Visibility.NETWORK}}
    assert broken(**wide) == {("phone-erik", "visibility", Rule.WIDER_THAN_OWNER)}
    assert broken(**{"phone-erik": {"visibility": Visibility.NAMED}}) == set()


def test_a_person_who_hides_names_the_detail_that_is_still_seen() -> None:
    things = kystby.things(bo={"visibility": Visibility.NAMED})
    assert found(things, ["bo"]) == {("phone-bo", "visibility", Rule.WIDER_THAN_OWNER)}


def test_only_a_civilian_has_a_private_detail() -> None:
    assert broken(**{"phone-jens": {"is_work": True}}) == set()
    private = broken(**{"phone-bo": {"is_work": False}})
    assert private == {("phone-bo", "is_work", Rule.OWN_CHANNEL)}


# ---- civilians ----


def test_a_consent_has_exactly_one_giver() -> None:
    second = tie(GaveConsent, "kaj", "consent-jens")
    assert broken(second) == {
        (second.id, "source_id", Rule.ONE_GIVER),
        ("jens--consent-jens", "source_id", Rule.ONE_GIVER),
    }
    alone = kystby.things(without=["kaj--consent-kaj"])
    assert found(alone, ["consent-kaj"]) == {("consent-kaj", "GAVE_CONSENT", Rule.ONE_GIVER)}


@pytest.mark.parametrize("consent", ["consent-kaj", "consent-nobody", "ssp"])
def test_a_door_opens_on_the_civilians_own_consent(consent: str) -> None:
    for link in ("outreach--jens", "jens--vindrosen"):
        assert broken(**{link: {"consent_id": consent}}) == {
            (link, "consent_id", Rule.CONSENT_MISSING)
        }


def test_a_civilian_needs_a_door_opener() -> None:
    assert broken(without=["outreach--kaj"]) == {("kaj", "DOOR_OPENER_FOR", Rule.NO_DOOR_OPENER)}


def test_a_civilian_needs_a_consent() -> None:
    alone = kystby.things(without=["kaj--consent-kaj"])
    assert found(alone, ["kaj"]) == {
        ("kaj", "GAVE_CONSENT", Rule.CONSENT_MISSING),
        ("outreach--kaj", "consent_id", Rule.CONSENT_MISSING),
    }


def test_the_links_of_a_door_opener_are_judged_without_the_civilians_own() -> None:
    partial = [thing for thing in kystby.things() if not isinstance(thing, GaveConsent)]
    assert found(partial, ["outreach"]) == set()


@pytest.mark.parametrize(
    ("covers_art9", "visibility", "is_fine"),
    [
        (True, Visibility.NAMED, True),
        (True, Visibility.AREA, False),
        (False, Visibility.NAMED, False),
    ],
)
def test_a_faith_community_is_represented_under_art_9_and_by_name_only(
    covers_art9: bool, visibility: Visibility, is_fine: bool
) -> None:
    changed: dict[str, dict[str, Any]] = {
        "vindrosen": {"kind": OrganizationKind.FAITH_COMMUNITY},
        "consent-jens": {"covers_art9": covers_art9},
        "jens": {"visibility": visibility},
    }
    fault = ("jens--vindrosen", "consent_id", Rule.CONSENT_ART9)
    assert broken(**changed) == (set() if is_fine else {fault})
    assert found(kystby.things(**changed), ["vindrosen"]) == (set() if is_fine else {fault})


def test_a_consent_that_was_not_brought_along_covers_no_faith() -> None:
    faith = Organization(
        id="faith", kind=OrganizationKind.FAITH_COMMUNITY, name="Havnens menighed", source="test"
    )
    link = tie(Represents, "jens", "faith", consent_id="consent-jens")
    things = [*kystby.things(jens={"visibility": Visibility.NAMED}), faith, link]
    without = [thing for thing in things if thing.id != "consent-jens"]
    assert (link.id, "consent_id", Rule.CONSENT_ART9) in found(without, ["faith"])
