"""Naboby, the neighboring town of Kystby: people, a club, a plan and a civilian.

gry     holds nabo-ssp; held a post in Kystby until 2025; open to all
hans    holds nabo-ssp too, deputizes for ssp-post and acts in release, both accepted
pia     holds nabo-ssp too; holds a post of Kystby from February 2027, accepted
nils    held nabo-ssp until last year, and holds no post now
rolf    has never held a post
klub    an association only in the network of Naboby; nabo-plan governs Naboby
lis     a civilian with nabo-ssp as door opener; the consent includes Kystby
"""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from graph.model import (
    ContactDetail,
    Coordinates,
    Covers,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    GaveConsent,
    GovernedBy,
    Holds,
    MemberOf,
    Network,
    Organization,
    Person,
    Plan,
    ReachedBy,
    ResourceIndividual,
    Secret,
)
from graph.store.store import Store
from graph.vocabulary import (
    Channel,
    CoordinationFunction,
    LegalGate,
    NetworkKind,
    OrganizationKind,
    PlanKind,
    PreventionLevel,
    ResourceKind,
    Visibility,
)
from tests.change_sets import change_set
from tests.fixtures.builders import consent
from tests.graph.paths.additions import tie

LEFT: Final = date(2025, 1, 1)
COMES: Final = date(2027, 2, 1)
_REACH: Final = frozenset({PreventionLevel.OUTREACH})
NUMBERS: Final = {"phone-gry": "+45 05 44 33 21", "phone-hans": "+45 05 44 33 22"}


def _person(person_id: str, name: str) -> Person:
    return Person(id=person_id, name=name, title="Konsulent", visibility=Visibility.OPEN,
                  source="kystby")  # fmt: skip


def _number(detail_id: str, channel: Channel = Channel.MOBILE, value: str = "") -> ContactDetail:
    return ContactDetail(
        id=detail_id, channel=channel, hint="•••••", visibility=Visibility.OPEN, source="kystby",
        value=Secret(value or NUMBERS[detail_id]),
    )  # fmt: skip


def next_door() -> tuple[Element, ...]:
    """Return the elements that are added to Kystby."""
    meets: dict[str, Any] = {"levels": _REACH, "gate": LegalGate.CONSENT}
    return (
        _person("gry", "Gry Åvang Holm"),
        tie(Holds, "gry", "nabo-ssp", valid_from=date(2025, 1, 1), share=0.5),
        tie(Holds, "gry", "release", valid_from=date(2020, 1, 1), valid_to=LEFT),
        _number("phone-gry"),
        tie(ReachedBy, "gry", "phone-gry"),
        _person("hans", "Hans Toftkær Bjerg"),
        tie(Holds, "hans", "nabo-ssp", share=0.3),
        tie(Holds, "hans", "release", is_acting=True, share=0.2),
        tie(DeputizesFor, "hans", "ssp-post", order=2),
        _number("phone-hans"),
        tie(ReachedBy, "hans", "phone-hans"),
        _person("pia", "Pia Lyngvang Krogh"),
        tie(Holds, "pia", "nabo-ssp", share=0.2),
        tie(Holds, "pia", "outreach", valid_from=COMES, share=0.5),
        _person("nils", "Nils Rugtoft Dahl"),
        tie(Holds, "nils", "nabo-ssp", valid_to=LEFT, share=0.1),
        _person("rolf", "Rolf Søvang Juhl"),
        Network(
            id="nabo-net", kind=NetworkKind.DIALOGUE_FORUM, name="Dialogforum Naboby",
            gate=LegalGate.CONSENT, levels=_REACH, source="kystby",
        ),
        tie(Covers, "nabo-net", "nabo"),
        tie(Coordinates, "nabo-ssp", "nabo-net", function=CoordinationFunction.COORDINATOR,
            **meets),
        Organization(id="klub", kind=OrganizationKind.SPORTS_CLUB, name="Klubben Lyngen",
                     source="kystby"),
        tie(MemberOf, "klub", "nabo-net", **meets),
        _number("mail-klub", Channel.EMAIL, "post@lyngen.example"),
        tie(ReachedBy, "klub", "mail-klub"),
        Plan(id="nabo-plan", kind=PlanKind.RELEASE_AGREEMENT, title="Naboby beredskabsplan",
             source="kystby"),
        tie(GovernedBy, "nabo-kommune", "nabo-plan"),
        ResourceIndividual(id="lis", display_name="Lis fra Naboby",
                           kind=ResourceKind.DIALOGUE_PARTNER, visibility=Visibility.NAMED,
                           source="kystby"),
        replace(consent("consent-lis"), audience=frozenset({"kystby-kommune"}),
                recorded_by="nabo-ssp", renewal_by="nabo-ssp"),
        tie(GaveConsent, "lis", "consent-lis"),
        tie(DoorOpenerFor, "nabo-ssp", "lis", consent_id="consent-lis", levels=_REACH,
            gate=LegalGate.CONSENT),
    )  # fmt: skip


OUTSIDE: Final = (
    "gry", "gry--nabo-ssp", "phone-gry", "gry--phone-gry", "hans", "hans--nabo-ssp", "phone-hans",
    "pia", "pia--nabo-ssp", "nils", "nabo-ssp", "nabo-kommune", "nabo-ssp--nabo-kommune",
    "nabo-net", "nabo-net--nabo", "nabo-ssp--nabo-net", "klub", "klub--nabo-net", "mail-klub",
    "nabo-plan", "nabo-kommune--nabo-plan", "lis", "consent-lis", "nabo-ssp--lis", "erik",
    "phone-erik", "erik--nabo-ssp", "carl", "ihd", "politi", "nabo", "pol-ost",
)  # fmt: skip
"""Elements to which no steward, coordinator or outreach worker of Kystby may write."""


def fill_next_door(store: Store) -> None:
    """Add Naboby to a store that holds Kystby."""
    store.apply(change_set(creates=next_door()))
