"""Sentences about contacts, and what to do in acute danger, in Danish and English."""

from collections.abc import Iterator
from typing import Final

from api.text.format import format_date, in_sentence, name_of
from api.text.hops import ALLOWS
from api.text.paths import about_of
from graph.paths.answer import (
    AcuteCard,
    Answer,
    Contact,
    Direct,
    Fit,
    LocalDesk,
    LocalPost,
    NodeRef,
    PassedClass,
)
from graph.paths.answer_terms import Cause, DirectGround
from graph.paths.policy import Policy
from graph.vocabulary import SECTION_115, Channel, Language, LegalGate

_TITLE: Final[dict[Language, str]] = {
    "da": "Akut fare: ring 112. Politi: 114.",
    "en": "Acute danger: call 112. Police: 114.",
}
_INFORM: Final[dict[Language, str]] = {"da": "Orientér bagefter:", "en": "Afterwards inform:"}


def acute_title(lang: Language) -> str:
    """The emergency numbers to call first."""
    return _TITLE[lang]


def duty_line_sentence(card: AcuteCard, lang: Language) -> str:
    """The duty line, `Vagtcentral for Ringsted: …`, or that none is known."""
    if card.duty_line is None:
        if card.area is None:
            return (
                "Vælg et sted for at se dets vagtcentral."
                if lang == "da"
                else "Name a place to see its duty line."
            )
        area = name_of(card.area, lang)
        return (
            f"Der kendes ingen vagtcentral for {area}."
            if lang == "da"
            else f"No duty line is known for {area}."
        )
    name = name_of(card.duty_line.post, lang)
    if card.area is None:
        return f"{'Vagtcentral' if lang == 'da' else 'Duty line'}: {name}"
    area = name_of(card.area, lang)
    return f"Vagtcentral for {area}: {name}" if lang == "da" else f"Duty line for {area}: {name}"


def inform_heading(lang: Language) -> str:
    """The heading above the posts to inform afterwards."""
    return _INFORM[lang]


def local_title(desk: LocalDesk, lang: Language) -> str:
    """The title of the standing contacts: `Faste kontakter, Ringsted`."""
    area = name_of(desk.area, lang)
    return f"Faste kontakter, {area}" if lang == "da" else f"Standing contacts, {area}"


_SPOKEN: Final = frozenset({Channel.PHONE, Channel.MOBILE, Channel.EMERGENCY})
_SHORT: Final[dict[LegalGate, tuple[str, str]]] = {
    LegalGate.SSP_115: ("SSP, § 115", "SSP, § 115"),
    LegalGate.PSP_115: ("PSP, § 115", "PSP, § 115"),
    LegalGate.KSP_115: ("KSP, § 115", "KSP, § 115"),
    LegalGate.INFOHOUSE: ("infohus, § 115", "info house, § 115"),
}
_YOU: Final[dict[Language, str]] = {"da": "Det er dig.", "en": "That is you."}


def contact_title(contact: Contact, answer: Answer, policy: Policy, lang: Language) -> str:
    """The title of a contact: `SSP-koordinator, Ringsted — koordinerer SSP Ringsted`."""
    return f"{name_of(contact.stop.node, lang)} — {fit(contact.fit, answer, policy, lang)}"


def you(told: Contact | LocalPost, lang: Language) -> str | None:
    """The note that the caller answers there, if so."""
    return _YOU[lang] if told.is_you else None


# ---- why the contact fits


def fit(told: Fit, answer: Answer, policy: Policy, lang: Language) -> str:
    """The sentence of a fit class in the policy, such as `koordinerer SSP Ringsted`."""
    rule = policy.fit[told.need][told.number - 1]
    sentence = rule.danish if lang == "da" else rule.english
    return sentence.replace("{what}", _what(told, answer, lang))


def _what(told: Fit, answer: Answer, lang: Language) -> str:
    """The network or node that makes a post fit, otherwise what the need asks for."""
    if told.through is not None and told.through.name is not None:
        return told.through.name
    about = ", ".join(about_of(answer, lang))
    node = answer.area or answer.target
    return in_sentence(about) if about or node is None else name_of(node, lang)


