"""All enumerations: identifiers are stored, Danish and English labels are shown."""

from enum import Enum, StrEnum, auto
from typing import Final, Literal, Self

Language = Literal["da", "en"]


class Term(StrEnum):
    """Base class of enumerations; `code` is the position of the member, from 0.

    A subclass with further attributes takes them in its `__init__`, after the two labels.
    """

    label_da: str
    label_en: str
    code: int

    def __new__(cls, identifier: str, label_da: str, label_en: str = "", *_facts: object) -> Self:
        """Create a member; an empty English label defaults to the identifier in words."""
        word = str.__new__(cls, identifier)
        word._value_ = identifier
        word.label_da = label_da
        word.label_en = label_en or identifier.replace("_", " ").capitalize()
        word.code = len(cls.__members__)
        return word

    def label(self, lang: Language) -> str:
        """Return the label shown to a reader of `lang`."""
        return self.label_da if lang == "da" else self.label_en


class Label(Term):
    """The label of a node: the name of its class and of its label in the database."""

    AREA = "Area", "Område", "Area"
    AUTHORITY = "Authority", "Myndighed", "Authority"
    NETWORK = "Network", "Samarbejde", "Network"
    ACTOR = "Actor", "Funktion", "Post"
    PERSON = "Person", "Person", "Person"
    RESOURCE_INDIVIDUAL = "ResourceIndividual", "Ressourceperson", "Resource individual"
    ORGANIZATION = "Organization", "Forening", "Organization"
    CONTACT_DETAIL = "ContactDetail", "Kontaktoplysning", "Contact detail"
    CONSENT = "Consent", "Samtykke", "Consent"
    PLAN = "Plan", "Plan", "Plan"


class Tier(Term):
    """The level of the public structure at which a body or post works."""

    NATIONAL = "NATIONAL", "Nationalt"
    REGIONAL = "REGIONAL", "Regionalt"
    DISTRICT = "DISTRICT", "Politikreds", "Police district"
    MUNICIPAL = "MUNICIPAL", "Kommunalt"
    COMMUNITY = "COMMUNITY", "Lokalsamfund"

    @property
    def height(self) -> int:
        """Depth for path slopes: 0 national, 1 regional and district, 2 municipal, 3 community."""
        return (0, 1, 1, 2, 3)[self.code]


class Sector(Term):
    """The professional sector of a body or post."""

    POLICE = "POLICE", "Politi"
    INTELLIGENCE = "INTELLIGENCE", "Efterretningstjeneste"
    SOCIAL_SERVICES = "SOCIAL_SERVICES", "Social"
    SCHOOL = "SCHOOL", "Skole"
    YOUTH = "YOUTH", "Ungdom og fritid", "Youth and leisure"
    PSYCHIATRY = "PSYCHIATRY", "Psykiatri"
    PRISON_PROBATION = "PRISON_PROBATION", "Kriminalforsorg", "Prison and probation"
    EMPLOYMENT = "EMPLOYMENT", "Beskæftigelse"
    IMMIGRATION = "IMMIGRATION", "Udlændinge og integration"
    HOUSING = "HOUSING", "Bolig"
    CIVIL_SOCIETY = "CIVIL_SOCIETY", "Civilsamfund"


class Confidence(Term):
    """How well a fact of the structure is documented."""

    CONFIRMED = "CONFIRMED", "Bekræftet"
    PARTLY = "PARTLY", "Delvist bekræftet"
    UNCONFIRMED = "UNCONFIRMED", "Ikke bekræftet"


class AuthorityKind(Term):
    """The kind of public body of an Authority."""

    MINISTRY = "MINISTRY", "Ministerium"
    AGENCY = "AGENCY", "Styrelse"
    UNIT = "UNIT", "Enhed"
    POLICE_DISTRICT = "POLICE_DISTRICT", "Politikreds"
    REGION = "REGION", "Region"
    PSYCHIATRIC_ORGANIZATION = "PSYCHIATRIC_ORGANIZATION", "Psykiatriledelse"
    PSYCHIATRIC_UNIT = "PSYCHIATRIC_UNIT", "Psykiatrisk enhed"
    MUNICIPALITY = "MUNICIPALITY", "Kommune"
    PROBATION_AREA = "PROBATION_AREA", "Kriminalforsorgsområde"
    PROBATION_DEPARTMENT = "PROBATION_DEPARTMENT", "KiF-afdeling"
    ASSOCIATION_OF_AUTHORITIES = "ASSOCIATION_OF_AUTHORITIES", "Interesseorganisation"


