"""Names of persons as lists write them: one in a cell, or the several deputies of a post."""

import re
from collections.abc import Iterator
from typing import Final

from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.values import ValueFault
from graph.exchange.imports.words import is_kind, plain
from graph.own_kinds import NO_OWN_KINDS, OwnKinds

_SEPARATORS: Final = re.compile(r"\s*[\n;/&+|]\s*|\s+(?:og|and)\s+", re.IGNORECASE)
_TITLE: Final = re.compile(
    r"\w*(?:konsulent|koordinator|leder|chef|medarbejder|raadgiver|vejleder|laerer|paedagog|"
    r"sekretaer|assistent|fuldmaegtig|betjent|kommissaer|inspektoer|direktoer|psykolog|psykiater|"
    r"terapeut|laege|sygeplejerske|tovholder|kontaktperson|stedfortraeder|borgmester|planlaegger)|"
    r"jurist|phd|\w*vikar|forstander|consultant|coordinator|manager|director|officer|advis[eo]r|"
    r"teacher|worker|assistant|secretary|psychologist|psychiatrist|deputy"
)
"""The last word of a job title before or after a name, as `plain` writes it."""
_NOT_IN_A_NAME: Final = re.compile(r"[\d()\[\]{}<>*?!:=@#\"“”„_%]|\s[-–—]\s")
NOTHING: Final = frozenset(
    {"", "ingen", "ledig", "vakant", "ubesat", "na", "n a", "nn", "n n", "tba", "tbc", "tbd",
     "none", "nobody", "vacant"}
)  # fmt: skip
"""Cells that mean nobody or nothing; `plain` turns `-` into an empty text."""
_TAIL: Final = re.compile(
    r"[(\[\d:;\n–—]|\s-\s|\b(?:pr|fra|starter|per|from|starts)\b", re.IGNORECASE
)
"""Where a remark after `N.N.` begins."""
_VACANT: Final = re.compile(
    r"(?:(?:p ?t|endnu|midlertidigt|aktuelt|for tiden|currently|temporarily|still) )*"
    r"(?:ledige?t?|vakan\w+|ubesat|ubemandet|ingen|ikke|under|afventer|rekruttering\w*|"
    r"opslaaet|slaaet op|i opslag|(?:gen)?besaettes|ansaettes|nyansaettelse|"
    r"ny (?:ansat|kollega|medarbejder)|stillingen|"
    r"(?:stilling|post|funktion|plads)(?:en)? (?:er )?"
    r"(?:ledig|vakant|ubesat|ikke|under|opslaaet|slaaet op|i opslag)|"
    r"vacan\w+|unfilled|unoccupied|unstaffed|awaiting|pending|recruit\w*|nobody|no one|"
    r"not (?:yet|filled|staffed|appointed|occupied|assigned)|"
    r"to be (?:announced|appointed|confirmed|decided|determined|filled|hired|named|recruited)|"
    r"being (?:filled|hired|recruited)|new (?:employee|hire)|open position|"
    r"(?:position|post) (?:is )?(?:vacant|open|unfilled))\b"
)
"""The leading words of a vacant post, as `plain` writes them; no name begins so."""
_NAMES_SOMEBODY: Final = re.compile(
    r"(?:[:–—-]|\b(?:af|ved|kollega|medarbejder|ansat|[Ii]kke))\s+"
    r"[A-ZÆØÅ][\w'\u2019.-]*\s+(?:\S+\s+)*?[A-ZÆØÅ][\w'\u2019-]+"
)
"""A full name after such words: `Ny medarbejder: Mette Bæk` is not a vacant post."""
_JUNIOR: Final = frozenset({"jr", "sr", "jun", "sen", "d.y", "d.æ"})


def is_nobody(text: str) -> bool:
    """Return whether a cell for a name says that the post is vacant."""
    return (
        plain(text) in NOTHING
        or plain(_TAIL.split(text, maxsplit=1)[0]) in NOTHING - {"", "na"}
        or (_VACANT.match(plain(text)) is not None and not _NAMES_SOMEBODY.search(text))
    )


def person_name(text: str, own_kinds: OwnKinds = NO_OWN_KINDS) -> str:
    """Return the one name of a cell, with the given name first.

    The label of an own kind is a job title, as words for shipped kinds are.

    Raises: ValueFault: the cell has several names, or more than a name.
    """
    require_one_person(text)
    parts = [part for part in map(str.strip, text.split(",")) if part]
    if _NOT_IN_A_NAME.search(text) or _VACANT.match(plain(text)):
        raise ValueFault(ImportRule.NAME_ONLY)
    for part in parts:
        split = part.split()
        # A title ends a part, or stands before a full name: `SSP-konsulent Mette Bæk`.
        words = [part, split[0]] if len(split) > 2 else [part]
        is_title = is_kind(part, "post", own_kinds) or any(
            _TITLE.fullmatch(plain(word).rpartition(" ")[2]) for word in words
        )
        # A remark ends in small letters, as no name does that has capital initials.
        is_junior = part == text and split[-1].rstrip(".") in _JUNIOR
        is_remark = split[-1].islower() and text != text.lower() and not is_junior
        if is_title or is_remark:
            raise ValueFault(ImportRule.NAME_ONLY)
    if len(parts) > 1 and all(" " in part for part in parts):
        raise ValueFault(ImportRule.ONE_NAME)
    if len(parts) > 2:
        raise ValueFault(ImportRule.NAME_ONLY)
    if len(parts) == 2:
        name, part = parts
        is_capital = len(part) > 1 and part.isalpha() and part.isupper()
        if is_capital and " " in name and not name.isupper():  # a degree: Mette Bæk, MPA
            raise ValueFault(ImportRule.NAME_ONLY)
    return " ".join(reversed(parts))  # Bæk, Mette


def require_one_person(text: str) -> None:
    """Raise ValueFault if a cell names several persons."""
    if _SEPARATORS.search(text):
        raise ValueFault(ImportRule.ONE_NAME)


def deputy_parts(text: str) -> Iterator[str]:
    """Yield the texts for the single deputies of a cell; a comma separates full names only."""
    for part in _SEPARATORS.split(text):
        names = [name for name in map(str.strip, part.split(",")) if name]
        yield from names if all(" " in name for name in names) else [part]


def deputy_name(text: str, own_kinds: OwnKinds = NO_OWN_KINDS) -> str:
    """Return the name of one deputy.

    Raises: ValueFault: it is not a full name, or more than a name.
    """
    surname, comma, _ = text.partition(",")
    name = person_name(text, own_kinds)
    if " " not in name or (comma and " " in surname.strip()):  # "Ole Dam, Ida" may be two
        raise ValueFault(ImportRule.UNKNOWN_PERSON)
    return name
