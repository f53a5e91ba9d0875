"""Sentences about contacts, and what to do in acute danger, in Danish and English."""

from collections.abc import Iterator
from typing import Final

from api.i18n import N_, _
from api.requested_need import RequestedMoment
from api.text.availability import answering_sentence
from api.text.format import format_date, in_sentence, name_of, names_of, sentences
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


_VOICE_CHANNELS: Final = frozenset({Channel.PHONE, Channel.MOBILE, Channel.EMERGENCY})
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


def fit(why: Fit, answer: Answer, policy: Policy, lang: Language) -> str:
    """The sentence of a fit class in the policy, such as `koordinerer SSP Ringsted`.

    It names the network or node that makes a post fit, otherwise what the need asks for.
    """
    rule = policy.fit[why.need][why.number - 1]
    sentence = rule.danish if lang == "da" else rule.english
    if why.through is not None and why.through.name is not None:
        return sentence.replace("{what}", why.through.name)
    about = ", ".join(about_of(answer, lang))
    node = answer.area or answer.target
    what = in_sentence(about) if about or node is None else name_of(node, lang)
    return sentence.replace("{what}", what)


def passed_reason(group: PassedClass, answer: Answer, policy: Policy, lang: Language) -> str:
    """Why a class was passed: `SSP-koordinator, Læsø: ingen svarer før 4. feb.`, or it is empty."""
    if not group.posts:
        return _("There is nobody who {fits}.", lang, fits=fit(group.fit, answer, policy, lang))
    if group.cause is not Cause.NOT_ANSWERING:
        why = in_sentence(group.cause.label(lang))
    elif group.until is None:
        why = _("nobody answers", lang)
    else:
        day = format_date(group.until, lang, on=answer.on)
        why = _("nobody answers until {day}", lang, day=day)
    return sentences([f"{names_of(group.posts, lang)}: {why}"])


def passed_goal(group: PassedClass, answer: Answer, policy: Policy, lang: Language) -> str:
    """The goal that no path leads to: the posts of the class, otherwise its description."""
    if group.posts:
        return names_of(group.posts, lang)
    return _("somebody who {fits}", lang, fits=fit(group.fit, answer, policy, lang))


# ---- the call


def call(contact: Contact, moment: RequestedMoment, lang: Language) -> str:
    """Whom to call and who answers: `Ring direkte til SSP-koordinator, Ringsted. Svarer nu: …`.

    Where the contact may not be called directly, the first stop of the path: `…: ring først til …`.
    """
    first = contact.first_stop
    channels = () if contact.call is None else contact.call.channels
    name, has_voice = name_of(first.node, lang), bool(_VOICE_CHANNELS.intersection(channels))
    if contact.call is not None and contact.call.way is not None:
        goal = name_of(contact.stop.node, lang)
        if has_voice:
            what = _("To reach {goal}: first call {name}", lang, name=name, goal=goal)
        elif not channels:  # the reader's role sees none
            what = _("To reach {goal}: first contact {name}", lang, name=name, goal=goal)
        else:
            what = _("To reach {goal}: first write to {name}", lang, name=name, goal=goal)
    elif has_voice:
        what = _("Call directly: {name}", lang, name=name)
    else:
        what = _("Write directly: {name}", lang, name=name)
    if first.resolution is None:
        return sentences([what])
    return sentences([what, answering_sentence(first.resolution, moment, lang)])


# ---- direct contact


def direct(allowed: Direct, who: NodeRef, lang: Language) -> str:
    """The sentence that a contact may be called directly, and about what.

    For a post without a telephone it is contact instead of a call; for a civilian it names the
    channels, the end of the consent and the door opener.
    """
    if allowed.ground is DirectGround.CONSENT:
        may = _(
            "{name} may be contacted directly ({channels})", lang,
            name=name_of(who, lang),
            channels=", ".join(in_sentence(channel.label(lang)) for channel in allowed.channels),
        )  # fmt: skip
        if allowed.until is not None:
            may = _("{what} until {day}", lang, what=may, day=format_date(allowed.until, lang))
        return _("{may}. Door opener: {name}.", lang, may=may, name=name_of(allowed.opener, lang))
    if _VOICE_CHANNELS.intersection(allowed.channels):
        may = _("You may call directly", lang)
    else:
        may = _("You may make contact directly", lang)
    if allowed.ground is DirectGround.GENERAL:
        warning = _("Do not say who it is about: you have no legal ground to share it.", lang)
        return f"{may}. {warning}"
    may = _("{may} about a named person", lang, may=may)
    through = None if allowed.through is None else name_of(allowed.through, lang)
    if allowed.gate is None or allowed.gate not in _SHORT:
        if not through:
            return sentences([may])
        return _("{may}: you both belong to {network}.", lang, may=may, network=through)
    text = _("{may} under {gate}.", lang, may=may, gate=_(_SHORT[allowed.gate], lang))
    if through is None:
        return text
    meet = _("You meet in {network}.", lang, network=through)
    return f"{text} {meet}"


def direct_sentences(allowed: Direct, lang: Language) -> Iterator[str]:
    """Conditions for discussing a named person: for § 115 its three sentences."""
    if allowed.gate is None:
        return
    if allowed.gate.is_section_115:
        yield from (f"{text[:1].upper()}{text[1:]}." for text in SECTION_115[lang])
    else:
        yield _(ALLOWS[allowed.gate], lang)
