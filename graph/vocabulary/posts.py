"""Which posts and contact points there are: their tier, and whether a team answers."""

from typing import Final

from graph.vocabulary.structure import Tier
from graph.vocabulary.word import Term

_NATIONAL = frozenset({Tier.NATIONAL})
_REGIONAL = frozenset({Tier.REGIONAL})
_DISTRICT = frozenset({Tier.DISTRICT})
_MUNICIPAL = frozenset({Tier.MUNICIPAL})
_COMMUNITY = frozenset({Tier.COMMUNITY})
_LINES = _NATIONAL | _DISTRICT


class PostKind(Term):
    """What a post is for, the tiers it may sit on, and `is_unit_only`: no named holder, ever.

    There is none for mayors, police directors, ministers or agency heads: a made-up holder of such
    an office would be a false statement about a real one.
    """

    tiers: frozenset[Tier]
    is_unit_only: bool

    def __init__(
        self, _id: str, _da: str, _en: str, tiers: frozenset[Tier], is_unit_only: bool = False
    ) -> None:
        self.tiers, self.is_unit_only = tiers, is_unit_only

    # A table: a line for each word.
    # fmt: off
    INFOHOUSE_COORDINATOR_MUNICIPAL = (
        "INFOHOUSE_COORDINATOR_MUNICIPAL", "Infohus-tovholder, kommune",
        "Info house coordinator, municipality", _MUNICIPAL)
    INFOHOUSE_COORDINATOR_POLICE = (
        "INFOHOUSE_COORDINATOR_POLICE", "Infohus-tovholder, politi",
        "Info house coordinator, police", _MUNICIPAL)
    INFOHOUSE_COORDINATOR_DISTRICT = (
        "INFOHOUSE_COORDINATOR_DISTRICT", "Infohus-tovholder, politikreds",
        "Info house coordinator, police district", _DISTRICT)
    HEAD_OF_CRIME_PREVENTION = (
        "HEAD_OF_CRIME_PREVENTION", "Leder, kriminalpræventiv sektion",
        "Head of crime-preventive section", _DISTRICT)
    SSP_COORDINATOR = (
        "SSP_COORDINATOR", "SSP-koordinator", "SSP coordinator, municipality", _MUNICIPAL)
    SSP_COORDINATOR_POLICE = (
        "SSP_COORDINATOR_POLICE", "SSP-koordinator, politi", "SSP coordinator, police", _DISTRICT)
    SSP_SCHOOL_CONTACT = (
        "SSP_SCHOOL_CONTACT", "SSP-kontakt, skole", "SSP school contact", _MUNICIPAL)
    PSP_COORDINATOR_MUNICIPAL = (
        "PSP_COORDINATOR_MUNICIPAL", "PSP-koordinator, kommune",
        "PSP coordinator, municipality", _MUNICIPAL)
    PSP_COORDINATOR_POLICE = (
        "PSP_COORDINATOR_POLICE", "PSP-koordinator, politi", "PSP coordinator, police", _DISTRICT)
    PSP_COORDINATOR_PSYCHIATRY = (
        "PSP_COORDINATOR_PSYCHIATRY", "PSP-koordinator, psykiatri",
        "PSP coordinator, psychiatry", _REGIONAL)
    PSYCHIATRY_CONTACT = (
        "PSYCHIATRY_CONTACT", "Kontakt, psykiatri", "Psychiatry contact", _REGIONAL)
    FORENSIC_PSYCHIATRY_CONTACT = (
        "FORENSIC_PSYCHIATRY_CONTACT", "Kontakt, retspsykiatri",
        "Forensic psychiatry contact", _REGIONAL)
    KSP_COORDINATOR_POLICE = (
        "KSP_COORDINATOR_POLICE", "KSP-koordinator, politi", "KSP coordinator, police", _DISTRICT)
    RELEASE_CONTACT = (
        "RELEASE_CONTACT", "Hovedkontakt, god løsladelse", "Municipal release contact", _MUNICIPAL)
    PROBATION_CONTACT = (
        "PROBATION_CONTACT", "KSP-kontakt, Kriminalforsorgen", "Probation contact", _LINES)
    SOCIAL_INTAKE = "SOCIAL_INTAKE", "Social modtagelse", "Social intake", _MUNICIPAL, True
    OUTREACH_WORKER = (
        "OUTREACH_WORKER", "Opsøgende medarbejder", "Outreach worker", _COMMUNITY)
    HOUSING_SOCIAL_COORDINATOR = (
        "HOUSING_SOCIAL_COORDINATOR", "Boligsocial koordinator",
        "Housing-social coordinator", _COMMUNITY)
    MENTOR = "MENTOR", "Mentor", "Mentor", _MUNICIPAL
    PARENT_COACH = "PARENT_COACH", "Forældrecoach", "Parent coach", _MUNICIPAL
    CORPS_COORDINATOR = "CORPS_COORDINATOR", "Korpskoordinator", "Corps coordinator", _NATIONAL
    PET_EXIT = "PET_EXIT", "PET: exit", "PET: exit", _NATIONAL, True
    PET_CAPACITY = "PET_CAPACITY", "PET: kapacitet", "PET: capacity", _NATIONAL, True
    PET_OUTREACH = "PET_OUTREACH", "PET: outreach", "PET: outreach", _NATIONAL, True
    CDE_ADVISER = "CDE_ADVISER", "Rådgiver, CDE", "CDE adviser", _NATIONAL
    INFOHOUSE_SECRETARIAT = (
        "INFOHOUSE_SECRETARIAT", "Infohus-sekretariat, Rigspolitiet",
        "Info house secretariat", _NATIONAL)
    ASYLUM_CONTACT = "ASYLUM_CONTACT", "Kontakt, asylcentre", "Asylum centers' contact", _NATIONAL
    VISO_CONTACT = "VISO_CONTACT", "Kontakt, VISO", "VISO contact", _NATIONAL
    ASSOCIATION_REPRESENTATIVE = (
        "ASSOCIATION_REPRESENTATIVE", "Repræsentant, KL og Danske Regioner",
        "Representative of KL and Danish Regions", _NATIONAL)
    HOTLINE = "HOTLINE", "Hotline", "Hotline", _LINES, True
    EMERGENCY_LINE = "EMERGENCY_LINE", "Alarm", "Emergency line", _LINES, True
    DUTY_LINE = "DUTY_LINE", "Vagtcentral", "Duty line", _LINES, True
    FUNCTIONAL_MAILBOX = (
        "FUNCTIONAL_MAILBOX", "Funktionspostkasse", "Functional mailbox", _LINES, True)
    # fmt: on


KEY_POSTS: Final = frozenset(
    {PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, PostKind.INFOHOUSE_COORDINATOR_POLICE}
)
"""The two coordinators of each Infohus kommune: 196 seats, what coverage measures first."""
PUBLIC_LINES: Final = frozenset({PostKind.EMERGENCY_LINE, PostKind.HOTLINE})
"""Their numbers are public, and told without being revealed. Source: security.md §2."""
