"""The loss report, which every exported file carries: what was visible but is not in the file."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph.vocabulary import Language, Term


class LossKind(Term):
    """A kind of data left out of a file."""

    DETAILS = "DETAILS", "Kontaktoplysninger følger ikke med", "Contact details stay behind"
    NAMES = "NAMES", "Personer står med id, ikke med navn", "People stand by id, not by name"
    NAMES_ELSEWHERE = (
        "NAMES_ELSEWHERE", "Personer uden for egne områder står uden navn",
        "People outside one's own areas stand without a name",
    )  # fmt: skip
    PERSONAL = (
        "PERSONAL",
        "Personers titler, sprog, kompetencer, fravær og id i kilden følger ikke med",
        "Titles, languages, competences, absences and source ids of people stay behind",
    )  # fmt: skip
    CIVILIANS = (
        "CIVILIANS", "Civile følger ikke med: deres samtykke gælder kontakt",
        "Civilians stay behind: their consent is for contact",
    )  # fmt: skip
    TIES = "TIES", "Personlige kendskaber følger ikke med", "Personal acquaintances stay behind"
    FIELDS = (
        "FIELDS", "Felter uden en kolonne følger ikke med",
        "Fields without a column stay behind",
    )  # fmt: skip
    LISTS = (
        "LISTS", "Flere værdier i ét felt står som én tekst",
        "Several values of a field stand as one text",
    )  # fmt: skip
    DATES = "DATES", "Datoer står som tekst", "Dates stand as text"
    LINKS = "LINKS", "Forbindelser følger ikke med", "Links stay behind"
    TERMS = (
        "TERMS", "Grundlag og kontrol for hvert led følger ikke med",
        "The legal ground and the check of each step stay behind",
    )  # fmt: skip
    OTHERS = (
        "OTHERS", "Andre, der kunne svare, følger ikke med",
        "Others who could answer stay behind",
    )  # fmt: skip
    MORE_DETAILS = (
        "MORE_DETAILS", "Flere kontaktoplysninger end de første følger ikke med",
        "Contact details beyond the first stay behind",
    )  # fmt: skip
    NOT_SHOWN = (
        "NOT_SHOWN", "Kontaktoplysninger, du ikke må få vist, følger ikke med",
        "Contact details you may not be shown stay behind",
    )  # fmt: skip
    ROWS = (
        "ROWS", "Rækker ud over dem, der svares med, følger ikke med",
        "Rows beyond those of the answer stay behind",
    )  # fmt: skip
    OLDER = "OLDER", "Ældre rækker følger ikke med", "Older rows stay behind"
    BEGUN = (
        "BEGUN", "Begyndelsen af opslag, hvis resultat står her, følger ikke med",
        "The beginnings of look-ups whose outcome stands here stay behind",
    )  # fmt: skip
    NODES = (
        "NODES", "Noder uden en plads i formatet følger ikke med",
        "Nodes without a place in the format stay behind",
    )  # fmt: skip
    GROUNDS = (
        "GROUNDS", "Grundlag, forebyggelsesniveauer og styrke følger ikke med",
        "Legal grounds, prevention levels and strength stay behind",
    )  # fmt: skip
    CHECKS = (
        "CHECKS", "Hvornår forbindelser er kontrolleret, følger ikke med",
        "When links were checked stays behind",
    )  # fmt: skip
    CHECKERS = (
        "CHECKERS", "Hvem der har kontrolleret forbindelser, følger ikke med",
        "Who checked links stays behind",
    )  # fmt: skip
    DEPUTY_ORDER = (
        "DEPUTY_ORDER", "Stedfortrædernes rækkefølge følger ikke med",
        "The order of deputies stays behind",
    )  # fmt: skip
    COMPETENCES = "COMPETENCES", "Kompetencer følger ikke med", "Competences stay behind"
    LANGUAGES = "LANGUAGES", "Sprog følger ikke med", "Languages stay behind"
    HOURS = "HOURS", "Åbningstider følger ikke med", "Opening hours stay behind"
    POST_DATES = (
        "POST_DATES", "Hvornår funktioner uden åbningstider begynder og ophører, følger ikke med",
        "When posts without opening hours begin and end stays behind",
    )  # fmt: skip
    HOLDER_DATES = (
        "HOLDER_DATES", "Hvornår en indehaver er begyndt og holder op, følger ikke med",
        "When a holder began and ends stays behind",
    )  # fmt: skip
    PROGRAMS = (
        "PROGRAMS", "Samarbejder, som ingen her koordinerer, følger ikke med",
        "Networks that nobody here coordinates stay behind",
    )  # fmt: skip
    VALUES = (
        "VALUES", "Kolonner med andet end noder og forbindelser følger ikke helt med",
        "Columns with more than nodes and links do not come along whole",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLoss:
    """Data left out of a file; `count` says how much, where that can be counted."""

    kind: LossKind
    count: int | None = None

    def text(self, lang: Language) -> str:
        """The loss as a sentence, as in `Personer står med id, ikke med navn (3).`."""
        behind = "" if self.count is None else f" ({self.count})"
        return f"{self.kind.label(lang)}{behind}."


def nonzero_losses(*losses: tuple[LossKind, int]) -> tuple[ExportLoss, ...]:
    """The losses with a count above zero."""
    return tuple(ExportLoss(kind=kind, count=count) for kind, count in losses if count)


def report(losses: Iterable[ExportLoss]) -> tuple[ExportLoss, ...]:
    """Return each loss once, in the order of the kinds."""
    return tuple(sorted(set(losses), key=lambda loss: (loss.kind.code, loss.count or 0)))
