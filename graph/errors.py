"""Errors of the graph, in domain terms; one table in the API maps them to HTTP.

GraphError
├── NotFound              absent or hidden, indistinguishable to a caller
├── Invalid               a node or link breaks rules of the model
│   └── RefusedContent    a text of a kind that is never stored
├── InvalidNeed           a need that cannot be searched
│   └── NeedTooWide       a need with too many starts or targets
├── InvalidPolicy         a policy file that cannot be used
├── InvalidVocabulary     a file of own kinds that cannot be used
├── Conflict              based on a revision that is no longer current
│   └── PlanOutdated      a change set was planned on an earlier revision of the graph
├── TooExpensive          the time budget is used up
└── StoreUnavailable      the database does not answer, or may not be opened
    ├── OutcomeUnknown    the connection was lost during a save
    └── SchemaMismatch    written by another version of Kontaktvej
"""

from collections.abc import Sequence
from typing import NamedTuple

from graph.vocabulary import Language, Rule


class GraphError(Exception):
    """Base class of all expected errors, as opposed to bugs."""

    def text(self, lang: Language) -> str:  # noqa: ARG002 - subclasses use both languages
        """Return the message for a reader; `str(error)` is for the operator, in English."""
        return str(self)


class NotFound(GraphError):
    """An element is absent, hidden, or not valid on the View's date, without distinction."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def text(self, lang: Language) -> str:
        """Return the message; it repeats only what the caller sent."""
        if lang == "da":
            return f"Findes ikke, eller du har ikke adgang: {self.reference}"
        return f"Does not exist, or no access: {self.reference}"


class Fault(NamedTuple):
    """One broken rule: the id of the node or link (or empty), the field and the rule."""

    where: str
    field: str
    rule: Rule

    def text(self, lang: Language) -> str:
        """Return a line for a reader; it never contains the refused text."""
        place = f"{self.where} " if self.where else ""
        return f"{place}{self.field}: {self.reason(lang)}"

    def reason(self, lang: Language) -> str:
        """Return the broken rule as a sentence; for a malformed value, a well-formed example."""
        return self.rule.reason(self.field, lang)


class Invalid(GraphError):
    """All faults of a node, a link or a change set, reported together."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.text("en") for fault in faults))
        self.faults = tuple(faults)

    def text(self, lang: Language) -> str:
        """Return one line for each fault."""
        return "\n".join(fault.text(lang) for fault in self.faults)


class RefusedContent(Invalid):
    """A text that must never be stored; the error does not hold the text either."""

    def __init__(self, field: str, rule: Rule, position: int | None = None) -> None:
        super().__init__((Fault("", field, rule),))
        self.field, self.rule, self.position = field, rule, position

    def text(self, lang: Language) -> str:
        """Return what was refused, in which field, and what to do."""
        fault = self.faults[0].text(lang)
        if lang == "da":
            return (
                f"Afvist: {fault}. Kontaktvej rummer kun oplysninger om dem, der hjælper, "
                "aldrig om borgere i en sag. Fjern det, eller brug jeres fagsystem."
            )
        return (
            f"Refused: {fault}. Kontaktvej holds only those who help, never citizens in a case. "
            "Remove it, or use your own case system."
        )


class InvalidNeed(GraphError):
    """A need that cannot be searched: the field and the reason in both languages."""

    def __init__(self, field: str, danish: str, english: str) -> None:
        super().__init__(f"{field}: {english}")
        self.field, self._danish = field, danish

    def text(self, lang: Language) -> str:
        """Return the message for a reader."""
        return f"{self.field}: {self._danish}" if lang == "da" else str(self)


class NeedTooWide(InvalidNeed):
    """More starts or targets than a search accepts; names the criteria still unused."""


