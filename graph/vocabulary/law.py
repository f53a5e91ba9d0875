"""On what legal ground, at which prevention level and for which kind of need a contact is made."""

from typing import Final

from graph.vocabulary.word import Language, Term


class PreventionLevel(Term):
    """The work a link carries, never a person. Source: PET, *The Centre for Prevention*."""

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
    """The legal ground a hop stands on; `allows_named`: may named persons be discussed behind it.

    Source: retsplejeloven § 115, the ministry's guidance on infohuse, GDPR art. 6, 7 and 9,
    barnets lov § 15(3). Kontaktvej shows the gate; it never judges necessity.
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
    INTERNAL = "INTERNAL", "Internt i myndigheden", "Inside one authority", "own rules", True
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
        """Such a hop shows the three sentences of § 115."""
        return self.allows_named and self is not LegalGate.INTERNAL


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
