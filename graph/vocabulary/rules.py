"""Which rules refuse a thing, in words a steward understands and can act on."""

from graph.vocabulary.word import Term


class Rule(Term):
    """Why something cannot be saved; the labels are whole sentences without the field's name."""

    # A table: a line for each word.
    # fmt: off
    REQUIRED = "REQUIRED", "skal udfyldes", "must be filled in"
    TOO_LONG = "TOO_LONG", "må højst være 120 tegn", "may be 120 characters at most"
    UNKNOWN_WORD = (
        "UNKNOWN_WORD", "er ikke et af de ord, vi bruger", "is not one of the words in use")
    UNKNOWN_FIELD = "UNKNOWN_FIELD", "findes ikke", "does not exist"
    BAD_FORMAT = "BAD_FORMAT", "har ikke den rette form", "does not have the right form"
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
        "TIER_OF_KIND", "passer ikke til funktionens art", "does not fit the kind of post")
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
        "must be the gate of the network's kind or a stricter one")
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
        "LOWER_TIER", "løfter aldrig nedad; brug \"henviser til\"",
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
    ADULT = "ADULT", "skal være myndig", "must be of age"
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
    ONE_PAIR = "ONE_PAIR", "står der allerede for de to", "stands there already for these two"
    ONE_CHAIR = "ONE_CHAIR", "har allerede en formand", "has a chair already"
    SAME_ORDER = (
        "SAME_ORDER", "er allerede brugt af en anden i rækkefølgen",
        "is taken by another in the order")
    CYCLE = "CYCLE", "går i ring", "goes round in a circle"
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
