from datetime import date
from typing import Any

from graph.access.policy import LOCAL_OPERATOR, Caller, Grant, Role
from graph.access.view import View
from graph.model import (
    BelongsTo,
    ContactDetail,
    DoorOpenerFor,
    Element,
    GaveConsent,
    Knows,
    MemberOf,
    Organization,
    ReachedBy,
    Represents,
)
from graph.vocabulary import (
    Channel,
    Label,
    LegalGate,
    LinkType,
    OrganizationKind,
    PreventionLevel,
    Visibility,
)
from tests import kystby
from tests.fixtures.builders import consent
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import tie
from tests.kystby import TODAY, caller_of

REACH = frozenset({PreventionLevel.OUTREACH})
EXIT = frozenset({PreventionLevel.EXIT})
OWN = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))
CLUB = (
    Organization(id="klub", kind=OrganizationKind.SPORTS_CLUB, name="Klubben", source="kystby"),
    ContactDetail(
        id="mail-klub", channel=Channel.EMAIL, hint="•••••", visibility=Visibility.AREA,
        source="kystby",
    ),
    tie(ReachedBy, "klub", "mail-klub"),
)  # fmt: skip


def view_of(
    caller: Caller,
    *more: Element,
    without: tuple[str, ...] = (),
    withheld: frozenset[str] = frozenset(),
    changed: dict[str, dict[str, Any]] | None = None,
) -> View:
    known = {element.id: element for element in kystby.elements(without=without, **(changed or {}))}
    known |= {element.id: element for element in more}
    return View(snapshot_of(known.values()), caller, TODAY, today=TODAY, withheld=withheld)


def visible_ids(view: View) -> set[str]:
    return {view.id(row) for label in Label for row in view.rows(label)}


def links(view: View, node_id: str, link_type: LinkType) -> list[int]:
    return list(view.out(view.row(node_id), link_type))


def test_a_withheld_person_is_hidden_with_seats_and_details_except_from_the_dpo() -> None:
    withheld = frozenset({"bo"})
    view = view_of(LOCAL_OPERATOR, withheld=withheld)
    assert not {"bo", "phone-bo"} & visible_ids(view)
    assert [view.id(row) for row in view.sources(view.row("ssp-post"), LinkType.DEPUTIZES_FOR)] == [
        "duty"
    ]
    officer = view_of(caller_of(Role.DPO, areas=("dk",)), withheld=withheld)
    assert {"bo", "phone-bo"} <= visible_ids(officer)


def test_a_withheld_contact_detail_does_not_hide_its_person() -> None:
    visible = visible_ids(view_of(LOCAL_OPERATOR, withheld=frozenset({"phone-bo"})))
    assert "bo" in visible
    assert "phone-bo" not in visible


def test_a_dpo_sees_consents_and_their_evidence_only_in_the_own_area() -> None:
    assert "consent-jens" not in visible_ids(view_of(caller_of(Role.DPO, areas=("nabo",))))
    view = view_of(caller_of(Role.DPO))
    assert view.value(view.row("consent-jens"), "text_version") == "da-3"
    staff = view_of(OWN)
    assert staff.value(staff.row("consent-jens"), "text_version") is None


def test_only_a_consent_in_force_sets_the_audience_of_a_civilian() -> None:
    old = consent("consent-old", expires_on=date(2026, 6, 1))
    gave = tie(GaveConsent, "jens", "consent-old")
    changed: dict[str, dict[str, Any]] = {
        "jens": {"visibility": Visibility.NAMED},
        "consent-jens": {"audience": frozenset({"kystby"})},
        "consent-old": {"audience": frozenset({"kystby-kommune"})},
    }
    assert "jens" not in visible_ids(view_of(OWN, old, gave, changed=changed))
    changed["consent-jens"] = {"audience": frozenset({"kystby-kommune"})}
    assert "jens" in visible_ids(view_of(OWN, old, gave, changed=changed))


def test_a_consent_no_longer_linked_to_the_civilian_does_not_show_them() -> None:
    assert "jens" not in visible_ids(
        view_of(OWN, changed={"jens--consent-jens": {"valid_to": TODAY}})
    )


