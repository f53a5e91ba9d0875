"""The eight stories of the demo: their numbered places, and the data that is fixed for them.

Every state of a real office here is invented. Days count back from today, negative ones are in the
future.
"""

from typing import Final

from graph.vocabulary import LinkType

THISTED: Final = "mun-0787"  # 1 Release on Monday
EGEDAL, ROSKILDE = "mun-0240", "mun-0265"  # 2 The move
HOLBAEK: Final = "mun-0316"  # 3 New Year's night
LAESOE: Final = "mun-0825"  # 4 One person, five posts
AALBORG: Final = "mun-0851"  # 4: who asks for SSP on Læsø
COPENHAGEN: Final = "mun-0101"  # 5 Two pages, two answers
AARHUS, AARHUS_VEST = "mun-0751", "com-aarhus-vest"  # 6 Consent runs out
HORSENS, SKANDERBORG, HEDENSTED = "mun-0615", "mun-0746", "mun-0766"  # 7 The section moved
MOVED_SECTION: Final = "aut-sec-1463"
SILKEBORG, VIBORG, SKIVE = "mun-0740", "mun-0791", "mun-0779"  # 8 Borrow a mentor

PLACES: Final = frozenset(
    {
        THISTED, EGEDAL, ROSKILDE, HOLBAEK, LAESOE, AALBORG, COPENHAGEN, AARHUS, HORSENS,
        SKANDERBORG, HEDENSTED, SILKEBORG, VIBORG, SKIVE,
    }
)  # fmt: skip
"""Places without random defects: every defect here belongs to a story."""

QUIET_AREAS: Final = frozenset({THISTED, LAESOE, "pol-1462"})
QUIET_POSTS: Final = frozenset({"act-cde-1", "act-ssp-0851", "act-sspp-1460"})
"""Posts without acquaintances, which would give a shorter path than the story's."""

HOLDER_NAMES: Final = {
    "act-cde-1": "Line Stenrugvang Bak",
    "act-ihm-0787": "Birgit Lyngtoft Aagaard",
}
RELEASE_DEPUTY: Final = "Rikke Lyngtoft Bæk"
OWN_NAMES: Final = (*HOLDER_NAMES.values(), RELEASE_DEPUTY)

SINCE_DAYS: Final = {"act-ihm-0787": 846}  # 1 August 2024
UNTIL_DAYS: Final = {
    "act-cde-1": -188,  # 1 June 2027
    "act-ihd-1462": -96,  # 1 March 2027
}
LAESOE_LEAVES_DAYS: Final = -68  # 1 February 2027
RELEASE_AWAY_DAYS: Final = (9, -12)  # 16 November to 7 December
SECTION_MOVED_DAYS: Final = 45
STALE_SECTION_DETAILS: Final = 4

CHECKED_DAYS: Final[dict[tuple[LinkType, str, str], int]] = {
    (LinkType.MEMBER_OF, "act-pet-capacity", "net-koordinationsgruppen"): 64,
    (LinkType.COORDINATES, "act-cde-1", "net-koordinationsgruppen"): 64,
    (LinkType.SUPPORTS, "act-cde-1", "act-ihm-0787"): 23,
    (LinkType.SUPPORTS, "act-pet-capacity", "act-head-1462"): 112,
    (LinkType.REFERS_TO, "act-head-1462", "act-ihd-1462"): 41,
    (LinkType.COORDINATES, "act-ihd-1462", "net-ihn-1462"): 41,
    (LinkType.MEMBER_OF, "act-ihm-0787", "net-ihn-1462"): 23,
    (LinkType.REFERS_TO, "act-kf-1462", "act-rel-0787"): 41,
    (LinkType.MEMBER_OF, "act-kf-1462", "net-ihk-0787"): 80,
    (LinkType.MEMBER_OF, "act-rel-0787", "net-ihk-0787"): 60,
    (LinkType.COORDINATES, "act-ihm-0787", "net-ihk-0787"): 30,
    (LinkType.COORDINATES, "act-ssp-0851", "net-ssp-0851"): 5,
    (LinkType.COORDINATES, "act-sspp-1460", "net-ssp-0851"): 5,
    (LinkType.COORDINATES, "act-sspp-1460", "net-ssp-0825"): 5,
}
"""The days since the last check of the hops in the worked answers A to C (`tests/golden/`)."""

BORROWED_LANGUAGES: Final = {VIBORG: "uk", AARHUS: "so", SKIVE: "uk"}
"""The lending municipalities and the language of their mentor that story 8 looks for."""
BORROW_WITHIN_KM: Final = 60