class AreaKind(Term):
    """The kind of geographic unit of an Area."""

    COUNTRY = "COUNTRY", "Land"
    REGION = "REGION", "Region"
    POLICE_DISTRICT = "POLICE_DISTRICT", "Politikreds"
    MUNICIPALITY = "MUNICIPALITY", "Kommune"
    COMMUNITY = "COMMUNITY", "Lokalområde"


class PlanKind(Term):
    """The kind of obligation in a Plan."""

    PREPAREDNESS_PLAN = "PREPAREDNESS_PLAN", "Beredskab"
    RELEASE_AGREEMENT = "RELEASE_AGREEMENT", "Samarbejdsaftale om løsladelse"
    COOPERATION_PLAN = "COOPERATION_PLAN", "Samarbejdsplan, § 113"
    PSP_AGREEMENT = "PSP_AGREEMENT", "PSP-aftale", "PSP agreement"


class ResourceKind(Term):
    """The capacity in which a civilian helps; there is none for a former extremist."""

    RESOURCE_PERSON = "RESOURCE_PERSON", "Ressourceperson"
    DIALOGUE_PARTNER = "DIALOGUE_PARTNER", "Dialogpartner"
    ROLE_MODEL = "ROLE_MODEL", "Rollemodel"
    PARENT_NETWORK = "PARENT_NETWORK", "Forældrenetværk"
    CULTURAL_MEDIATOR = "CULTURAL_MEDIATOR", "Kulturformidler"


class OrganizationKind(Term):
    """The kind of civil organization."""

    ASSOCIATION = "ASSOCIATION", "Forening"
    HOUSING_ORGANIZATION = "HOUSING_ORGANIZATION", "Boligorganisation"
    FAITH_COMMUNITY = "FAITH_COMMUNITY", "Trossamfund"
    SPORTS_CLUB = "SPORTS_CLUB", "Idrætsklub"
    SCHOOL = "SCHOOL", "Skole"
    NGO = "NGO", "NGO", "NGO"


class PreventionLevel(Term):
    """The kind of work a link serves, never a trait of a person.

    Source: PET, *The Centre for Prevention*.
    """

    EXIT = "EXIT", "Exit"
    CAPACITY_BUILDING = "CAPACITY_BUILDING", "Kapacitetsopbygning"
    OUTREACH = "OUTREACH", "Outreach"


class Trigger(Term):
    """A kind of need that starts a search; never a case, never stored."""

    CONCERN = "CONCERN", "Bekymring"
    ACUTE = "ACUTE", "Akut fare", "Acute danger"
    SERIOUS = "SERIOUS", "Alvorlig sikkerhedsmæssig bekymring", "Serious security concern"
    RELEASE = "RELEASE", "Løsladelse"
    MOVE = "MOVE", "Flytning"
    KNOWLEDGE = "KNOWLEDGE", "Behov for viden", "Need for knowledge"
    HAND_BACK = "HAND_BACK", "Tilbage til lokalt niveau", "Back to local level"


class LegalGate(Term):
    """The legal ground of a hop; `allows_named`: named persons may be discussed under it.

    Source: retsplejeloven § 115, the ministry's guidance on infohuse, GDPR art. 6, 7 and 9,
    barnets lov § 15(3). Kontaktvej shows the gate and never assesses necessity.
    """

    allows_named: bool
    legal_text: str

    def __init__(self, _id: str, _da: str, _en: str, legal_text: str, allows_named: bool) -> None:
        self.legal_text = legal_text
        self.allows_named = allows_named

    SSP_115 = "SSP_115", "SSP, retsplejelovens § 115", "SSP under § 115", "§ 115(1)(1)", True
    PSP_115 = "PSP_115", "PSP, retsplejelovens § 115", "PSP under § 115", "§ 115(1)(2)", True
    KSP_115 = "KSP_115", "KSP, retsplejelovens § 115", "KSP under § 115", "§ 115(1)(3)", True
    INFOHOUSE = "INFOHOUSE", "Infohus (§ 115)", "Info house (§ 115)", "§ 115", True
    INTERNAL = "INTERNAL", "Internt i myndigheden", "Within one authority", "own rules", True
    GENERAL = "GENERAL", "Generelt niveau", "General level", "none needed", False
    CONTACT_ONLY = "CONTACT_ONLY", "Kun kontakt", "Contact only", "none needed", False
    CONSENT = "CONSENT", "Samtykke", "Consent", "GDPR art. 6(1)(a), 7, 9(2)(a)", False
    CHILDRENS_ACT_15_3 = (
        "CHILDRENS_ACT_15_3",
        "Beredskab, barnets lov § 15, stk. 3",
        "Duty to plan",
        "barnets lov § 15(3)",
        False,
    )

    @property
    def is_section_115(self) -> bool:
        """Whether a hop under this gate shows the three sentences of § 115."""
        return self.allows_named and self is not LegalGate.INTERNAL

    def fits(self, gate: "LegalGate") -> bool:
        """Whether a network may have this gate where its kind has `gate`: the same or stricter."""
        is_wide = self.allows_named or self is LegalGate.CHILDRENS_ACT_15_3
        return self is gate or not is_wide


