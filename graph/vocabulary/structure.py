"""What kinds of bodies and places there are, and on which tier and in which sector they work."""

from graph.vocabulary.word import Term


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
    """Where in the structure a body or post works."""

    NATIONAL = "NATIONAL", "Nationalt"
    REGIONAL = "REGIONAL", "Regionalt"
    DISTRICT = "DISTRICT", "Politikreds", "Police district"
    MUNICIPAL = "MUNICIPAL", "Kommunalt"
    COMMUNITY = "COMMUNITY", "Lokalsamfund"

    @property
    def height(self) -> int:
        """What a path climbs: 0 national, 1 regional and district, 2 municipal, 3 community."""
        return (0, 1, 1, 2, 3)[self.code]


class Sector(Term):
    """Whose trade a body or post belongs to."""

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
    """How well a fact of the structure is sourced."""

    CONFIRMED = "CONFIRMED", "Bekræftet"
    PARTLY = "PARTLY", "Delvist bekræftet"
    UNCONFIRMED = "UNCONFIRMED", "Ikke bekræftet"


class AuthorityKind(Term):
    """What kind of public body an Authority is."""

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
    """What kind of piece of Denmark an Area is."""

    COUNTRY = "COUNTRY", "Land"
    REGION = "REGION", "Region"
    POLICE_DISTRICT = "POLICE_DISTRICT", "Politikreds"
    MUNICIPALITY = "MUNICIPALITY", "Kommune"
    COMMUNITY = "COMMUNITY", "Lokalområde"


class PlanKind(Term):
    """What a Plan commits its owner to."""

    PREPAREDNESS_PLAN = "PREPAREDNESS_PLAN", "Beredskab"
    RELEASE_AGREEMENT = "RELEASE_AGREEMENT", "Samarbejdsaftale om løsladelse"
    COOPERATION_PLAN = "COOPERATION_PLAN", "Samarbejdsplan, § 113"
    PSP_AGREEMENT = "PSP_AGREEMENT", "PSP-aftale", "PSP agreement"


class ResourceKind(Term):
    """In what capacity a civilian helps; there is none for a former extremist."""

    RESOURCE_PERSON = "RESOURCE_PERSON", "Ressourceperson"
    DIALOGUE_PARTNER = "DIALOGUE_PARTNER", "Dialogpartner"
    ROLE_MODEL = "ROLE_MODEL", "Rollemodel"
    PARENT_NETWORK = "PARENT_NETWORK", "Forældrenetværk"
    CULTURAL_MEDIATOR = "CULTURAL_MEDIATOR", "Kulturformidler"


class OrganizationKind(Term):
    """What kind of civil organization it is."""

    ASSOCIATION = "ASSOCIATION", "Forening"
    HOUSING_ORGANIZATION = "HOUSING_ORGANIZATION", "Boligorganisation"
    FAITH_COMMUNITY = "FAITH_COMMUNITY", "Trossamfund"
    SPORTS_CLUB = "SPORTS_CLUB", "Idrætsklub"
    SCHOOL = "SCHOOL", "Skole"
    NGO = "NGO", "NGO", "NGO"
