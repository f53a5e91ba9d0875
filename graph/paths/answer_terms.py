"""Enumerations of an answer: who answers, why a path is listed, notes, and causes of no path."""

from graph.vocabulary import Term


class AnswerRole(Term):
    """Who answers at a post, in order of precedence: docs/paths.md, "Who answers"."""

    UNIT = "UNIT", "enheden", "the unit"
    HOLDER = "HOLDER", "indehaver", "holder"
    ACTING = "ACTING", "konstitueret", "acting holder"
    DEPUTY = "DEPUTY", "stedfortræder", "deputy"
    DUTY_LINE = "DUTY_LINE", "vagt", "duty line"
    OWN_CHANNEL = "OWN_CHANNEL", "funktionens egen kontaktoplysning", "the post's own channel"
    MAILBOX = "MAILBOX", "funktionspostkasse", "functional mailbox"
    CLOSED = "CLOSED", "ubesat, spørg enheden", "vacant, ask the unit"

    @property
    def is_open(self) -> bool:
        """Whether someone answers."""
        return self is not AnswerRole.CLOSED


class AvailabilityState(Term):
    """Whether someone answers at a given time, in the order used for contacts of equal fit."""

    ANSWERING = "ANSWERING", "Svarer nu", "Answers now"
    DEPUTY = "DEPUTY", "Stedfortræder svarer nu", "A deputy answers now"
    DUTY_LINE = "DUTY_LINE", "Vagten svarer nu", "The duty line answers now"
    HOURS_UNKNOWN = "HOURS_UNKNOWN", "Åbningstid ukendt", "Hours not known"
    OPENS_AT = "OPENS_AT", "Åbner senere", "Opens later"
    NOBODY = "NOBODY", "Ingen svarer", "Nobody answers"

    @property
    def is_now(self) -> bool:
        """Whether someone answers at that time."""
        return self.code <= AvailabilityState.DUTY_LINE.code


class DirectGround(Term):
    """Grounds on which a contact may be called directly: docs/paths.md, "The right contact"."""

    NAMED = "NAMED", "Også om en bestemt person", "Also about a named person"
    GENERAL = "GENERAL", "I generelle vendinger", "In general terms"
    CONSENT = "CONSENT", "Efter samtykke", "By consent"


class FitNeed(Term):
    """The kind of a need, which decides who fits it: docs/paths.md, "The right contact"."""

    NETWORK_IN_AREA = "NETWORK_IN_AREA", "Et samarbejde et sted", "A network in a place"
    NETWORK = "NETWORK", "Et samarbejde", "A network"
    NAMED_NETWORK = "NAMED_NETWORK", "Et bestemt samarbejde", "A named network"
    TRIGGER = "TRIGGER", "Et behov", "A kind of need"
    SECTOR = "SECTOR", "En sektor", "A sector"
    AREA = "AREA", "Et sted", "A place"
    AUTHORITY = "AUTHORITY", "En myndighed", "An authority"
    ABILITY = "ABILITY", "Kompetence, sprog, kanal", "Competence, language, channel"
    NODE = "NODE", "En bestemt", "A named one"