SECTION_115: Final[dict[Language, tuple[str, str, str]]] = {
    "da": (
        "Deling skal være nødvendig for samarbejdet",
        "aldrig til efterforskning (§ 115, stk. 2)",
        "ingen har pligt til at dele (§ 115, stk. 4)",
    ),
    "en": (
        "Sharing must be necessary for the cooperation",
        "never for investigating crime (§ 115(2))",
        "nobody is obliged to share (§ 115(4))",
    ),
}


_ACTOR = frozenset({Label.ACTOR})
_AREA = frozenset({Label.AREA})
_AUTHORITY = frozenset({Label.AUTHORITY})
_NETWORK = frozenset({Label.NETWORK})
_PERSON = frozenset({Label.PERSON})
_CIVILIAN = frozenset({Label.RESOURCE_INDIVIDUAL})
_ORGANIZATION = frozenset({Label.ORGANIZATION})


class PathUse(Enum):
    """What a path search does with a type of link."""

    FORWARD = auto()  # a hop, from source to target only
    BOTH = auto()  # a hop, in both directions
    RESOLVE = auto()  # turns a post into person, deputy and detail on a date
    SCOPE = auto()  # turns an area or authority into posts; never crossed
    NONE = auto()

    @property
    def is_hop(self) -> bool:
        """Whether a path may traverse such a link."""
        return self in (PathUse.FORWARD, PathUse.BOTH)


class LinkType(Term):
    """A dated, directed tie. Labels read from the source to the target."""

    sources: frozenset[Label]
    targets: frozenset[Label]
    use: PathUse

    def __init__(
        self,
        _id: str,
        _da: str,
        _en: str,
        sources: frozenset[Label],
        targets: frozenset[Label],
        use: PathUse,
    ) -> None:
        self.sources, self.targets, self.use = sources, targets, use

    # Laid out as a table, one line per member.
    # fmt: off
    HOLDS = "HOLDS", "er indehaver af", "holds", _PERSON, _ACTOR, PathUse.RESOLVE
    DEPUTIZES_FOR = (
        "DEPUTIZES_FOR", "er stedfortræder for", "deputizes for",
        _PERSON | _ACTOR, _ACTOR, PathUse.RESOLVE)
    BELONGS_TO = (
        "BELONGS_TO", "hører til", "belongs to",
        _ACTOR, _AUTHORITY | _ORGANIZATION, PathUse.SCOPE)
    PART_OF = (
        "PART_OF", "er en del af", "is part of",
        _AUTHORITY | _NETWORK, _AUTHORITY | _NETWORK, PathUse.SCOPE)
    COVERS = (
        "COVERS", "dækker", "covers",
        _AUTHORITY | _NETWORK | _ACTOR | _ORGANIZATION, _AREA, PathUse.SCOPE)
    LIES_IN = "LIES_IN", "ligger i", "lies in", _AREA, _AREA, PathUse.SCOPE
    ENTRY_POINT_FOR = (
        "ENTRY_POINT_FOR", "er indgang for", "is the entry point for",
        _ACTOR, _AREA, PathUse.SCOPE)
    MEMBER_OF = (
        "MEMBER_OF", "er medlem af", "is a member of",
        _ACTOR | _ORGANIZATION | _CIVILIAN, _NETWORK, PathUse.BOTH)
    COORDINATES = "COORDINATES", "koordinerer", "coordinates", _ACTOR, _NETWORK, PathUse.BOTH
    SUPPORTS = "SUPPORTS", "støtter", "supports", _ACTOR, _ACTOR | _NETWORK, PathUse.BOTH
    REFERS_TO = "REFERS_TO", "henviser til", "refers to", _ACTOR, _ACTOR, PathUse.FORWARD
    ESCALATES_TO = "ESCALATES_TO", "eskalerer til", "escalates to", _ACTOR, _ACTOR, PathUse.FORWARD
    KNOWS = "KNOWS", "kender", "knows", _PERSON, _PERSON, PathUse.BOTH
    DOOR_OPENER_FOR = (
        "DOOR_OPENER_FOR", "er døråbner for", "is the door opener for",
        _ACTOR, _CIVILIAN, PathUse.FORWARD)
    REPRESENTS = (
        "REPRESENTS", "repræsenterer", "represents", _CIVILIAN, _ORGANIZATION, PathUse.FORWARD)
    SUCCEEDED_BY = (
        "SUCCEEDED_BY", "er afløst af", "is succeeded by",
        frozenset(Label), frozenset(Label), PathUse.NONE)
    GOVERNED_BY = (
        "GOVERNED_BY", "er omfattet af", "is governed by",
        _AUTHORITY | _NETWORK, frozenset({Label.PLAN}), PathUse.NONE)
    REACHED_BY = (
        "REACHED_BY", "træffes på", "is reached by",
        _AUTHORITY | _ACTOR | _PERSON | _CIVILIAN | _ORGANIZATION,
        frozenset({Label.CONTACT_DETAIL}), PathUse.RESOLVE)
    GAVE_CONSENT = (
        "GAVE_CONSENT", "gav samtykke", "gave consent",
        _CIVILIAN, frozenset({Label.CONSENT}), PathUse.RESOLVE)
    # fmt: on