def test_a_door_opener_link_without_a_valid_consent_does_not_show_a_civilian() -> None:
    next_door = caller_of(Role.OUTREACH, areas=("nabo",), posts=("nabo-ssp",))
    door = tie(DoorOpenerFor, "nabo-ssp", "jens", consent_id="consent-kaj", levels=REACH)
    wider: dict[str, dict[str, Any]] = {"consent-jens": {"audience": frozenset({"nabo-kommune"})}}
    assert "jens" not in visible_ids(view_of(next_door, door, changed=wider))
    opened = tie(DoorOpenerFor, "nabo-ssp", "jens", consent_id="consent-jens", levels=REACH)
    assert "jens" in visible_ids(view_of(next_door, opened, changed=wider))


def test_a_link_that_depends_on_an_absent_or_foreign_consent_is_hidden() -> None:
    assert len(links(view_of(OWN), "jens", LinkType.REPRESENTS)) == 1
    for missing in ("consent-kaj", "no-such-consent", "ssp-post"):
        view = view_of(OWN, changed={"jens--vindrosen": {"consent_id": missing}})
        assert links(view, "jens", LinkType.REPRESENTS) == []
    lent = {"kaj--consent-kaj": {"target_id": "consent-jens"}, "jens--consent-jens": {}}
    assert "kaj" not in visible_ids(view_of(OWN, without=("jens--consent-jens",), changed=lent))


def test_an_association_is_not_placed_by_a_civilian_who_represents_it() -> None:
    for civilian, is_seen in (("jens", True), ("kaj", False)):
        consent_id = f"consent-{civilian}"
        represents = tie(Represents, civilian, "klub", consent_id=consent_id, levels=REACH)
        visible = visible_ids(view_of(OWN, *CLUB, represents))
        assert (civilian in visible) is is_seen
        assert "klub" in visible
        assert "mail-klub" not in visible


def test_an_association_is_placed_by_its_posts_and_networks() -> None:
    member = tie(MemberOf, "klub", "forum", gate=LegalGate.CONSENT, levels=REACH)
    for joined in (member, tie(BelongsTo, "outreach", "klub")):
        assert "mail-klub" in visible_ids(view_of(caller_of(Role.COORDINATOR), *CLUB, joined))
    exits = caller_of(Role.COORDINATOR, levels=EXIT)
    assert "mail-klub" not in visible_ids(view_of(exits, *CLUB, member))


def test_a_network_link_at_another_level_does_not_show_people_of_the_network() -> None:
    met = {"ssp-post--ssp": {"levels": EXIT}}
    posted = caller_of(Role.COORDINATOR, areas=(), posts=("ssp-post",), levels=REACH)
    assert "carl" in visible_ids(view_of(posted))
    assert "carl" not in visible_ids(view_of(posted, changed=met))


def test_a_link_is_visible_only_if_one_grant_allows_all_of_it() -> None:
    tied = tie(Knows, "bo", "carl", declared_by="bo", strength=0.5, levels=EXIT)
    level = Grant(role=Role.ANALYST, areas=frozenset(), levels=EXIT)
    people = Grant(role=Role.OUTREACH, areas=frozenset({"dk"}), levels=REACH)
    both = Caller(account="two", grants=(level, people))
    assert links(view_of(both, tied), "bo", LinkType.KNOWS) == []
    whole = Grant(role=Role.OUTREACH, areas=frozenset({"dk"}), levels=EXIT)
    assert links(view_of(Caller(account="one", grants=(whole,)), tied), "bo", LinkType.KNOWS)


def test_verified_by_is_shown_only_by_the_grant_that_shows_the_link() -> None:
    tied = {"ssp-post--ssp": {"levels": EXIT}}
    level = Grant(role=Role.ANALYST, areas=frozenset({"dk"}), levels=EXIT)
    staff = Grant(role=Role.COORDINATOR, areas=frozenset({"dk"}), levels=REACH)
    view = view_of(Caller(account="two", grants=(level, staff)), changed=tied)
    (link,) = links(view, "ssp-post", LinkType.COORDINATES)
    assert view.link_value(link, "verified_by") is None
    (link,) = links(view, "outreach", LinkType.COORDINATES)
    assert view.link_value(link, "verified_by") == "outreach"


def test_an_analyst_does_not_see_the_revision_of_a_person() -> None:
    analyst = view_of(caller_of(Role.ANALYST, areas=("dk",)))
    assert "revision" not in analyst.fields(analyst.row("amina"))
    staff = view_of(LOCAL_OPERATOR)
    assert staff.fields(staff.row("amina"))["revision"] == 1