class FitGroup(Term):
    """The group of posts in a fit class; `needs` are the kinds of need it can be listed for."""

    needs: frozenset[FitNeed]

    def __init__(self, _id: str, _da: str, _en: str, *needs: FitNeed) -> None:
        self.needs = frozenset(needs)

    # A table: one line per member.
    # fmt: off
    COORDINATOR = "COORDINATOR", "Koordinator", "Coordinator", FitNeed.NETWORK_IN_AREA
    COORDINATOR_ABOVE = (
        "COORDINATOR_ABOVE", "Koordinator på et andet forvaltningsniveau",
        "Coordinator of another tier", FitNeed.NETWORK_IN_AREA)
    MEMBER = "MEMBER", "Medlem", "Member", FitNeed.NETWORK_IN_AREA
    MEMBER_ABOVE = (
        "MEMBER_ABOVE", "Medlem fra et andet forvaltningsniveau", "Member of another tier",
        FitNeed.NETWORK_IN_AREA)
    TOP_COORDINATOR = (
        "TOP_COORDINATOR", "Koordinator på højeste forvaltningsniveau",
        "Coordinator of the highest tier", FitNeed.NETWORK)
    OWN_COORDINATOR = (
        "OWN_COORDINATOR", "Samarbejdets egen koordinator", "The network's own coordinator",
        FitNeed.NAMED_NETWORK)
    OTHER_COORDINATOR = (
        "OTHER_COORDINATOR", "Samarbejdets øvrige koordinatorer", "Its other coordinators",
        FitNeed.NAMED_NETWORK)
    ANY_MEMBER = (
        "ANY_MEMBER", "Samarbejdets medlemmer", "The network's members", FitNeed.NAMED_NETWORK)
    FIRST_KIND = "FIRST_KIND", "Den første at kontakte", "First to contact", FitNeed.TRIGGER
    SECOND_KIND = "SECOND_KIND", "Den næste at kontakte", "Next to contact", FitNeed.TRIGGER
    LATER_KIND = "LATER_KIND", "Kan også kontaktes", "May also be contacted", FitNeed.TRIGGER
    ENTRY_POINT = "ENTRY_POINT", "Indgang", "Entry point", FitNeed.SECTOR, FitNeed.AREA
    EXACT = "EXACT", "Dækker stedet", "Covers the place", FitNeed.SECTOR, FitNeed.AREA
    AROUND = (
        "AROUND", "Dækker det, stedet ligger i", "Covers what it lies in",
        FitNeed.SECTOR, FitNeed.AREA)
    HEAD = "HEAD", "Indgang eller leder", "Entry point or head", FitNeed.AUTHORITY
    POST = "POST", "Øvrige funktioner", "Other posts", FitNeed.AUTHORITY
    ITSELF = "ITSELF", "Selv", "Itself", FitNeed.ABILITY
    BY_DEPUTY = "BY_DEPUTY", "Ved stedfortræder", "By a deputy", FitNeed.ABILITY
    BROADER = "BROADER", "Bredere emne", "Broader subject", FitNeed.ABILITY
    NAMED = "NAMED", "Den, der spørges efter", "Who is asked for", FitNeed.NODE
    STANDS_IN = "STANDS_IN", "Stedfortræder eller vagt", "Deputy or duty line", FitNeed.NODE
    # fmt: on


class PassedWhy(Term):
    """Why a candidate does not answer; the reason for an absence is not recorded."""

    ABSENT = "ABSENT", "fraværende", "absent"
    ENDED = "ENDED", "fratrådt", "ended"
    NOT_YET = "NOT_YET", "ikke tiltrådt", "not yet"
    NO_LANGUAGE = "NO_LANGUAGE", "taler ikke sproget", "does not speak the language"
    NO_CHANNEL = "NO_CHANNEL", "har ikke kanalen", "lacks the channel"


class PathReason(Term):
    """Why a path is listed."""

    SHORTEST = "SHORTEST", "Kortest", "Shortest"
    FRESHEST = "FRESHEST", "Senest kontrolleret", "Checked most recently"
    ANSWERS_NOW = "ANSWERS_NOW", "Svarer nu", "Answers now"
    OTHER_NETWORK = "OTHER_NETWORK", "Andet samarbejde", "Other network"
    OTHER_PEOPLE = "OTHER_PEOPLE", "Ingen af de samme personer", "Nobody in common"
    AVOIDS = "AVOIDS", "Uden om det fravalgte", "Around what was avoided"
    LIKELIEST = "LIKELIEST", "Mest sandsynlig", "Likeliest"


class NoteKind(Term):
    """What a reader should know about a path before using it."""

    GEOGRAPHY_CROSSES = "GEOGRAPHY_CROSSES", "To geografier", "Two geographies"
    PERSONAL_HOP = "PERSONAL_HOP", "Personligt kendskab", "Personal acquaintance"
    OPENER_HOP = "OPENER_HOP", "Gennem døråbner", "Through a door opener"
    OLDER_THAN_HOLDER = (
        "OLDER_THAN_HOLDER", "Kontrolleret før indehaveren kom", "Checked before the holder came",
    )  # fmt: skip
    NAMED_STOPS_AT = "NAMED_STOPS_AT", "Ingen navngivne personer", "No named persons"
    OLD_KNOWLEDGE = "OLD_KNOWLEDGE", "Forældet kontrol", "Check too old"
    ENDS_SOON = "ENDS_SOON", "Ophører snart", "Ends soon"
    SECTION_115 = "SECTION_115", "Retsplejelovens § 115", "Section 115"