_ALL = frozenset(PreventionLevel)
_BUILD = frozenset({PreventionLevel.CAPACITY_BUILDING})
_EXIT_BUILD = frozenset({PreventionLevel.EXIT, PreventionLevel.CAPACITY_BUILDING})
_REACH = frozenset({PreventionLevel.OUTREACH})


class NetworkKind(Term):
    """A cooperation form: its tier, gate and levels, and whether a path may cross it.

    Sources: stopekstremisme.dk, PET and retsplejeloven §§ 111-115.
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

    # Laid out as a table, one line per member.
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
        "RESOURCE_PANEL", "Panel af ressourcepersoner", "Panel of resource individuals",
        Tier.MUNICIPAL, LegalGate.GENERAL, _REACH,
    )
    DIALOGUE_FORUM = (
        "DIALOGUE_FORUM", "Dialogforum", "Dialogue forum",
        Tier.COMMUNITY, LegalGate.CONSENT, _REACH,
    )
    # fmt: on


class Attendance(Term):
    """How a member takes part in the meetings of a network."""

    STANDING = "STANDING", "Fast medlem", "Standing member"
    BY_NEED = "BY_NEED", "Efter behov", "By need"


class CoordinationFunction(Term):
    """The function of a coordinating post in its network."""

    CHAIR = "CHAIR", "Formand", "Chair"
    COORDINATOR = "COORDINATOR", "Koordinator", "Coordinator"
    SECRETARIAT = "SECRETARIAT", "Sekretariat", "Secretariat"
    DISTRICT = "DISTRICT", "Politikredsens koordinator", "The district's coordinator"


class SupportKind(Term):
    """The national help that a SUPPORTS link offers."""

    ADVICE = "ADVICE", "Rådgivning", "Advice"
    TRAINING = "TRAINING", "Uddannelse", "Training"
    STEERING = "STEERING", "Styring", "Steering"


_NATIONAL = frozenset({Tier.NATIONAL})
_REGIONAL = frozenset({Tier.REGIONAL})
_DISTRICT = frozenset({Tier.DISTRICT})
_MUNICIPAL = frozenset({Tier.MUNICIPAL})
_COMMUNITY = frozenset({Tier.COMMUNITY})
_LINES = _NATIONAL | _DISTRICT


class PostKind(Term):
    """The kind of a post, its possible tiers, and `is_unit_only`: it never has a named holder.

    There is no kind for mayors, police directors, ministers or agency heads: a fictitious holder of
    such an office would be a false statement about the real one.
    """

    tiers: frozenset[Tier]
    is_unit_only: bool

    def __init__(
        self, _id: str, _da: str, _en: str, tiers: frozenset[Tier], is_unit_only: bool = False
    ) -> None:
        self.tiers, self.is_unit_only = tiers, is_unit_only

    # Laid out as a table, one line per member.
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
    SOCIAL_DUTY_LINE = (
        "SOCIAL_DUTY_LINE", "Social døgnvagt", "Social duty line", _MUNICIPAL, True)
    FUNCTIONAL_MAILBOX = (
        "FUNCTIONAL_MAILBOX", "Funktionspostkasse", "Functional mailbox", _LINES, True)
    # fmt: on


KEY_POSTS: Final = frozenset(
    {PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, PostKind.INFOHOUSE_COORDINATOR_POLICE}
)
"""The two coordinators of each Infohus municipality: 196 seats, the first coverage measure."""
DUTY_LINES: Final = frozenset({PostKind.DUTY_LINE, PostKind.SOCIAL_DUTY_LINE})
"""Lines that are answered while offices are closed: of the police, and of a municipality."""
NATIONAL_LINES: Final = frozenset({PostKind.EMERGENCY_LINE, PostKind.HOTLINE})
PUBLIC_LINES: Final = NATIONAL_LINES | DUTY_LINES
"""Lines with public numbers, shown without a purpose: the whole country's, and duty lines."""


