"""Sentences about contacts, and what to do in acute danger, in Danish and English."""

from collections.abc import Iterator
from typing import Final

from api.i18n import N_, _
from api.text.format import format_date, in_sentence, name_of, names_of
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


def acute_title(lang: Language) -> str:
    """The emergency numbers to call first."""
    return _("Acute danger: call 112. Police: 114.", lang)


def duty_line_sentence(card: AcuteCard, lang: Language) -> str:
    """The duty line, `Vagtcentral for Ringsted: …`, or that none is known."""
    area = name_of(card.area, lang)
    if card.duty_line is None:
        if card.area is None:
            return _("Name a place to see its duty line.", lang)
        return _("No duty line is known for {area}.", lang, area=area)
    name = name_of(card.duty_line.post, lang)
    if card.area is None:
        return _("Duty line: {name}", lang, name=name)
    return _("Duty line for {area}: {name}", lang, area=area, name=name)


def inform_heading(lang: Language) -> str:
    """The heading above the posts to inform afterwards."""
    return _("Afterwards inform:", lang)


def local_title(desk: LocalDesk, lang: Language) -> str:
    """The title of the standing contacts: `Faste kontakter, Ringsted`."""
    return _("Standing contacts, {area}", lang, area=name_of(desk.area, lang))


_SPOKEN: Final = frozenset({Channel.PHONE, Channel.MOBILE, Channel.EMERGENCY})
_SHORT: Final = {
    LegalGate.SSP_115: N_("SSP, § 115"),
    LegalGate.PSP_115: N_("PSP, § 115"),
    LegalGate.KSP_115: N_("KSP, § 115"),
    LegalGate.INFOHOUSE: N_("info house, § 115"),
}


def contact_title(contact: Contact, answer: Answer, policy: Policy, lang: Language) -> str:
    """The title of a contact: `SSP-koordinator, Ringsted — koordinerer SSP Ringsted`."""
    return f"{name_of(contact.stop.node, lang)} — {fit(contact.fit, answer, policy, lang)}"


def you(contact: Contact | LocalPost, lang: Language) -> str | None:
    """The note that the caller answers there, if so."""
    return _("That is you.", lang) if contact.is_you else None


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
        return _("There is nobody who {fits}.", lang, fits=fit(told.fit, answer, policy, lang))
    return f"{names_of(told.posts, lang)}: {_why_passed(told, answer, lang)}."


def passed_goal(told: PassedClass, answer: Answer, policy: Policy, lang: Language) -> str:
    """The goal that no path leads to: the posts of the class, otherwise its description."""
    if told.posts:
        return names_of(told.posts, lang)
    return _("somebody who {fits}", lang, fits=fit(told.fit, answer, policy, lang))


def _why_passed(told: PassedClass, answer: Answer, lang: Language) -> str:
    if told.cause is not Cause.NOT_ANSWERING:
        return in_sentence(told.cause.label(lang))
    if told.until is None:
        return _("nobody answers", lang)
    day = format_date(told.until, lang, on=answer.on)
    return _("nobody answers until {day}", lang, day=day)


# ---- direct contact


def direct(allowed: Direct, who: NodeRef, lang: Language) -> str:
    """The sentence that a contact may be called directly, and about what."""
    match allowed.ground:
        case DirectGround.GENERAL:
            nobody = _("Name nobody: you have no common legal ground.", lang)
            return f"{_may(allowed, lang)}. {nobody}"
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
        yield _(ALLOWS[allowed.gate], lang)


def _may(allowed: Direct, lang: Language) -> str:
    """The permission to call, or to make contact if the post has no telephone."""
    if _SPOKEN.intersection(allowed.channels):
        return _("You may call directly", lang)
    return _("You may make contact directly", lang)


def _about_named(allowed: Direct, lang: Language) -> str:
    through = None if allowed.through is None else name_of(allowed.through, lang)
    may = _("{may} about a named person", lang, may=_may(allowed, lang))
    if allowed.gate is None or allowed.gate not in _SHORT:
        if not through:
            return f"{may}."
        return _("{may}: you both belong to {network}.", lang, may=may, network=through)
    text = _("{may} under {gate}.", lang, may=may, gate=_(_SHORT[allowed.gate], lang))
    if through is None:
        return text
    meet = _("You meet in {network}.", lang, network=through)
    return f"{text} {meet}"


def _by_consent(allowed: Direct, who: NodeRef, lang: Language) -> str:
    """Direct contact with a civilian by consent: channels, end date and door opener."""
    may = _(
        "{name} may be contacted directly ({channels})", lang,
        name=name_of(who, lang),
        channels=", ".join(in_sentence(channel.label(lang)) for channel in allowed.channels),
    )  # fmt: skip
    if allowed.until is not None:
        may = _("{what} until {day}", lang, what=may, day=format_date(allowed.until, lang))
    return _("{may}. Door opener: {name}.", lang, may=may, name=name_of(allowed.opener, lang))