class InvalidPolicy(GraphError):
    """All faults of a policy file, one line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)

    def text(self, lang: Language) -> str:
        """Return a heading and the faults, which are in English like the keys of the file."""
        head = "Filen kan ikke bruges:" if lang == "da" else "The file cannot be used:"
        return "\n".join((head, *self.faults))


class KindFault(NamedTuple):
    """One broken rule of a file of own kinds: the index of the row, from 0, its key and the rule.

    `place` is -1 for a key outside all rows.
    """

    place: int
    key: str
    rule: Rule


class InvalidVocabulary(GraphError):
    """All faults of a file of own kinds, one line each, in both languages.

    `faults` are the broken rules; there are none if the file cannot be read as TOML.
    """

    def __init__(
        self, danish: Sequence[str], english: Sequence[str], faults: Sequence[KindFault] = ()
    ) -> None:
        super().__init__("\n".join(english))
        self._lines = {"da": tuple(danish), "en": tuple(english)}
        self.faults = tuple(faults)

    def lines(self, lang: Language) -> tuple[str, ...]:
        """Return the faults, one line each."""
        return self._lines[lang]

    def text(self, lang: Language) -> str:
        """Return a heading and the faults."""
        head = "Filen kan ikke bruges:" if lang == "da" else "The file cannot be used:"
        return "\n".join((head, *self.lines(lang)))


class Conflict(GraphError):
    """The change was based on a revision that is no longer current."""

    def __init__(self, element_id: str, *, based_on: int, current: int | None) -> None:
        super().__init__(f"{element_id} was read at revision {based_on}, and is now at {current}")
        self.element_id, self.based_on, self.current = element_id, based_on, current

    def text(self, lang: Language) -> str:
        """Return that another change came first, and what to do."""
        if lang == "da":
            return f"{self.element_id} er ændret af en anden imens. Se begge udgaver, og vælg."
        return f"{self.element_id} was changed by somebody else. Look at both versions, and choose."


class PlanOutdated(Conflict):
    """The graph has changed since the revision on which a change set was planned."""

    def __init__(self, *, planned_on: int, current: int) -> None:
        super().__init__("the register", based_on=planned_on, current=current)

    def text(self, lang: Language) -> str:
        """Return that the register has changed, and what to do."""
        if lang == "da":
            return "Registeret er ændret imens. Se igen, hvad der ville blive ændret."
        return "The register has changed meanwhile. Look again at what would change."


class TooExpensive(GraphError):
    """The time budget of a question or transaction, `limit_s` where known, is used up."""

    def __init__(self, message: str, *, limit_s: float | None = None) -> None:
        super().__init__(message)
        self.limit_s = limit_s

    def text(self, lang: Language) -> str:
        """Return what to do."""
        if lang == "da":
            return "Det tog for lang tid. Spørg om mindre ad gangen."
        return "This took too long. Ask for less at a time."


class StoreUnavailable(GraphError):
    """The graph database does not answer, or may not be opened."""

    def text(self, lang: Language) -> str:
        """Return what to do; the cause is written to the log, for the operator."""
        if lang == "da":
            return "Databasen svarer ikke. Prøv igen om lidt, eller kontakt driften."
        return "The database does not answer. Try again shortly, or contact the operator."


class OutcomeUnknown(StoreUnavailable):
    """The connection was lost during a save: the change is stored as a whole or not at all."""

    def text(self, lang: Language) -> str:
        """Return how to resolve the uncertainty."""
        if lang == "da":
            return (
                "Det vides ikke, om ændringen blev gemt. Send den igen med samme Idempotency-Key: "
                "så sker den én gang."
            )
        return (
            "It is not known whether the change was saved. Send it again with the same "
            "Idempotency-Key: then it is made once."
        )


class SchemaMismatch(StoreUnavailable):
    """The store was written by a version of Kontaktvej unknown to this one."""

    def text(self, lang: Language) -> str:
        """Return the message; only the operator can resolve it."""
        if lang == "da":
            return "Databasen er skrevet af en anden version af Kontaktvej. Kontakt driften."
        return "The database was written by another version of Kontaktvej. Contact the operator."
