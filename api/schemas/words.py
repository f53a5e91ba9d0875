"""Vocabulary words of the wire: the identifiers of each enumeration, in its order.

The explorer may not import `graph`, so they are repeated here; a test keeps both lists equal.
"""

from typing import Literal

# ---- kinds of elements

Label = Literal[
    "Area", "Authority", "Network", "Actor", "Person", "ResourceIndividual", "Organization",
    "ContactDetail", "Consent", "Plan",
]  # fmt: skip
LinkType = Literal[
    "HOLDS", "DEPUTIZES_FOR", "BELONGS_TO", "PART_OF", "COVERS", "LIES_IN", "ENTRY_POINT_FOR",
    "MEMBER_OF", "COORDINATES", "SUPPORTS", "REFERS_TO", "ESCALATES_TO", "KNOWS",
    "DOOR_OPENER_FOR", "REPRESENTS", "SUCCEEDED_BY", "GOVERNED_BY", "REACHED_BY",
    "GAVE_CONSENT",
]  # fmt: skip
PostKind = Literal[
    "INFOHOUSE_COORDINATOR_MUNICIPAL", "INFOHOUSE_COORDINATOR_POLICE",
    "INFOHOUSE_COORDINATOR_DISTRICT", "HEAD_OF_CRIME_PREVENTION", "SSP_COORDINATOR",
    "SSP_COORDINATOR_POLICE", "SSP_SCHOOL_CONTACT", "PSP_COORDINATOR_MUNICIPAL",
    "PSP_COORDINATOR_POLICE", "PSP_COORDINATOR_PSYCHIATRY", "PSYCHIATRY_CONTACT",
    "FORENSIC_PSYCHIATRY_CONTACT", "KSP_COORDINATOR_POLICE", "RELEASE_CONTACT",
    "PROBATION_CONTACT", "SOCIAL_INTAKE", "OUTREACH_WORKER", "HOUSING_SOCIAL_COORDINATOR",
    "MENTOR", "PARENT_COACH", "CORPS_COORDINATOR", "PET_EXIT", "PET_CAPACITY", "PET_OUTREACH",
    "CDE_ADVISER", "INFOHOUSE_SECRETARIAT", "ASYLUM_CONTACT", "VISO_CONTACT",
    "ASSOCIATION_REPRESENTATIVE", "HOTLINE", "EMERGENCY_LINE", "DUTY_LINE", "SOCIAL_DUTY_LINE",
    "FUNCTIONAL_MAILBOX",
]  # fmt: skip
NetworkKind = Literal[
    "SSP", "PSP_STEERING", "PSP_OPERATIONAL", "KSP", "INFOHOUSE_NETWORK",
    "INFOHOUSE_MUNICIPALITY", "DISTRICT_COUNCIL", "LOCAL_COUNCIL", "NATIONAL_COORDINATION",
    "INFOHOUSE_STEERING", "MENTOR_CORPS", "RESOURCE_PANEL", "DIALOGUE_FORUM",
]  # fmt: skip
AreaKind = Literal["COUNTRY", "REGION", "POLICE_DISTRICT", "MUNICIPALITY", "COMMUNITY"]
OrganizationKind = Literal[
    "ASSOCIATION", "HOUSING_ORGANIZATION", "FAITH_COMMUNITY", "SPORTS_CLUB", "SCHOOL", "NGO",
]  # fmt: skip
ResourceKind = Literal[
    "RESOURCE_PERSON", "DIALOGUE_PARTNER", "ROLE_MODEL", "PARENT_NETWORK", "CULTURAL_MEDIATOR",
]  # fmt: skip
Tier = Literal["NATIONAL", "REGIONAL", "DISTRICT", "MUNICIPAL", "COMMUNITY"]
Sector = Literal[
    "POLICE", "INTELLIGENCE", "SOCIAL_SERVICES", "SCHOOL", "YOUTH", "PSYCHIATRY",
    "PRISON_PROBATION", "EMPLOYMENT", "IMMIGRATION", "HOUSING", "CIVIL_SOCIETY",
]  # fmt: skip
Channel = Literal[
    "PHONE", "MOBILE", "EMAIL", "SECURE_EMAIL", "DIGITAL_POST", "VISIT", "MEDIATED",
    "EMERGENCY",
]  # fmt: skip
Freshness = Literal["FRESH", "STALE", "EXPIRED", "NEVER"]
StopKind = Literal[PostKind, NetworkKind, OrganizationKind, ResourceKind]

# ---- terms

Trigger = Literal["CONCERN", "ACUTE", "SERIOUS", "RELEASE", "MOVE", "KNOWLEDGE", "HAND_BACK"]
PreventionLevel = Literal["EXIT", "CAPACITY_BUILDING", "OUTREACH"]
LegalGate = Literal[
    "SSP_115", "PSP_115", "KSP_115", "INFOHOUSE", "INTERNAL", "GENERAL", "CONTACT_ONLY",
    "CONSENT", "CHILDRENS_ACT_15_3",
]  # fmt: skip
Direction = Literal["AUTO", "DOWN", "UP", "ACROSS"]