class Competence(Term):
    """A subject; `number` is its KLE number or a `kv:` code of Kontaktvej.

    Source: KL's Emnesystematik (KLE); it has no number for extremism.
    """

    number: str

    def __init__(self, _id: str, _da: str, _en: str, number: str) -> None:
        self.number = number

    # Laid out as a table, one line per member.
    # fmt: off
    SSP = "SSP", "SSP-indsats", "SSP", "27.25"
    SSP_CRIME_PREVENTION = (
        "SSP_CRIME_PREVENTION", "Kriminalpræventiv indsats, SSP",
        "SSP crime prevention", "27.25.08")
    SSP_INDIVIDUAL = (
        "SSP_INDIVIDUAL", "Individuel kriminalpræventiv indsats", "Individual SSP work", "27.25.12")
    PSP = "PSP", "PSP-samarbejde", "PSP cooperation", "27.12.26"
    PSP_INQUIRIES = "PSP_INQUIRIES", "PSP-henvendelser", "PSP inquiries", "27.12.30"
    KSP = "KSP", "KSP-samarbejde", "KSP cooperation", "27.12.34"
    YOUTH_CRIME = "YOUTH_CRIME", "Bekæmpelse af ungdomskriminalitet", "", "27.29"
    YOUTH_RELEASE = (
        "YOUTH_RELEASE", "Udslusning til løsladte unge", "Release of young people", "27.24.26")
    NOTIFICATION = "NOTIFICATION", "Underretningspligt m.v.", "Duty to notify", "27.24.45"
    FAMILY_COUNSELING = "FAMILY_COUNSELING", "Familieorienteret rådgivning", "", "27.12.06"
    SUPPORT_PERSON = (
        "SUPPORT_PERSON", "Støtte- og kontaktperson", "Support and contact person", "27.48.08")
    MENTORING = "MENTORING", "Mentorstøtte", "", "15.20.36"
    DRUG_TREATMENT = "DRUG_TREATMENT", "Stofmisbrugsbehandling", "", "27.51.04"
    DRUG_TREATMENT_YOUTH = (
        "DRUG_TREATMENT_YOUTH", "Stofmisbrugsbehandling til unge",
        "Drug treatment of young people", "27.24.42")
    INTEGRATION = "INTEGRATION", "Integration og udlændinge", "", "15.40"
    INTERPRETING = "INTERPRETING", "Tolkebistand", "", "27.69.68"
    YOUTH_GUIDANCE = "YOUTH_GUIDANCE", "Kommunal ungeindsats", "", "17.27"
    YOUTH_SCHOOL = "YOUTH_SCHOOL", "Ungdomsskoletilbud", "", "18.10"
    CLUBS = "CLUBS", "Klubvirksomhed", "", "18.12"
    HOUSING_SOCIAL = (
        "HOUSING_SOCIAL", "Boligsocial indsats, helhedsplaner", "Housing-social work", "03.30.05")
    SAFETY = "SAFETY", "Tryghedsfremmende foranstaltninger", "Safety measures", "05.23"
    VOLUNTEERING = "VOLUNTEERING", "Frivilligt socialt arbejde", "Voluntary social work", "27.15.12"
    EXTREMISM_ADVICE = "EXTREMISM_ADVICE", "Rådgivning om ekstremisme", "", "kv:01"
    ASSESSMENT_TOOL = "ASSESSMENT_TOOL", "Vurderingsværktøj", "", "kv:02"
    DISENGAGEMENT = "DISENGAGEMENT", "Exit-arbejde", "", "kv:03"
    PARENT_COACHING = "PARENT_COACHING", "Forældrecoaching", "", "kv:04"
    ONLINE = "ONLINE", "Onlinemiljøer", "Online milieus", "kv:05"
    HATE_CRIME = "HATE_CRIME", "Hadforbrydelser", "", "kv:06"
    RETURNEES = "RETURNEES", "Hjemvendte", "", "kv:07"
    HONOR_CONFLICTS = "HONOR_CONFLICTS", "Æresrelaterede konflikter", "", "kv:08"
    NEURODIVERSITY = "NEURODIVERSITY", "Autisme og ADHD", "Autism and ADHD", "kv:09"
    # fmt: on


_EXAMPLES: Final = {
    "code": "0787", "cvr": "12345678", "hours": "MO-FR 09:00-15:00", "languages": "da, so",
    "text_version": "da-3", "website": "https://kommune.dk", "valid_from": "2027-01-15",
    "valid_to": "2027-01-15", "own_kind": "DEMOKRATIKONSULENT",
}  # fmt: skip
"""A well-formed value of each field that is often malformed."""


