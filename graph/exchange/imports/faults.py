"""Faults of an imported file, with their place: file, sheet, line, column and rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from graph.errors import GraphError
from graph.vocabulary import Language, Rule, Term


class ImportRule(Term):
    """The reason a file, a row or a value cannot be imported; labels are sentences."""

    # Laid out as a table, one line per member.
    # fmt: off
    UNKNOWN_FORMAT = (
        "UNKNOWN_FORMAT", "filen er hverken CSV, Excel (.xlsx) eller Kontaktvejs eget format",
        "the file is neither CSV, Excel (.xlsx) nor Kontaktvej's own format")
    LOCKED_FILE = (
        "LOCKED_FILE",
        "filen er låst med adgangskode eller beskadiget; gem den uden adgangskode som .xlsx",
        "the file is locked by a password or damaged; save it without a password as .xlsx")
    VCARD = (
        "VCARD", "filen er vCard (.vcf) eller en kalender; eksportér kontakterne som CSV",
        "the file is a vCard (.vcf) or a calendar; export the contacts as CSV")
    LDIF = (
        "LDIF", "filen er LDIF; eksportér personerne fra kataloget som CSV",
        "the file is LDIF; export the persons of the directory as CSV")
    YAML = (
        "YAML", "filen er YAML; gem den som CSV eller Excel",
        "the file is YAML; save it as CSV or Excel")
    WEB_PAGE = (
        "WEB_PAGE", "filen er en webside eller XML, også hvis den hedder .xls; gem den som .xlsx",
        "the file is a web page or XML, even if its name ends with .xls; save it as .xlsx")
    DOCUMENT = (
        "DOCUMENT", "filen er et dokument (PDF eller Word); kopiér tabellen til Excel",
        "the file is a document (PDF or Word); copy the table to Excel")
    EMPTY_FILE = "EMPTY_FILE", "der er ingen rækker i filen", "there are no rows in the file"
    FILE_TOO_LARGE = (
        "FILE_TOO_LARGE", "filen er for stor; del den i flere", "the file is too large; split it")
    TOO_MANY_ROWS = (
        "TOO_MANY_ROWS", "der er for mange rækker; del filen i flere",
        "there are too many rows; split the file")
    TOO_MANY_COLUMNS = (
        "TOO_MANY_COLUMNS", "der er for mange kolonner", "there are too many columns")
    TOO_MANY_FAULTS = (
        "TOO_MANY_FAULTS", "der er flere fejl; ret de første, og prøv igen",
        "there are more faults; correct the first, and try again")
    CELL_TOO_LONG = (
        "CELL_TOO_LONG", "cellen fylder mere end 4 KiB", "the cell is longer than 4 KiB")
    LINE_TOO_LONG = (
        "LINE_TOO_LONG", "linjen fylder mere end 64 KiB", "the line is longer than 64 KiB")
    TEXT_TOO_LONG = (
        "TEXT_TOO_LONG", "teksten fylder mere end 64 KiB", "the text is longer than 64 KiB")
    ENCODING = (
        "ENCODING", "tegnene kan ikke læses; gem filen som UTF-8",
        "the characters cannot be read; save the file as UTF-8")
    ENCODING_UNCLEAR = (
        "ENCODING_UNCLEAR",
        "det kan ikke ses, hvilke bogstaver der er ment; vælg kodning, eller gem filen som UTF-8",
        "it cannot be told which letters are meant; choose the encoding, or save the file as UTF-8")
    MIXED_ENCODINGS = (
        "MIXED_ENCODINGS",
        "linjen er skrevet i en anden kodning end resten; gem hele filen som UTF-8",
        "the line is written in another encoding than the rest; save the whole file as UTF-8")
    GARBLED = (
        "GARBLED", "æ, ø og å er ødelagt (fx \"Ã¦\"); hent filen igen, og gem den som UTF-8",
        "æ, ø and å are broken (e.g. \"Ã¦\"); fetch the file again, and save it as UTF-8")
    NUL = "NUL", "der er et NUL-tegn", "there is a NUL character"
    DELIMITER = (
        "DELIMITER", "kolonnerne kan ikke skilles; brug ; , eller tabulator i hele filen",
        "the columns cannot be told apart; use ; , or tabs in the whole file")
    QUOTES = (
        "QUOTES", "et anførselstegn er ikke lukket, eller står forkert",
        "a quotation mark is not closed, or misplaced")
    RAGGED_ROW = (
        "RAGGED_ROW", "rækken har ikke lige så mange celler som overskriften",
        "the row does not have as many cells as the header")
    NO_HEADER = (
        "NO_HEADER", "der er ingen række med overskrifter", "there is no row of headers")
    SAME_HEADER = (
        "SAME_HEADER", "to kolonner har samme overskrift", "two columns have the same header")
    CHOOSE_SHEET = (
        "CHOOSE_SHEET", "der er flere ark; vælg ét", "there are several sheets; choose one")
    UNKNOWN_SHEET = "UNKNOWN_SHEET", "arket findes ikke", "there is no such sheet"
    BROKEN_ARCHIVE = (
        "BROKEN_ARCHIVE", "filen er beskadiget og kan ikke pakkes ud",
        "the file is damaged and cannot be unpacked")
    ARCHIVE_ENTRIES = (
        "ARCHIVE_ENTRIES", "der er for mange filer i pakken", "there are too many files in the zip")
    ARCHIVE_SIZE = (
        "ARCHIVE_SIZE", "filen fylder for meget, når den er pakket ud",
        "the file is too large when it is unpacked")
    ARCHIVE_RATIO = (
        "ARCHIVE_RATIO", "filen er pakket så hårdt, at den ligner et angreb",
        "the file is compressed so much that it looks like an attack")
    ARCHIVE_PATH = (
        "ARCHIVE_PATH", "pakken har en fil med en farlig sti, et link eller en pakke i pakken",
        "the zip has a file with a dangerous path, a link or another zip")
    XML_ENTITIES = (
        "XML_ENTITIES", "filen har en DTD eller entiteter, som aldrig læses",
        "the file has a DTD or entities, which are never read")
    FORMULA = (
        "FORMULA", "cellen er en formel; indsæt dens værdi i stedet",
        "the cell is a formula; paste its value instead")
    ERROR_VALUE = (
        "ERROR_VALUE", "cellen viser en fejl i regnearket (fx #N/A)",
        "the cell shows an error of the spreadsheet (e.g. #N/A)")
    LONG_NUMBER = (
        "LONG_NUMBER",
        "Excel gemmer kun 15 cifre af et tal; formatér kolonnen som tekst, og skriv det igen",
        "Excel keeps only 15 digits of a number; format the column as text, and write it again")
    TOO_MANY_MERGED = (
        "TOO_MANY_MERGED", "der er for mange flettede celler; ophæv fletningen",
        "there are too many merged cells; unmerge them")
    DATE_ORDER = (
        "DATE_ORDER", "det kan ikke ses, om dag eller måned står først; vælg det for kolonnen",
        "it cannot be told whether day or month comes first; choose it for the column")
    BAD_DATE = (
        "BAD_DATE", "er ikke en dato; skriv fx 2027-01-15", "is not a date; write e.g. 2027-01-15")
    SHORT_YEAR = (
        "SHORT_YEAR", "det kan ikke ses, hvilket århundrede året er i; skriv året med fire cifre",
        "it cannot be told which century the year is in; write the year with four digits")
    FAR_START = (
        "FAR_START", "begynder mere end fem år ude i fremtiden; ret datoen",
        "begins more than five years ahead; correct the date")
    CHECK_AHEAD = (
        "CHECK_AHEAD", "kan ikke være efter i dag; ret datoen for kontrollen",
        "cannot be later than today; correct the date of the check")
    BAD_PHONE = (
        "BAD_PHONE",
        "er ikke et telefonnummer, der kan ringes til; skriv 8 cifre, eller + og landekode",
        "is not a phone number that can be called; write 8 digits, or + and the country code")
    BAD_EMAIL = "BAD_EMAIL", "er ikke en mailadresse", "is not a mail address"
    BAD_CONTACT = (
        "BAD_CONTACT", "er hverken et telefonnummer eller en mailadresse",
        "is neither a phone number nor a mail address")
    BAD_HOURS = (
        "BAD_HOURS", "kan ikke læses som åbningstid; skriv fx MO-FR 09:00-15:00",
        "cannot be read as opening hours; write e.g. MO-FR 09:00-15:00")
    BAD_LANGUAGE = (
        "BAD_LANGUAGE", "er ikke et sprog; skriv fx dansk eller da",
        "is not a language; write e.g. Danish or da")
    BAD_ANSWER = "BAD_ANSWER", "skal være ja eller nej", "must be yes or no"
    BAD_CONFIGURATION = (
        "BAD_CONFIGURATION", "kolonnen findes ikke, eller feltet kendes ikke",
        "there is no such column, or no such field")
    MISSING_COLUMN = (
        "MISSING_COLUMN", "der er ingen kolonne med dette felt; vælg én, eller giv en fast værdi",
        "no column has this field; choose one, or give a fixed value")
    NEW_COLUMN = (
        "NEW_COLUMN", "kolonnen er ny i forhold til sidste liste; vælg, hvad den betyder, eller at "
        "den ikke indlæses",
        "the last list did not have the column; choose what it means, or that it is not imported")
    UNKNOWN_AUTHORITY = (
        "UNKNOWN_AUTHORITY", "er ikke en myndighed, Kontaktvej kender",
        "is no authority that Kontaktvej knows")
    UNKNOWN_POST = (
        "UNKNOWN_POST", "kan ikke genkendes som en funktion; vælg én af Kontaktvejs funktioner",
        "is not recognized as a post; choose one of Kontaktvej's kinds of post")
    UNKNOWN_NETWORK = (
        "UNKNOWN_NETWORK", "er ikke et samarbejde for myndighedens område",
        "is no network for the area of the authority")
    REMOVED_KIND = (
        "REMOVED_KIND",
        "vælg igen, hvad ordet betyder: den type, der var valgt, findes ikke længere",
        "choose again what the word means: the kind that was chosen for it no longer exists")
    UNKNOWN_PERSON = (
        "UNKNOWN_PERSON", "er ikke et fuldt navn, og ingen funktion hedder sådan",
        "is not a full name, and no post is called so")
    ONE_NAME = (
        "ONE_NAME",
        "cellen må kun rumme én person, på én linje; giv hver person sin egen række, og skriv "
        "fornavnet først",
        "the cell may hold one person only, on one line; give each person their own row, given "
        "name first")
    NAME_ONLY = (
        "NAME_ONLY",
        "skal være en persons navn alene, med store begyndelsesbogstaver, fx Mette Bæk eller "
        "Bæk, Mette; flyt stilling, tal og bemærkninger til andre kolonner",
        "must be a person's name alone, with capital initials, such as Mette Bæk or Bæk, Mette; "
        "move job title, numbers and remarks to other columns")
    KIND_OF_AUTHORITY = (
        "KIND_OF_AUTHORITY", "funktionen hører ikke hjemme hos sådan en myndighed",
        "such a post does not belong to such an authority")
    SEVERAL_POSTS = (
        "SEVERAL_POSTS", "passer på flere funktioner; skriv enhed eller id",
        "fits several posts; write unit or id")
    CONTRADICTION = (
        "CONTRADICTION", "en anden række i filen siger noget andet",
        "another row of the file says something else")
    SAME_EXTERNAL_ID = (
        "SAME_EXTERNAL_ID", "en anden række har samme id og et andet indhold",
        "another row has the same id and another content")
    NAME_PARTS = (
        "NAME_PARTS", "navnet og navnets dele siger ikke det samme; ret det ene",
        "the name and its parts do not say the same; correct one of them")
    HELD = (
        "HELD", "en anden har funktionen i dag; vælg, om den nye afløser, er ved siden af eller "
        "springes over",
        "somebody else holds the post today; choose whether the new one replaces them, is beside "
        "them or is skipped")
    SYNONYM = (
        "SYNONYM", "flere rækker mødes i samme funktion, og ordet er ikke funktionens eget; vælg, "
        "hvad det betyder",
        "several rows meet at one post, and the word is not the post's own; choose what it means")
    CIVILIAN_WITHOUT_CONSENT = (
        "CIVILIAN_WITHOUT_CONSENT",
        "en civil indlæses kun med id, døråbner og hele samtykket: givet, udløber, ved hvad, "
        "tekst, fyldt 18",
        "a civilian is imported only with id, door opener and the whole consent: given, expires, "
        "how, text, 18 or older")
    CIVILIAN_CONTACT = (
        "CIVILIAN_CONTACT", "en civil fra en liste nås kun gennem døråbneren; fjern nummer og mail",
        "a civilian of a list is reached through the door opener only; remove number and mail")
    WITHHELD = (
        "WITHHELD", "personens oplysninger må ikke behandles; spørg databeskyttelsesrådgiveren",
        "the person's data may not be processed; ask the data protection officer")
    NOT_YOURS = (
        "NOT_YOURS", "du må ikke ændre dette; det hører til et område, du ikke har rettigheder til",
        "you may not change this; it belongs to an area that you have no rights in")
    HOME_ELSEWHERE = (
        "HOME_ELSEWHERE",
        "personen hører til i et andet område; foreslå pladsen til den registeransvarlige dér",
        "the person belongs to another area; propose the seat to the steward there")
    TAKEN = (
        "TAKEN", "rækken kan ikke gemmes under dette id; spørg den registeransvarlige",
        "the row cannot be stored under this id; ask the steward")
    BROKEN_JSON = "BROKEN_JSON", "filen er ikke gyldig JSON", "the file is not valid JSON"
    DUPLICATE_KEY = (
        "DUPLICATE_KEY", "samme nøgle står to gange i et objekt",
        "the same key stands twice in an object")
    NOT_A_NUMBER = (
        "NOT_A_NUMBER", "et tal er NaN, uendeligt eller for langt",
        "a number is NaN, infinite or too long")
    TOO_DEEP = (
        "TOO_DEEP", "der er mere end 32 niveauer i hinanden",
        "more than 32 levels are nested in each other")
    TOO_MANY_LEVELS = (
        "TOO_MANY_LEVELS", "enheden ligger under mere end 63 andre",
        "the unit is below more than 63 others")
    OTHER_FORMAT = (
        "OTHER_FORMAT", "filen har ikke det valgte format; vælg et andet",
        "the file is not of the chosen format; choose another")
    UNEXPECTED_VALUE = (
        "UNEXPECTED_VALUE", "her skal stå noget andet: et objekt, en liste eller en tekst",
        "something else belongs here: an object, a list or a text")
    ANSWER_WITH_ERRORS = (
        "ANSWER_WITH_ERRORS", "svaret rummer fejl fra kilden; hent det igen",
        "the answer holds errors of the source; fetch it again")
    MISSING_ID = "MISSING_ID", "posten har ingen id", "the record has no id"
    MISSING_RECORD = (
        "MISSING_RECORD", "henviser til en enhed eller person, som ikke er i filen",
        "refers to a unit or person that is not in the file")
    UNKNOWN_UNIT_TYPE = (
        "UNKNOWN_UNIT_TYPE",
        "typen af enhed kendes ikke; vælg type, niveau og område, eller udelad den",
        "the type of unit is not known; choose kind, tier and sector, or leave it out")
    UNCLEAR_JSON = (
        "UNCLEAR_JSON", "det kan ikke ses, hvilket format filen har; vælg et",
        "it cannot be told which format the file has; choose one")
    ENDS_UNCLEAR = (
        "ENDS_UNCLEAR",
        "det kan ikke ses, om en slutdato er den sidste dag eller dagen efter; vælg det",
        "it cannot be told whether an end is the last day or the day after; choose which")
    # fmt: on


_CHOICES: Final = frozenset(
    {
        ImportRule.CHOOSE_SHEET,
        ImportRule.UNKNOWN_SHEET,
        ImportRule.ENCODING_UNCLEAR,
        ImportRule.DATE_ORDER,
        ImportRule.ENDS_UNCLEAR,
        ImportRule.REMOVED_KIND,
        ImportRule.HELD,
        ImportRule.SYNONYM,
    }
)
"""Rules whose proposals are the complete list of choices, or the kind that is concerned."""
MOST_FAULTS: Final = 1_000
"""Largest number of faults collected; further faults are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """A place in a file; `column` counts from 0, `header` is that of the column, if known.

    `path` leads to a value of JSON, as in `data.org_units[3].name`.
    """

    file: str
    sheet: str | None = None
    line: int | None = None
    column: int | None = None
    header: str | None = None
    path: str | None = None

    def text(self, lang: Language) -> str:
        """Return the place in words, as in `liste.xlsx, ark SSP, linje 7, kolonne C (Mobil)`."""
        parts = [self.file]
        if self.sheet is not None:
            parts.append(f"{'ark' if lang == 'da' else 'sheet'} {self.sheet}")
        return ", ".join((*parts, *self._within(lang)))

    def text_within(self, lang: Language) -> str:
        """Return the place without file and sheet."""
        return ", ".join(self._within(lang))

    def _within(self, lang: Language) -> Iterator[str]:
        if self.path is not None:
            yield self.path
        if self.line is not None:
            yield f"{'linje' if lang == 'da' else 'line'} {self.line}"
        if self.column is not None:
            header = f" ({self.header})" if self.header else ""
            word = "kolonne" if lang == "da" else "column"
            yield f"{word} {column_letters(self.column)}{header}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFault:
    """One fault at a place; `proposals` are what may have been meant. The value is not stored.

    `other` is the place of the row or record that it contradicts.
    """

    place: FilePlace
    rule: ImportRule | Rule
    proposals: tuple[str, ...] = ()
    other: FilePlace | None = None

    def reason(self, lang: Language) -> str:
        """Return the rule in words, with the other place and the proposals."""
        reason = self.rule.label(lang)
        if self.other is not None:
            reason = f"{reason} ({self.other.text_within(lang)})"
        if not self.proposals:
            return reason
        if self.rule in _CHOICES:
            return f"{reason}: {' · '.join(self.proposals)}"
        start = "mener du" if lang == "da" else "did you mean"
        return f"{reason}; {start}: {' · '.join(self.proposals)}?"

    def text(self, lang: Language) -> str:
        """Return the fault as one line of text."""
        return f"{self.place.text(lang)}: {self.reason(lang)}"