# ---- answers

Rung = Literal[
    "UNIT", "HOLDER", "ACTING", "DEPUTY", "DUTY_LINE", "OWN_CHANNEL", "MAILBOX", "CLOSED",
]  # fmt: skip
AvailabilityState = Literal[
    "ANSWERING", "DEPUTY", "DUTY_LINE", "HOURS_UNKNOWN", "OPENS_AT", "NOBODY",
]  # fmt: skip
DirectGround = Literal["NAMED", "GENERAL", "CONSENT"]
FitNeed = Literal[
    "NETWORK_IN_AREA", "NETWORK", "NAMED_NETWORK", "TRIGGER", "SECTOR", "AREA", "AUTHORITY",
    "ABILITY", "NODE",
]  # fmt: skip
FitGroup = Literal[
    "COORDINATOR", "COORDINATOR_ABOVE", "MEMBER", "MEMBER_ABOVE", "TOP_COORDINATOR",
    "OWN_COORDINATOR", "OTHER_COORDINATOR", "ANY_MEMBER", "FIRST_KIND", "SECOND_KIND",
    "LATER_KIND", "ENTRY_POINT", "EXACT", "AROUND", "HEAD", "POST", "ITSELF", "BY_DEPUTY",
    "BROADER", "NAMED", "STANDS_IN",
]  # fmt: skip
PassedWhy = Literal["ABSENT", "ENDED", "NOT_YET", "NO_LANGUAGE", "NO_CHANNEL"]
Reason = Literal[
    "SHORTEST", "FRESHEST", "ANSWERS_NOW", "OTHER_NETWORK", "OTHER_PEOPLE", "AVOIDS",
    "LIKELIEST",
]  # fmt: skip
NoteKind = Literal[
    "GEOGRAPHY_CROSSES", "PERSONAL_HOP", "OPENER_HOP", "OLDER_THAN_HOLDER", "NAMED_STOPS_AT",
    "OLD_KNOWLEDGE", "ENDS_SOON", "SECTION_115",
]  # fmt: skip
FewerWhy = Literal["ALL_FOUND", "OVERLAP", "CUT_OFF", "UNLIKELY"]
Cause = Literal[
    "NO_START", "HERE", "NO_TARGET", "NOT_ANSWERING", "GATE", "LEVEL", "DIRECTION", "VIA",
    "AVOIDED", "TOO_FAR", "NOT_SERVING", "NOT_CONNECTED",
]  # fmt: skip
Relaxed = Literal[
    "MATTER", "GATE", "LEVEL", "DIRECTION", "VIA", "AVOID", "MAX_HOPS", "TARGET", "TRIGGER",
    "AREA", "NETWORK", "SECTOR", "COMPETENCE", "LANGUAGE", "CHANNEL", "WITHIN_KM",
]  # fmt: skip
Obstacle = Literal[
    "GIVEN", "OVERLAP", "DEARER", "GATE", "LEVEL", "TOO_FAR", "NOT_ANSWERING", "DIRECTION",
    "VIA", "AVOIDED", "NOT_SERVING", "HUB", "ENDS", "NOT_FOUND",
]  # fmt: skip
PathFate = Literal["KEPT", "GONE", "NEW"]
PathWhy = Literal[
    "ENDED", "BEGUN", "NOT_THERE", "CLOSED", "ANSWERS", "GATE", "LEVEL", "FRESHNESS", "TERMS",
    "DEARER", "OVERLAP", "RULES",
]  # fmt: skip
OwnerWhy = Literal["ENDS", "OWNER_ENDS", "NO_HOLDER", "NO_COORDINATOR", "NO_MEMBER"]
Gap = Literal["NO_POST", "VACANT", "NO_PATH"]
PostState = Literal["HELD", "UNIT", "VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY", "STALE"]
MapMeasure = Literal[
    "VERIFIED", "VACANT", "WITHOUT_DEPUTY", "DOUBLED", "PLANS_DUE", "HOPS", "OLDEST_HOP", "COST",
    "CIVILIANS",
]  # fmt: skip
MatrixColumns = Literal["NETWORK", "POST_KIND", "COMPETENCE", "LANGUAGE"]
MapLack = Literal[
    "NO_POST", "NO_SUCH_DUTY", "NO_PLAN", "NO_PATH", "NEVER", "CHECKED_SINCE", "NOT_TOLD"
]
Reference = Literal["SSP", "PSP", "KSP", "INFOHOUSE", "SOCIAL_INTAKE"]
Worsening = Literal["LOST", "CLASS", "ANSWERING", "OLD", "HOPS", "COST"]
SuccessorWhy = Literal["HOLDER", "DEPUTY", "SAME_KIND"]
Metric = Literal["DEGREE", "BETWEENNESS", "HARMONIC", "COMMUNITIES", "ASSORTATIVITY"]