def passed(told: PassedClass, answer: Answer, policy: Policy, lang: Language) -> str:
    """Why a class was passed: `SSP-koordinator, Læsø: ingen svarer før 4. feb.`, or it is empty."""
    if not told.posts:
        nobody = "Der er ikke nogen, der" if lang == "da" else "There is nobody who"
        return f"{nobody} {fit(told.fit, answer, policy, lang)}."
    return f"{_names(told.posts, lang)}: {_why_passed(told, answer, lang)}."


def passed_goal(told: PassedClass, answer: Answer, policy: Policy, lang: Language) -> str:
    """The goal that no path leads to: the posts of the class, otherwise its description."""
    if told.posts:
        return _names(told.posts, lang)
    somebody = "nogen, der" if lang == "da" else "somebody who"
    return f"{somebody} {fit(told.fit, answer, policy, lang)}"


def _why_passed(told: PassedClass, answer: Answer, lang: Language) -> str:
    if told.cause is not Cause.NOT_ANSWERING:
        return in_sentence(told.cause.label(lang))
    nobody = "ingen svarer" if lang == "da" else "nobody answers"
    if told.until is None:
        return nobody
    day = format_date(told.until, lang, on=answer.on)
    return f"{nobody} {'før' if lang == 'da' else 'until'} {day}"


def _names(nodes: tuple[NodeRef, ...], lang: Language) -> str:
    """Names separated by semicolons, since names of posts contain commas."""
    return "; ".join(name_of(node, lang) for node in nodes)


# ---- direct contact


def direct(allowed: Direct, who: NodeRef, lang: Language) -> str:
    """The sentence that a contact may be called directly, and about what."""
    match allowed.ground:
        case DirectGround.GENERAL:
            return f"{_may(allowed, lang)}. {_NAME_NOBODY[lang]}"
        case DirectGround.NAMED:
            return _about_named(allowed, lang)
        case DirectGround.CONSENT:
            return _by_consent(allowed, who, lang)


def direct_sentences(allowed: Direct, lang: Language) -> Iterator[str]:
    """Conditions for discussing a named person: for § 115 its three sentences."""
    if allowed.gate is None:
        return
    if allowed.gate.is_section_115:
        yield from (f"{one[:1].upper()}{one[1:]}." for one in SECTION_115[lang])
    else:
        yield ALLOWS[allowed.gate][0 if lang == "da" else 1]


_NAME_NOBODY: Final[dict[Language, str]] = {
    "da": "Nævn ingen: I har intet fælles retsgrundlag.",
    "en": "Name nobody: you have no common legal ground.",
}


def _may(allowed: Direct, lang: Language) -> str:
    """The permission to call, or to make contact if the post has no telephone."""
    if _SPOKEN.intersection(allowed.channels):
        return "Du må ringe direkte" if lang == "da" else "You may call directly"
    return "Du må henvende dig direkte" if lang == "da" else "You may make contact directly"


def _about_named(allowed: Direct, lang: Language) -> str:
    about = "om en bestemt person" if lang == "da" else "about a named person"
    through = None if allowed.through is None else name_of(allowed.through, lang)
    may = f"{_may(allowed, lang)} {about}"
    if allowed.gate is None or allowed.gate not in _SHORT:
        both = "I hører begge til" if lang == "da" else "you both belong to"
        return f"{may}: {both} {through}." if through else f"{may}."
    gate = _SHORT[allowed.gate][0 if lang == "da" else 1]
    text = f"{may} {'efter' if lang == 'da' else 'under'} {gate}."
    if through is None:
        return text
    return f"{text} {'I mødes i' if lang == 'da' else 'You meet in'} {through}."


def _by_consent(allowed: Direct, who: NodeRef, lang: Language) -> str:
    """Direct contact with a civilian by consent: channels, end date and door opener."""
    channels = ", ".join(in_sentence(channel.label(lang)) for channel in allowed.channels)
    name, opener = name_of(who, lang), name_of(allowed.opener, lang)
    until = "" if allowed.until is None else format_date(allowed.until, lang)
    if lang == "da":
        until = f" til {until}" if until else ""
        return f"{name} må kontaktes direkte ({channels}){until}. Døråbner: {opener}."
    until = f" until {until}" if until else ""
    return f"{name} may be contacted directly ({channels}){until}. Door opener: {opener}."