class Rule(Term):
    """The reason a value cannot be saved; labels are sentences without the name of the field."""

    def reason(self, field: str, lang: Language) -> str:
        """Return the label; for a malformed value, a well-formed example instead."""
        example = _EXAMPLES.get(field) if self is Rule.BAD_FORMAT else None
        if example is None:
            return self.label(lang)
        return f"skriv fx {example}" if lang == "da" else f"write e.g. {example}"

    # Laid out as a table, one line per member.
    # fmt: off
    REQUIRED = "REQUIRED", "skal udfyldes", "must be filled in"
    TOO_LONG = "TOO_LONG", "må højst være 120 tegn", "may be 120 characters at most"
    UNKNOWN_WORD = (
        "UNKNOWN_WORD", "er ikke et af de ord, der kan vælges",
        "is not one of the words to choose from")
    UNKNOWN_FIELD = "UNKNOWN_FIELD", "findes ikke", "does not exist"
    UNKNOWN_KIND = (
        "UNKNOWN_KIND", "er ikke en type, der findes", "is not a kind that exists")
    KIND_OF_OTHER = (
        "KIND_OF_OTHER", "hører under en anden type", "belongs under another kind")
    BAD_FORMAT = "BAD_FORMAT", "kan ikke læses", "cannot be read"
    PHONE_NUMBER = (
        "PHONE_NUMBER",
        "er ikke et telefonnummer, der kan ringes til; skriv 8 cifre, eller + og landekode",
        "is not a phone number that can be called; write 8 digits, or + and the country code")
    MAIL_ADDRESS = (
        "MAIL_ADDRESS", "er ikke en mailadresse; skriv den som navn@kommune.dk",
        "is not a mail address; write it as name@kommune.dk")
    OUT_OF_RANGE = "OUT_OF_RANGE", "er uden for det tilladte", "is out of bounds"
    FROM_AFTER_TO = (
        "FROM_AFTER_TO", "skal ligge før slutdatoen", "must come before the end date")
    BOTH_OR_NEITHER = (
        "BOTH_OR_NEITHER", "og feltet, der hører til, udfyldes begge eller slet ikke",
        "and the field that belongs to it are both filled in, or neither")
    NOT_EMPTY = "NOT_EMPTY", "skal have mindst én værdi", "must have at least one value"
    DUPLICATE = "DUPLICATE", "findes allerede", "exists already"
    MISSING_END = (
        "MISSING_END", "findes ikke, så forbindelsen har ingen ende",
        "does not exist, so the link has no end")
    WRONG_ENDS = (
        "WRONG_ENDS", "kan ikke forbinde disse to", "cannot tie these two together")
    SELF_LINK = "SELF_LINK", "kan ikke forbinde noget med sig selv", "cannot tie a thing to itself"
    TIER_OF_KIND = (
        "TIER_OF_KIND", "passer ikke til funktionens type", "does not fit the kind of post")
    UNIT_ONLY = (
        "UNIT_ONLY", "besvares af en enhed og har aldrig en navngiven indehaver",
        "is answered by a unit and never has a named holder")
    FULL_NAME = "FULL_NAME", "skal have mindst to ord", "must have two words or more"
    SMALLER_ID_FIRST = (
        "SMALLER_ID_FIRST", "skal begynde med personen med det mindste id",
        "must begin with the person of the smaller id")
    ONE_SIDED = (
        "ONE_SIDED", "må højst være 0,5, til den anden har bekræftet",
        "may be 0.5 at most until the other has confirmed")
    GATE_OF_KIND = (
        "GATE_OF_KIND", "skal være samarbejdsformens grundlag eller et strengere",
        "must be the legal ground of the network's kind or a stricter one")
    SAME_AS_NETWORK = (
        "SAME_AS_NETWORK", "skal være det samme som samarbejdets",
        "must be the same as the network's")
    CIVILIAN_GATE = (
        "CIVILIAN_GATE", "må aldrig tillade navngivne personer, når en civil er med",
        "may never allow named persons where a civilian takes part")
    CIVILIAN_NETWORK = (
        "CIVILIAN_NETWORK", "er ikke et samarbejde, civile kan være med i",
        "is not a network civilians can be members of")
    HIGHER_TIER = (
        "HIGHER_TIER", "henviser aldrig opad; brug \"eskalerer til\"",
        "never refers upward; use \"escalates to\"")
    LOWER_TIER = (
        "LOWER_TIER", "eskalerer aldrig nedad; brug \"henviser til\"",
        "never escalates downward; use \"refers to\"")
    OWN_CHANNEL = (
        "OWN_CHANNEL", "skal være en arbejdsoplysning for andre end civile",
        "must be a work detail unless a civilian owns it")
    WIDER_THAN_OWNER = (
        "WIDER_THAN_OWNER", "må ikke være mere synlig end ejeren",
        "may not be more visible than its owner")
    CIVILIAN_VISIBILITY = (
        "CIVILIAN_VISIBILITY", "skal være Området eller Navngivne for en civil",
        "must be Area or Named for a civilian")
    CIVILIAN_COMPETENCE = (
        "CIVILIAN_COMPETENCE", "er ikke en kompetence, der kan stå ved en civil",
        "is not a competence a civilian can be listed with")
    CONSENT_TERM = (
        "CONSENT_TERM", "må højst ligge 24 måneder efter samtykket",
        "may lie 24 months after the consent at most")
    CONSENT_CHANNELS = (
        "CONSENT_CHANNELS", "kan kun være \"Via døråbner\", når al kontakt går den vej",
        "can only be \"Through a door opener\" where all contact goes that way")
    CONSENT_FIXED = (
        "CONSENT_FIXED", "kan ikke ændres; kun tilbagetrækning kan skrives til, én gang",
        "cannot change; only a withdrawal can be added, once")
    CONSENT_MISSING = (
        "CONSENT_MISSING", "kræver et samtykke, som personen selv har givet",
        "needs a consent that this very person gave")
    CONSENT_ART9 = (
        "CONSENT_ART9", "kræver et samtykke, der dækker art. 9, og synligheden Navngivne",
        "needs a consent that covers art. 9, and the visibility Named")
    ADULT = "ADULT", "personen skal være fyldt 18 år", "the person must be 18 or older"
    PLAN_TERM = (
        "PLAN_TERM", "må højst ligge 4 år efter vedtagelsen (barnets lov § 15, stk. 3)",
        "may lie 4 years after adoption at most (barnets lov § 15(3))")
    ONE_OWNER = "ONE_OWNER", "skal have netop én ejer", "must have exactly one owner"
    ONE_GIVER = (
        "ONE_GIVER", "skal være givet af netop én", "must be given by exactly one person")
    ONE_SEAT = (
        "ONE_SEAT", "skal høre til netop én myndighed eller forening",
        "must belong to exactly one authority or organization")
    ONE_PARENT = "ONE_PARENT", "kan kun være en del af én", "can be part of one only"
    ONE_PAIR = (
        "ONE_PAIR", "er allerede registreret for de to", "is registered already for these two")
    ONE_CHAIR = "ONE_CHAIR", "har allerede en formand", "has a chair already"
    SAME_ORDER = (
        "SAME_ORDER", "er allerede brugt af en anden i rækkefølgen",
        "is taken by another in the order")
    CYCLE = "CYCLE", "går i ring", "goes in a circle"
    HIERARCHY = (
        "HIERARCHY", "skal ligge i netop én politikreds og én region",
        "must lie in exactly one police district and one region")
    COMMUNITY_PARENT = (
        "COMMUNITY_PARENT", "skal ligge i netop én kommune", "must lie in exactly one municipality")
    SUCCESSION = (
        "SUCCESSION", "skal begynde, hvor den gamle slutter",
        "must begin where the old one ends")
    SAME_LABEL = (
        "SAME_LABEL", "skal være af samme slags som den anden ende",
        "must be of the same sort as the other end")
    NO_COORDINATOR = (
        "NO_COORDINATOR", "skal have mindst én, der koordinerer",
        "must have at least one coordinator")
    NO_DOOR_OPENER = (
        "NO_DOOR_OPENER", "skal have mindst én døråbner", "must have at least one door opener")
    OUTLIVES_END = (
        "OUTLIVES_END", "gælder uden for en af enderne", "is valid outside one of its ends")
    LAST_CONTACT = (
        "LAST_CONTACT",
        "er den sidste kontrollerede kontakt i et aktivt samarbejde; "
        "navngiv en efterfølger i samme ændring",
        "is the last verified contact of an active network; "
        "name a successor in the same change set")
    IN_USE = "IN_USE", "bruges i registret", "is in use in the register"
    SET_BY_US = "SET_BY_US", "sættes af Kontaktvej selv", "is set by Kontaktvej itself"
    OTHER_CONFIRMS = (
        "OTHER_CONFIRMS", "bekræftes af den anden af de to", "is confirmed by the other of the two")
    PUBLIC_CODE = (
        "PUBLIC_CODE", "er ikke en offentlig kode af denne slags",
        "is not a public code of this sort")
    CONTACT_DETAIL = (
        "CONTACT_DETAIL",
        "ligner et telefonnummer eller en mailadresse; opret det som en kontaktoplysning",
        "looks like a phone number or a mail address; make it a contact detail")
    SAME_EXTERNAL_ID = (
        "SAME_EXTERNAL_ID", "er allerede brugt af en anden fra samme kilde",
        "is used already by another from the same source")
    CPR_NUMBER = "CPR_NUMBER", "ligner et CPR-nummer", "looks like a CPR number"
    CASE_LANGUAGE = (
        "CASE_LANGUAGE", "omtaler en person i en sag", "speaks of a person in a case")
    OFFENSE = "OFFENSE", "omtaler strafbare forhold", "speaks of offenses"
    WEAK_CASE_LANGUAGE = (
        "WEAK_CASE_LANGUAGE", "omtaler en borger, der kan genkendes",
        "speaks of a citizen who can be recognized")
    SPECIAL_CATEGORY = (
        "SPECIAL_CATEGORY", "rummer følsomme oplysninger (GDPR art. 9)",
        "holds special categories of data (GDPR art. 9)")
    SECRET = "SECRET", "ligner en adgangskode eller nøgle", "looks like a password or key"
    FORBIDDEN_COLUMN = (
        "FORBIDDEN_COLUMN", "er en kolonne om borgere i sager; hele filen afvises",
        "is a column about citizens in cases; the whole file is refused")
    CONTROL_CHARACTER = (
        "CONTROL_CHARACTER", "rummer usynlige tegn", "holds invisible characters")
    MIXED_SCRIPT = (
        "MIXED_SCRIPT", "blander bogstaver fra flere alfabeter i ét ord",
        "mixes letters of several alphabets in one word")
    # fmt: on


