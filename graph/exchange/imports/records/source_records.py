"""Common form of third-party files: units, posts with their holders, and persons.

Each reader makes a `RecordSet` of its format; `RecordPlan` compares it with the register. Ends are
half-open here, whatever the format.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from graph.vocabulary import Channel, Term

Contacts = tuple[tuple[Channel, str], ...]


class RecordNote(Term):
    """A kind of content of a file that an import leaves out."""

    # Laid out as a table, one line per member.
    # fmt: off
    UNREAD_KEYS = (
        "UNREAD_KEYS", "felter, som Kontaktvej ikke kender eller ikke har plads til, er ikke læst",
        "fields that Kontaktvej does not know or has no place for were not read")
    PERSONAL_KEYS = (
        "PERSONAL_KEYS",
        "oplysninger om personer, som aldrig gemmes (fx fødselsdato), er ikke læst",
        "particulars of persons that are never stored (e.g. a birth date) were not read")
    SECRET_ADDRESSES = (
        "SECRET_ADDRESSES", "hemmelige eller private adresser er sprunget over",
        "secret or private addresses were skipped")
    OTHER_CHANNELS = (
        "OTHER_CHANNELS", "adresser af andre slags (fx EAN eller fax) er sprunget over",
        "addresses of other sorts (e.g. EAN or fax) were skipped")
    BAD_CONTACTS = (
        "BAD_CONTACTS", "numre og mailadresser, der ikke kan læses, er sprunget over",
        "numbers and mail addresses that cannot be read were skipped")
    PAST = (
        "PAST", "poster, der er ophørt før importens dato, er ikke læst",
        "records that ended before the date of the import were not read")
    PERSONS_WITHOUT_POST = (
        "PERSONS_WITHOUT_POST", "personer uden en funktion i Kontaktvej er ikke indlæst",
        "persons without a post in Kontaktvej were not imported")
    LEFT_OUT = (
        "LEFT_OUT", "enheder og funktioner er udeladt, som I har valgt det",
        "units and posts were left out, as you chose")
    DEPENDENT = (
        "DEPENDENT", "poster, som hører til en afvist post, er ikke indlæst",
        "records that belong to a refused one were not imported")
    NETWORKS = (
        "NETWORKS", "samarbejder indlæses ikke fra dette format",
        "networks are not imported from this format")
    AREAS = (
        "AREAS", "områder indlæses ikke fra dette format",
        "areas are not imported from this format")
    HOURS = (
        "HOURS", "åbningstider, der ikke er ugentlige eller først begynder senere, er ikke læst",
        "opening hours that are not weekly or begin later were not read")
    HOURS_END = (
        "HOURS_END", "åbningstider, der ophører senere, er læst uden deres sidste dag",
        "opening hours that end later were read without their last day")
    TASKS = (
        "TASKS", "KLE-opmærkninger indlæses ikke", "KLE numbers are not imported")
    CONTEXT = (
        "CONTEXT", "filen henviser til en definition på nettet, som aldrig hentes",
        "the file refers to a definition on the web, which is never fetched")
    # fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUnit:
    """A unit; `type` is the source's own word for its kind, empty if it has none."""

    number: int
    path: str
    id: str
    name: str
    type: str = ""
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    contacts: Contacts = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePerson:
    """A person, who is imported only with a post."""

    path: str
    id: str
    name: str
    contacts: Contacts = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSeat:
    """A post of a unit, and its holder if there is one.

    `words` may each name the kind of post, best first; `label` is the post's own name and
    `post_id` its id. `deputies` are ids of persons.
    """

    number: int
    path: str
    unit: str
    words: tuple[str, ...]
    label: str | None = None
    post_id: str | None = None
    person: str | None = None
    title: str | None = None
    deputies: tuple[str, ...] = ()
    hours: str | None = None
    languages: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None
    checked_on: date | None = None
    contacts: Contacts = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """The records of a file; `digest` is the SHA-256 of the file, `unread` counts keys."""

    file: str
    format: str
    digest: str
    units: tuple[SourceUnit, ...]
    seats: tuple[SourceSeat, ...]
    persons: Mapping[str, SourcePerson]
    notes: Mapping[RecordNote, int] = field(default_factory=dict[RecordNote, int])
    unread: Mapping[str, int] = field(default_factory=Counter[str])

    def contacts(self) -> set[tuple[Channel, str]]:
        """Return each number and address of the records."""
        owners = (*self.units, *self.seats, *self.persons.values())
        return {contact for owner in owners for contact in owner.contacts}

    def __len__(self) -> int:
        """Return the number of records that become rows."""
        return len(self.units) + len(self.seats)
