"""Filter for texts that must never be stored: those about a citizen, and those with a secret.

Terms of the field are allowed: *radikalisering*, *løsladelse*, *retspsykiatri*, and plurals that
name a group (*domfældte*, *løsladte unge*), since units are named after them.

No text is retained here: not in a cache, a message or a log.

Source of the rules: docs/domain.md, "What is never stored".
"""

import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from graph.errors import RefusedContent
from graph.normal_form import normal_form
from graph.vocabulary import Rule

_DANISH: Final = {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"}
_MARKS: Final = re.compile("[\u0300-\u036f]")
_DIGIT_MARKS: Final = re.compile(
    "[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f]"
)  # of key caps, strokes


def fold(text: str) -> str:
    """Return a text in lower case, without accents, with æ, ø and å spelled ae, oe and aa."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    folded = normal_form("NFKC", folded)
    for letter, spelling in _DANISH.items():  # faster than str.translate
        folded = folded.replace(letter, spelling)
    return folded if folded.isascii() else _MARKS.sub("", normal_form("NFKD", folded))


class Words(NamedTuple):
    """A compiled word list: a text without any of `triggers` cannot match `pattern`."""

    triggers: frozenset[str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, listed: str, *, alone: bool = False) -> "Words":
        """Compile comma-separated phrases; `alone`: no match inside a hyphenated word."""
        phrases = [fold(phrase).split() for phrase in listed.split(",")]
        either = "|".join(r"\s+".join(map(re.escape, phrase)) for phrase in phrases)
        edge = r"[\w-]" if alone else r"\w"
        return cls(
            frozenset(max(phrase, key=len) for phrase in phrases),
            re.compile(f"(?<!{edge})(?:{either})(?!{edge})"),
        )


OFFENSES: Final = Words.of("""
    sigtet, sigtede, tiltalt, tiltalte, mistænkt, mistænkte, mistænkes, anholdt, dømt for,
    domfældt, straffet for, tidligere straffet, varetægtsfængslet, varetægtsfængslede,
    varetægtsarrestant, straffeattest, straffeattesten, straffeattester, afsoner, løsladt,
    prøveløsladt, gerningsmand, gerningsmanden, bandemedlem, terrorist, terroristen,
    terrordømt, terrorsigtet, terrormistænkt, voldsdømt, voldssigtet, voldtægtsdømt, drabsdømt,
    drabssigtet, narkodømt, livstidsdømt, sædelighedsdømt,
    convicted of, convicted for, charged with, suspected of, accused of, suspect, arrested,
    remanded in custody, criminal record, terror suspect
""")

CASE_WORDS: Final = Words.of("""
    radikaliseret, radikaliserede, radicalized, radicalised, underretning på, underretninger på,
    bekymringssag på, bekymringsperson, person of concern, sagsnummer, sagsnr,
    anbragt uden for hjemmet, ekstremist, ekstremisten, eksekstremist, extremist, jihadist,
    islamist, syrienskriger, fremmedkriger, foreign fighter, exitborger, exitklient
""")

WEAK_WORDS: Final = Words.of("""
    borger, borgeren, borgers, borgerens, klient, klienten, klients, klientens, bekymring,
    bekymringen, bekymret, ung mand, unge mand, ung kvinde, unge kvinde, den unge, en ung, mand,
    manden, kvinde, kvinden, dreng, drengen, pige, pigen, knægt, knægten, elev, eleven, barnet,
    søn, sønnen, datter, datteren, bror, søster, teenager, patient, patienten, indsat, beboer,
    beboeren, flygtning, asylansøger, mentee,
    citizen, client, concern, young man, young woman, boy, girl, pupil, inmate, refugee
""")

SPECIAL_CATEGORIES: Final = Words.of(
    """
    muslim, muslimen, muslimsk, sunnimuslim, shiamuslim, salafist, jøde, jøden, jødisk, katolik,
    buddhist, hindu, hinduist, ateist, jehovas vidne, er kristen, kristen tro, troende, konvertit,
    konverteret til islam, jew, jewish, atheist,
    etnisk baggrund, etnisk herkomst, anden etnisk, etnisk dansk, etnisk minoritet, somalier,
    palæstinenser, kurder, araber, tyrker, iraker, iraner, syrer, afghaner, pakistaner, tjetjener,
    sigøjner, indvandrer, hudfarve, ethnic background, ethnic origin,
    socialist, socialdemokrat, kommunist, nazist, nynazist, neonazi, højreradikal, venstreradikal,
    højreekstremist, venstreekstremist, højrefløjsaktivist, venstrefløjsaktivist, partimedlem,
    fagforeningsmedlem, medlem af fagforening, medlem af 3f, medlem af hk, medlem af foa,
    union member, party member,
    homoseksuel, bøsse, lesbisk, biseksuel, transkønnet, transperson, aseksuel, heteroseksuel,
    homosexual, lesbian, bisexual, transgender,
    skizofren, psykotisk, bipolar, depressiv, autist, sindslidende, psykisk syg, sindssyg, lider af,
    har adhd, har autisme, har ptsd, har angst, har depression, har psykose, har skizofreni,
    har kræft, har diabetes, har diagnosen, med diagnosen, diagnosticeret, hivpositiv, gravid,
    misbruger, stofmisbruger, narkoman, alkoholiker, sygemeldt, handicappet, udviklingshæmmet,
    schizophrenic, psychotic, mentally ill, diagnosed, pregnant, disabled, drug addict, alcoholic
    """,
    alone=True,  # an ADHD-konsulent is a job title, not a diagnosis
)


_CPR_DIGITS: Final = 10
_DIGIT: Final = re.compile(r"\d")
_GAP_SIGNS: Final = r"[\s._/\\~+=·•*\u2010-\u2015\u2212-]"
_GAP: Final = rf"{_GAP_SIGNS}{{0,6}}"  # separators allowed between digits
# Modulus 11 is not checked: valid numbers have failed it since 1 October 2007.
_CPR: Final = re.compile(
    rf"(?<!\d)(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01]|6{_GAP}[1-9]|[78]{_GAP}\d|9{_GAP}[01])"
    rf"{_GAP}(?:0{_GAP}[1-9]|1{_GAP}[0-2])(?:{_GAP}\d){{6}}(?!\d)"
)
_BREAK: Final = r"[\W_]{1,12}"  # between the date and the last four digits
_BIRTH: Final = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(?:0[1-9]|1[0-2])"  # day and month
_YEAR_FIRST: Final = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_PARTED: Final = (
    r"(?:0?[1-9]|[12]\d|3[01])[ ./-](?:0?[1-9]|1[0-2])[ ./-](?:19)?\d\d"
    r"|19\d\d[ ./-]?(?:0[1-9]|1[0-2])[ ./-]?(?:0[1-9]|[12]\d|3[01])"
)
_CPR_PARTS: Final = re.compile(
    rf"(?<!\d)(?:(?:{_BIRTH}\d\d|{_BIRTH}(?:19|20)\d\d|{_YEAR_FIRST}){_BREAK}\d{{4}}"
    rf"|(?:{_PARTED}){_BREAK}(?!(?:19|20)\d\d)\d{{4}}|\d{{4}}{_BREAK}{_BIRTH}\d\d)(?!\d)"
)
"""A date of birth before the last four digits, or without separators behind them."""
_ABROAD: Final = re.compile(rf"(?<!\d)(?:\+|00)[1-9](?:{_GAP}\d){{6,14}}(?!\d)")
_LIKE_DIGITS: Final = str.maketrans("OoØøΟοОоIl|", "00000000111")  # noqa: RUF001 - Greek, Cyrillic
_DIGITS_AND_ALIKE: Final = re.compile("[OoØøΟοОоIl|]*\\d[\\dOoØøΟοОоIl|]*")  # noqa: RUF001
_DATE_GAP: Final = r"[\s./\u2010-\u2015\u2212-]{0,3}"
_YEAR: Final = r"(?:(?:19|20)\d\d|9999)(?!\d)"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_DATE: Final = (
    rf"(?:{_DAY}(?:\.{_MONTH}\.|/{_MONTH}/|-{_MONTH}-){_YEAR}|{_YEAR}-{_MONTH}-{_DAY}(?!\d))"
)
# Dates with a year of four digits, followed by a time or by another such date.
_DATES: Final = re.compile(
    rf"(?<!\d)(?<!\d[./-])(?:{_DATE}{_DATE_GAP})*{_DATE}"
    rf"(?=(?:T|\s{{1,3}})(?:[01]\d|2[0-4]):[0-5]\d(?!\d)|{_DATE_GAP}{_DATE})"
)
# More than eight digits are no phone number: a +45 prefix cannot bypass the rule.
_DANISH_PHONE: Final = re.compile(rf"(?<!\d)(?:\+|00)45(?:{_GAP}\d){{8}}(?!{_GAP}\d)")
# Danish spellings of phone numbers, or a country code; not years, postcodes or dates.
_PHONE: Final = re.compile(
    rf"(?<!\d)(?:\+|00)[1-9](?:{_GAP}\d){{6,14}}(?!\d)"
    r"|(?<!\d)(?<!cvr )(?<!cvr-nr. )\d{8}(?!\d)"
    r"|(?<!\d)(?:\d\d[\s./\u2010-\u2015-]){3}\d\d(?!\d)"
    rf"|(?<!\d)(?=(?:\d{_GAP}){{8}}(?!{_GAP}\d))\d{{1,3}}(?:{_GAP_SIGNS}{{1,6}}\d{{1,3}}){{3,}}(?!\d)"
    rf"|(?<!\d)(?!{_DAY}\s{_MONTH}\s{_YEAR}|{_YEAR}\s{_MONTH}\s{_DAY}(?!\d)|(?:19|20)\d\d\s(?:19|20))"
    rf"(?=(?:\d[\s()]{{0,3}}){{8}}(?!{_GAP}\d))\d+(?:[\s()]{{1,3}}\d+)+(?!\d)",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"[\w.+-]\s?(?:@|[(\[]at[)\]])\s?[\w-]+\.\w", re.IGNORECASE)
_UUID: Final = re.compile(
    r"(?<!\w)[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?!\w)",
    re.IGNORECASE,
)
_LATIN_LETTERS: Final = re.compile(r"[\x00-\x7f\u00c0-\u024f–]*")
_SIX_DIGITS: Final = re.compile(r"\s*\d{2}[ /-]?\d{2}[ /-]?\d{2}\s*")  # with dots: a KLE number
_FOUR_DIGITS: Final = re.compile(r"\s*\d{4}\s*")

_KEY_MARK: Final = re.compile(
    r"-----BEGIN|\bBEGIN [A-Z ]{0,40}KEY\b|\bBearer\s+[\w.~+/=-]{8,}"
    r"|\b(?:password|adgangskode|kodeord|api[ _-]?key|token)\s*[:=]\s*\S",
    re.IGNORECASE,
)
_KEY_WORDS: Final = frozenset(
    {"begin", "bearer", "password", "adgangskode", "kodeord", "apikey", "api_key", "key", "token"}
)
_TOKEN: Final = re.compile(r"[A-Za-z0-9+_=-]{20,}")
_MIN_BITS: Final = 3.0  # per character: hex digits have up to 4, a repeated word about 2.5
_MIN_TURNS: Final = 0.3  # share of changes of character class: random 0.4-0.6, slugs 0.2

_WORD: Final = re.compile(r"[\w\u0300-\u036f]+")  # with marks that do not compose
_AGE: Final = re.compile(
    r"(?<!\d)\d{1,2}[\s–-]*(?:aar(?:ig|ige|s)?|years?[\s–-]*old)(?!\w)"
    r"|(?<!\w)(?:f\.|foedt|aargang|born)\D{0,12}(?:\d{1,2}\D{1,12}){0,2}(?:19|20)\d\d(?!\d)"
)
_INITIALS: Final = re.compile(r"(?<!\w)[A-ZÆØÅ]\.\s?[A-ZÆØÅ]\.(?!\w)")
_TRIGGERS: Final = _KEY_WORDS.union(
    OFFENSES.triggers, CASE_WORDS.triggers, WEAK_WORDS.triggers, SPECIAL_CATEGORIES.triggers
)

_HUMP: Final = re.compile(r"(?<=[a-zæøå0-9])(?=[A-ZÆØÅ])|[\W_]+")
_CITIZEN_COLUMN: Final = re.compile(r"borger|klient|citizen|bekymring|anbragt|cpr|personnummer")
_CASE_COLUMN: Final = re.compile(
    r"sag|sager|sagen|sagerne|sag(?:id|nr|nummer)|sags(?!behandler)\w*"
    r"|\w+(?<!aar)sag"  # not årsag, a cause
    r"|\w*case|case(?:s|id|nr|no|number|ref|name|type|status|date|file|load|work\w*)"
)

_LATIN: Final = re.compile(r"[\x00-\u024f]*")
_ANY_SCRIPT: Final = frozenset({"MODIFIER", "MICRO", "FEMININE", "MASCULINE"})
_EAST_ASIAN: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"})


def refuse_content(field: str, text: str, *, about_person: bool = False) -> None:
    """Check a text; `about_person` also refuses the special categories of GDPR art. 9.

    Raises: RefusedContent: names field, rule and position, never the text.
    """
    for rule, position in _findings(text, about_person=about_person):
        raise RefusedContent(field, rule, position)


def _findings(text: str, *, about_person: bool) -> Iterator[tuple[Rule, int]]:
    """Yield the broken rules, each with its position in the text; callers use the first."""
    if not text.isprintable():
        for position, character in enumerate(text):
            if _is_invisible(character):
                yield Rule.CONTROL_CHARACTER, position
    if (position := _cpr(text)) is not None:
        yield Rule.CPR_NUMBER, position
    if _TOKEN.search(text):
        for match in _TOKEN.finditer(_without(_UUID, text)):
            token = match[0]
            sorts = [(char.isdigit(), char.isupper()) for char in token if char.isalnum()]
            if len({is_digit for is_digit, _ in sorts}) < 2:
                continue
            turns = sum(before != after for before, after in pairwise(sorts))
            # Shannon entropy in bits per character.
            shares = [count / len(token) for count in Counter(token).values()]
            bits = -sum(share * math.log2(share) for share in shares)
            if turns >= _MIN_TURNS * len(sorts) and bits >= _MIN_BITS:
                yield Rule.SECRET, match.start()
    if (position := _mixed_word_start(text)) is not None:
        yield Rule.MIXED_SCRIPT, position
    folded = fold(text)
    if _TRIGGERS.isdisjoint(_WORD.findall(folded)):  # true for nearly every text
        return
    if _KEY_MARK.search(text):
        yield Rule.SECRET, 0
    lists = [(OFFENSES, Rule.OFFENSE), (CASE_WORDS, Rule.CASE_LANGUAGE)]
    if about_person:
        lists.append((SPECIAL_CATEGORIES, Rule.SPECIAL_CATEGORY))
    if _AGE.search(folded) or _INITIALS.search(text):
        lists.append((WEAK_WORDS, Rule.WEAK_CASE_LANGUAGE))
    for words, rule in lists:
        if match := words.pattern.search(folded):
            yield rule, _origin(text, fold, match.start())


def refuse_number(field: str, code: str) -> None:
    """Refuse a CPR number in an id or code, to which the other text rules do not apply.

    Raises: RefusedContent: as `refuse_content`.
    """
    if len(code) >= _CPR_DIGITS and (position := _cpr(code)) is not None:
        raise RefusedContent(field, Rule.CPR_NUMBER, position)


def holds_number(code: str) -> bool:
    """Return whether an id or code contains a CPR number."""
    return len(code) >= _CPR_DIGITS and _cpr(code) is not None


def holds_contact(text: str) -> bool:
    """Return whether a text contains a phone number or a mail address."""
    return any(_PHONE.search(form) or _MAIL.search(form) for form in _forms(text))


def refuse_cells(cells: Sequence[str], *, columns: Sequence[str] = ()) -> None:
    """Refuse a CPR number split over two neighboring cells; the position is that of the first.

    Raises: RefusedContent: two cells form a CPR number. Without `columns`, the field is the
    number of the cell, from 1.
    """
    for position, (six, four) in enumerate(pairwise(map(_plain, cells))):
        if not (_SIX_DIGITS.fullmatch(six) and _FOUR_DIGITS.fullmatch(four)):
            continue
        if _CPR.search(f"{six.strip()}-{four.strip()}"):
            field = columns[position] if columns else str(position + 1)
            raise RefusedContent(field, Rule.CPR_NUMBER, position)


def forbidden_column(name: str) -> bool:
    """Return whether a column name, or a part of a compound, refers to citizens or cases."""
    words = fold(_HUMP.sub(" ", normalize_text(name))).split()
    return any(_CITIZEN_COLUMN.search(word) or _CASE_COLUMN.fullmatch(word) for word in words)


def normalize_text(text: str) -> str:
    """Return a text in NFC, trimmed, with single spaces and without invisible characters.

    For inputs that repair pasted text; `refuse_content` refuses unrepaired text.
    """
    if not text.isprintable():
        spaced = " ".join(text.split())
        text = "".join(character for character in spaced if not _is_invisible(character))
    return " ".join(normal_form("NFC", text).split())


def mixed_script(text: str) -> bool:
    """Return whether a word mixes letters of several scripts, as homographs do."""
    return _mixed_word_start(text) is not None


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("C") or category in {"Zl", "Zp"}


def _cpr(text: str) -> int | None:
    """Return the position of a number that can be a CPR number, in any way people write it.

    Its ten digits may be separated, have letters that look like digits, have the date behind the
    last four or the year first, or be written backwards.
    """
    if _UUID.fullmatch(text):  # nearly every id
        return None
    for form in _forms(text):
        if not (_CPR.search(form) or _CPR_PARTS.search(form) or _CPR.search(form[::-1])):
            continue  # true for nearly every text
        for pattern in (_UUID, _DANISH_PHONE, _DATES):
            form = _without(pattern, form)
        if match := _CPR.search(form) or _CPR_PARTS.search(form):
            return _origin(text, _plain, match.start())
        backwards = _without(_ABROAD, form)[::-1]
        if match := _CPR.search(backwards):
            return _origin(text, _plain, len(backwards) - match.end())
    return None


def _forms(text: str) -> tuple[str, ...]:
    """A text in the forms in which numbers are sought: plain, and with digits for like letters."""
    plain = _plain(text)
    same = _DIGITS_AND_ALIKE.sub(lambda run: run[0].translate(_LIKE_DIGITS), plain)
    return (plain, same) if same != plain else (plain,)


def _without(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: "x" * len(match[0]), text)  # positions are preserved


def _plain(text: str) -> str:
    """Return a text in NFKC without marks on digits, those of every script as 0-9.

    Latin text is unchanged.
    """
    if _LATIN_LETTERS.fullmatch(text):
        return text
    plain = _DIGIT_MARKS.sub("", normal_form("NFKC", text))
    return _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain)


def _origin(text: str, form: Callable[[str], str], offset: int) -> int:
    """Return the position in the text of the character at `offset` of its converted form."""
    if text.isascii():
        return offset
    places = range(len(text))
    return bisect_left(places, offset + 1, key=lambda at: len(form(text[: at + 1])))


def _mixed_word_start(text: str) -> int | None:
    if _LATIN.fullmatch(text):
        return None
    for word in _WORD.finditer(text):
        if len({_script(letter) for letter in word[0] if letter.isalpha()} - {""}) > 1:
            return word.start()
    return None


@cache  # caches single letters only, never a text
def _script(letter: str) -> str:
    """The first word of the letter's Unicode name; empty for letters common to all scripts."""
    name = unicodedata.name(normal_form("NFC", letter)[0], "")
    first = name.partition(" ")[0]
    if first in _EAST_ASIAN:
        return "EAST ASIAN"
    return "" if first in _ANY_SCRIPT else first