class Freshness(Term):
    """Age class of `verified_on`: docs/domain.md, "Nodes and links"."""

    FRESH = "FRESH", "Opdateret", "Up to date"
    STALE = "STALE", "Skal kontrolleres", "Due for checking"
    EXPIRED = "EXPIRED", "Forældet kontrol", "Check too old"
    NEVER = "NEVER", "Aldrig kontrolleret", "Never checked"

    @classmethod
    def of(cls, days: int | None) -> "Freshness":
        """Return the freshness of a link verified `days` ago; None: never verified."""
        if days is None:
            return cls.NEVER
        if days <= FRESH_DAYS:
            return cls.FRESH
        return cls.STALE if days <= STALE_DAYS else cls.EXPIRED


FRESH_DAYS: Final = 183
STALE_DAYS: Final = 365


class Visibility(Term):
    """Who may see a person, a civilian or a contact detail; from the widest to the narrowest."""

    OPEN = "OPEN", "Åben"
    NETWORK = "NETWORK", "Samarbejdet"
    AREA = "AREA", "Området"
    NAMED = "NAMED", "Navngivne"


class ConsentPurpose(Term):
    """The purposes a civilian may consent to."""

    CONTACT = "CONTACT", "Kontakt"
    PASS_ON = "PASS_ON", "Videregivelse"
    STATISTICS = "STATISTICS", "Statistik"


