"""Which cooperation forms there are, and how one takes part in them."""

from graph.vocabulary.law import LegalGate, PreventionLevel
from graph.vocabulary.structure import Tier
from graph.vocabulary.word import Term

_ALL = frozenset(PreventionLevel)
_BUILD = frozenset({PreventionLevel.CAPACITY_BUILDING})
_EXIT_BUILD = frozenset({PreventionLevel.EXIT, PreventionLevel.CAPACITY_BUILDING})
_REACH = frozenset({PreventionLevel.OUTREACH})


class NetworkKind(Term):
    """A cooperation form: its tier, gate and levels, and whether a path may cross it.

    Source: domain.md §2, from stopekstremisme.dk, PET and retsplejeloven §§ 111-115.
    """

    tier: Tier
    gate: LegalGate
    levels: frozenset[PreventionLevel]
    crosses: bool

    def __init__(
        self,
        _id: str,
        _da: str,
        _en: str,
        tier: Tier,
        gate: LegalGate,
        levels: frozenset[PreventionLevel] = _ALL,
        crosses: bool = True,
    ) -> None:
        self.tier, self.gate, self.levels, self.crosses = tier, gate, levels, crosses

    # A table: a line for each word.
    # fmt: off
    SSP = "SSP", "SSP-samarbejde", "SSP", Tier.MUNICIPAL, LegalGate.SSP_115
    PSP_STEERING = (
        "PSP_STEERING", "PSP-styregruppe", "PSP steering group", Tier.DISTRICT, LegalGate.GENERAL,
    )
    PSP_OPERATIONAL = (
        "PSP_OPERATIONAL", "PSP-operativgruppe", "PSP operational group",
        Tier.MUNICIPAL, LegalGate.PSP_115,
    )
    KSP = "KSP", "KSP-samarbejde", "KSP", Tier.MUNICIPAL, LegalGate.KSP_115
    INFOHOUSE_NETWORK = (
        "INFOHOUSE_NETWORK", "Infohus netværk", "Info house network",
        Tier.DISTRICT, LegalGate.GENERAL,
    )
    INFOHOUSE_MUNICIPALITY = (
        "INFOHOUSE_MUNICIPALITY", "Infohus kommune", "Info house of a municipality",
        Tier.MUNICIPAL, LegalGate.INFOHOUSE,
    )
    DISTRICT_COUNCIL = (
        "DISTRICT_COUNCIL", "Kredsråd", "District council",
        Tier.DISTRICT, LegalGate.GENERAL, _BUILD, False,
    )
    LOCAL_COUNCIL = (
        "LOCAL_COUNCIL", "Lokalråd", "Local council", Tier.MUNICIPAL, LegalGate.GENERAL, _BUILD,
    )
    NATIONAL_COORDINATION = (
        "NATIONAL_COORDINATION", "Koordinationsgruppen", "National coordination group",
        Tier.NATIONAL, LegalGate.GENERAL,
    )
    INFOHOUSE_STEERING = (
        "INFOHOUSE_STEERING", "Infohus-styregruppen", "Info house steering group",
        Tier.NATIONAL, LegalGate.GENERAL,
    )
    MENTOR_CORPS = (
        "MENTOR_CORPS", "Korps af mentorer og forældrecoaches", "Mentor and parent-coach corps",
        Tier.NATIONAL, LegalGate.GENERAL, _EXIT_BUILD, False,
    )
    RESOURCE_PANEL = (
        "RESOURCE_PANEL", "Panel af ressourcepersoner", "Panel of resource persons",
        Tier.MUNICIPAL, LegalGate.GENERAL, _REACH,
    )
    DIALOGUE_FORUM = (
        "DIALOGUE_FORUM", "Dialogforum", "Dialogue forum",
        Tier.COMMUNITY, LegalGate.CONSENT, _REACH,
    )
    # fmt: on


class Attendance(Term):
    """How a member takes part."""

    STANDING = "STANDING", "Fast medlem", "Standing member"
    BY_NEED = "BY_NEED", "Efter behov", "By need"


class CoordinationFunction(Term):
    """What a coordinating post does for its network."""

    CHAIR = "CHAIR", "Formand", "Chair"
    COORDINATOR = "COORDINATOR", "Koordinator", "Coordinator"
    SECRETARIAT = "SECRETARIAT", "Sekretariat", "Secretariat"
    DISTRICT = "DISTRICT", "Politikredsens koordinator", "The district's coordinator"


class SupportKind(Term):
    """What national help a SUPPORTS link offers."""

    ADVICE = "ADVICE", "Rådgivning", "Advice"
    TRAINING = "TRAINING", "Uddannelse", "Training"
    STEERING = "STEERING", "Styring", "Steering"
