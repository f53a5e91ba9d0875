"""The words that tell of a citizen, not of somebody who helps; each list is one rule's data.

Source: domain.md §5. Words of the field pass: *radikalisering*, *løsladelse*, *retspsykiatri*,
and plurals that name a group (*domfældte*, *løsladte unge*), since units are called after them.
"""

import re
from typing import Final, NamedTuple

from graph.normal_form import normal_form

_DANISH: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"})
_MARKS: Final = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """Case, accents and the two spellings of æ, ø, å taken away."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    folded = normal_form("NFKC", folded).translate(_DANISH)
    return folded if folded.isascii() else _MARKS.sub("", normal_form("NFKD", folded))


class Words(NamedTuple):
    """A list ready to be searched: a text without any of `triggers` cannot match `pattern`."""

    triggers: frozenset[str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, listed: str, *, alone: bool = False) -> "Words":
        """From words and phrases parted by commas; `alone`: not as a part of a hyphenated word."""
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
    alone=True,  # an ADHD-konsulent has a job, and no diagnosis
)