class ObtainedHow(Term):
    """How a consent was given."""

    MEETING = "MEETING", "Møde"
    PHONE = "PHONE", "Telefon"
    FORM = "FORM", "Blanket"


class Channel(Term):
    """The means of contact."""

    PHONE = "PHONE", "Telefon"
    MOBILE = "MOBILE", "Mobil"
    EMAIL = "EMAIL", "E-mail", "E-mail"
    SECURE_EMAIL = "SECURE_EMAIL", "Sikker mail", "Secure mail"
    DIGITAL_POST = "DIGITAL_POST", "Digital Post"
    VISIT = "VISIT", "Adresse, fremmøde", "Address, in person"
    MEDIATED = "MEDIATED", "Via døråbner", "Through a door opener"
    EMERGENCY = "EMERGENCY", "Alarm", "Emergency"


__all__ = [
    "DUTY_LINES",
    "FRESH_DAYS",
    "KEY_POSTS",
    "NATIONAL_LINES",
    "PUBLIC_LINES",
    "SECTION_115",
    "STALE_DAYS",
    "AreaKind",
    "Attendance",
    "AuthorityKind",
    "Channel",
    "Competence",
    "Confidence",
    "ConsentPurpose",
    "CoordinationFunction",
    "Freshness",
    "Label",
    "Language",
    "LegalGate",
    "LinkType",
    "NetworkKind",
    "ObtainedHow",
    "OrganizationKind",
    "PathUse",
    "PlanKind",
    "PostKind",
    "PreventionLevel",
    "ResourceKind",
    "Rule",
    "Sector",
    "SupportKind",
    "Term",
    "Tier",
    "Trigger",
    "Visibility",
]  # fmt: skip