class FileRefused(GraphError):
    """Raised for a file of which nothing is imported, with every fault found."""

    def __init__(self, faults: Sequence[ImportFault]) -> None:
        super().__init__("\n".join(fault.text("en") for fault in faults))
        self.faults = tuple(faults)

    def text(self, lang: Language) -> str:
        """Return one line for each fault."""
        return "\n".join(fault.text(lang) for fault in self.faults)


@dataclass(slots=True)
class FaultList:
    """Faults of one sheet or file while it is read."""

    file: str
    sheet: str | None = None
    entries: list[ImportFault] = field(default_factory=list[ImportFault])

    def add(
        self,
        rule: ImportRule | Rule,
        line: int | None = None,
        column: int | None = None,
        header: str | None = None,
        proposals: Iterable[str] = (),
        path: str | None = None,
    ) -> None:
        """Add a fault; after `MOST_FAULTS`, a last one says that there are more."""
        if len(self.entries) > MOST_FAULTS:
            return
        is_last = len(self.entries) == MOST_FAULTS
        place = FilePlace(
            file=self.file, sheet=self.sheet, line=line, column=column, header=header, path=path
        )
        self.entries.append(
            ImportFault(
                place=place,
                rule=ImportRule.TOO_MANY_FAULTS if is_last else rule,
                proposals=() if is_last else tuple(proposals),
            )
        )

    def refuse(
        self, rule: ImportRule | Rule, line: int | None = None, path: str | None = None
    ) -> FileRefused:
        """Return the refusal of the whole file for one reason, with the faults found so far."""
        self.add(rule, line, path=path)
        return FileRefused(self.entries)

    def require_none(self) -> None:
        """Raise FileRefused if there is a fault."""
        if self.entries:
            raise FileRefused(self.entries)


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0, as a spreadsheet shows them."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
