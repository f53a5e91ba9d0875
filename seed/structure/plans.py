"""Plans and agreements of municipalities and networks; their dates are not known here."""

from collections.abc import Iterator

from graph.model import GovernedBy, Link, Node, Plan
from graph.vocabulary import LegalGate, PlanKind
from seed.structure.links import LinkFactory
from seed.structure.sources import Denmark
from seed.structure.timeline import DUTY_TO_PLAN, PSP


def plans(denmark: Denmark) -> Iterator[Node]:
    """Two for each municipality, two for each police district."""
    for one in denmark.municipalities:
        yield Plan(
            id=f"plan-prep-{one.code}",
            kind=PlanKind.PREPAREDNESS_PLAN,
            title=f"Beredskab mod ekstremisme, {one.official_name}",
            valid_from=DUTY_TO_PLAN,
            source="barnets-lov-15",
        )
        yield Plan(
            id=f"plan-rel-{one.code}",
            kind=PlanKind.RELEASE_AGREEMENT,
            title=f"Samarbejdsaftale om løsladelse, {one.official_name}",
            source="kriminalforsorgen",
        )
    for one in denmark.districts:
        yield Plan(
            id=f"plan-coop-{one.code}",
            kind=PlanKind.COOPERATION_PLAN,
            title=f"Samarbejdsplan, {one.name}",
            source="retsplejeloven-111",
        )
        yield Plan(
            id=f"plan-psp-{one.code}",
            kind=PlanKind.PSP_AGREEMENT,
            title=f"PSP-aftale, {one.place}",
            valid_from=PSP,
            source="psp",
        )


def plan_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Whom each plan binds; only the duty to plan has a gate, which allows no data sharing."""
    duty = LegalGate.CHILDRENS_ACT_15_3
    for one in denmark.municipalities:
        owner = f"aut-mun-{one.code}"
        preparedness, release = f"plan-prep-{one.code}", f"plan-rel-{one.code}"
        yield tie(GovernedBy, owner, preparedness, source="barnets-lov-15", gate=duty)
        yield tie(GovernedBy, owner, release, source="kriminalforsorgen")
    for one in denmark.districts:
        council, steering = f"net-kr-{one.code}", f"net-psps-{one.code}"
        yield tie(GovernedBy, council, f"plan-coop-{one.code}", source="retsplejeloven-111")
        yield tie(GovernedBy, steering, f"plan-psp-{one.code}", source="psp")