class Cause(Term):
    """Why there is no path: the first cause that holds."""

    NO_START = "NO_START", "Der er intet at begynde fra", "There is nowhere to start"
    HERE = "HERE", "Du er der allerede", "You are there already"
    NO_TARGET = "NO_TARGET", "Ingen opfylder vilkårene", "Nobody meets the terms"
    NOT_ANSWERING = "NOT_ANSWERING", "Ingen svarer dér", "Nobody answers there"
    GATE = "GATE", "Grundlaget tillader det ikke", "The legal ground does not allow it"
    LEVEL = "LEVEL", "Ikke på det forebyggelsesniveau", "Not at that prevention level"
    DIRECTION = "DIRECTION", "Ingen henvisning går den vej", "No referral goes that way"
    VIA = "VIA", "Ikke ad den vej", "Not by that way"
    AVOIDED = "AVOIDED", "Alle veje går gennem det fravalgte", "All paths lead through the avoided"
    TOO_FAR = "TOO_FAR", "For mange led", "Too many steps"
    NOT_SERVING = (
        "NOT_SERVING", "Kun gennem nogen, der hverken betjener stedet eller sagen",
        "Only through those who serve neither the place nor the matter",
    )  # fmt: skip
    NOT_CONNECTED = "NOT_CONNECTED", "Ikke forbundet", "Not connected"


class Relaxed(Term):
    """A term of a need whose relaxation would give a path."""

    MATTER = "MATTER", "navngivne personer", "named persons"
    GATE = "GATE", "grundlaget", "the legal ground"
    LEVEL = "LEVEL", "forebyggelsesniveauet", "the prevention level"
    DIRECTION = "DIRECTION", "retningen", "the direction"
    VIA = "VIA", "mellemleddet", "the stop on the way"
    AVOID = "AVOID", "fravalget", "what is avoided"
    MAX_HOPS = "MAX_HOPS", "grænsen for antal led", "the limit on steps"
    TARGET = "TARGET", "målet", "the target"
    TRIGGER = "TRIGGER", "anledningen", "the kind of need"
    AREA = "AREA", "stedet", "the place"
    NETWORK = "NETWORK", "samarbejdet", "the network"
    SECTOR = "SECTOR", "sektoren", "the sector"
    COMPETENCE = "COMPETENCE", "kompetencen", "the competence"
    LANGUAGE = "LANGUAGE", "sproget", "the language"
    CHANNEL = "CHANNEL", "kanalen", "the channel"
    WITHIN_KM = "WITHIN_KM", "afstanden", "the distance"


class Obstacle(Term):
    """Why no listed path goes through a node: the first obstacle that holds.

    Source: docs/paths.md, "No path".
    """

    GIVEN = "GIVEN", "Står på en vist vej", "Is on a path that is shown"
    OVERLAP = "OVERLAP", "Ligner en vist vej for meget", "Too like a path that is shown"
    DEARER = "DEARER", "Mindre sikker vej", "Less sure path"
    GATE = "GATE", "Grundlaget rækker ikke", "The legal ground does not reach"
    LEVEL = "LEVEL", "Forebyggelsesniveauet passer ikke", "The prevention level does not fit"
    TOO_FAR = "TOO_FAR", "For mange led", "Too many steps"
    NOT_ANSWERING = "NOT_ANSWERING", "Svarer ikke den dag", "Does not answer that day"
    DIRECTION = "DIRECTION", "Vejen går den forkerte retning", "The way goes in the wrong direction"
    VIA = "VIA", "Ikke sammen med mellemleddet", "Not together with the stop on the way"
    AVOIDED = "AVOIDED", "Fravalget lukker vejen", "What is avoided closes the way"
    NOT_SERVING = (
        "NOT_SERVING", "Betjener hverken stedet eller sagen",
        "Serves neither the place nor the matter",
    )  # fmt: skip
    HUB = "HUB", "Kan ikke være et led: for mange er med", "Cannot be a step: too many take part"
    ENDS = "ENDS", "Kan kun være målet", "Can only be where a path ends"
    NOT_FOUND = (
        "NOT_FOUND", "Findes ikke, eller du har ikke adgang", "Does not exist, or no access",
    )  # fmt: skip
