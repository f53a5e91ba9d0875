"""Sentences about a path and its need.

Pure functions of an `Answer`; a name the caller may not see is `en person` or `somebody`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import Final

from api.i18n import _, language_name
from api.requested_need import RequestedMoment
from api.text.format import (
    format_chance,
    format_competence,
    format_date,
    format_days,
    format_hops,
    format_minute,
    format_share,
    in_sentence,
    name_of,
    quote_text,
    sentences,
    with_comma,
)
from graph.paths.answer import Answer, FewerPaths, Hop, NodeRef, Note, Path, Stop
from graph.paths.answer_terms import NoteKind, PathReason, Relaxed
from graph.paths.kernel.request import FewerWhy
from graph.paths.stops import WholePath
from graph.vocabulary import SECTION_115, Language, LegalGate, LinkType

_ABOUT: Final = (
    Relaxed.NETWORK, Relaxed.TRIGGER, Relaxed.SECTOR, Relaxed.COMPETENCE, Relaxed.LANGUAGE,
)  # fmt: skip


def goal_of(answer: Answer, lang: Language) -> str:
    """The goal, `Ringsted (SSP-samarbejde)`: the node or place, and the need there."""
    node = answer.target or answer.area
    about = ", ".join(about_of(answer, lang))
    if node is None:
        return about or _("the target", lang)
    return f"{name_of(node, lang)} ({in_sentence(about)})" if about else name_of(node, lang)


def about_of(answer: Answer, lang: Language) -> Iterator[str]:
    """The terms of a need other than node and place, the most specific first."""
    for term in _ABOUT:
        if getattr(answer.need, term.lower()):
            yield term_of(answer, term, lang)


def term_of(answer: Answer, term: Relaxed, lang: Language) -> str:
    """A term as the need states it."""
    need = answer.need
    words = {
        Relaxed.TRIGGER: need.trigger,
        Relaxed.SECTOR: need.sector,
        Relaxed.LEVEL: need.level,
        Relaxed.CHANNEL: need.channel,
        Relaxed.GATE: need.gate,
        Relaxed.DIRECTION: answer.direction,
    }
    word = words.get(term)
    if word is not None:
        return word.label(lang)
    if term is Relaxed.NETWORK:
        return " / ".join(kind.label(lang) for kind in sorted(need.network))
    if term in (Relaxed.TARGET, Relaxed.AREA):
        return name_of(answer.target if term is Relaxed.TARGET else answer.area, lang)
    if term is Relaxed.WITHIN_KM:
        return f"{need.within_km} km"
    if term is Relaxed.LANGUAGE and need.language is not None:
        return language_name(need.language, lang)
    if term is Relaxed.COMPETENCE and need.competence is not None:
        return format_competence(need.competence, lang)
    return term.label(lang)


def headline(answer: Answer, lang: Language) -> str:
    """`Fra PET Forebyggelsescenter til Ringsted (SSP-samarbejde), 28. nov. 2026 kl. 22.00`."""
    when = format_date(answer.on, lang) if answer.at is None else format_minute(answer.at, lang)
    goal = goal_of(answer, lang)
    if answer.start is None:
        return _("To {goal}, {when}", lang, goal=goal, when=when)
    start = with_comma(name_of(answer.start, lang))
    return _("From {start} to {goal}, {when}", lang, start=start, goal=goal, when=when)


def origin(revision: int, policy: str, lang: Language) -> str:
    """The revision and policy of an answer, and that the percentage is an estimate."""
    return _(
        "Revision {revision}, policy {policy}. The percentage is an estimate used to order the "
        "paths.",
        lang, revision=revision, policy=policy,
    )  # fmt: skip


def fewer_sentence(fewer: FewerPaths, lang: Language) -> str:
    """Why there are no more paths."""
    if fewer.why is FewerWhy.ALL_FOUND:
        return _("There are no more paths.", lang)
    if fewer.why is FewerWhy.CUT_OFF:
        return _("The search was cut off; there may be more.", lang)
    if fewer.why is FewerWhy.UNLIKELY:
        return _("Less reliable paths are not shown.", lang)
    if fewer.bottleneck is None:
        return _("Other paths are very similar.", lang)
    through = name_of(fewer.bottleneck, lang)
    return _("Other paths are very similar; all pass {through}.", lang, through=through)


def path_account(path: Path, lang: Language, on: date, *, before: int = 0) -> str:
    """The cost of a path, its weakest hop, and until when it is valid as shown.

    `before` is the number of hops of preceding legs.
    """
    texts = [_("In all {cost}", lang, cost=format_share(path.cost, lang))]
    if len(path.hops) > 1:
        texts.append(_("Step {hop} is the weakest", lang, hop=before + path.weakest + 1))
    if path.until is not None:
        texts.append(_("As shown until {day}", lang, day=format_date(path.until, lang, on=on)))
    return sentences(texts)


def difference(path: Path, best: Path, lang: Language) -> str:
    """How an alternative differs from the best path to the same contact, in one line."""
    parts: list[str] = []
    more = len(path.hops) - len(best.hops)
    if more > 0:
        parts.append(_("{hops} more", lang, hops=format_hops(more, lang)))
    if more < 0:
        parts.append(_("{hops} less", lang, hops=format_hops(-more, lang)))
    parts.append(stops_apart(path.stops[1:], best.stops[1:], lang))
    if path.oldest_days != best.oldest_days:
        checked = oldest_check(path.oldest_days, lang)
        if path.oldest_days is not None and best.oldest_days is not None:
            checked = _("{checked} against {days}", lang, checked=checked, days=best.oldest_days)
        parts.append(checked)
    if path.shared_people:
        names = ", ".join(name_of(person, lang) for person in path.shared_people)
        parts.append(_("also through {names}", lang, names=names))
    if path.cost > best.cost:
        parts.append(_("less sure", lang))
    return _("Unlike path {number}: {parts}.", lang, number=best.number, parts="; ".join(parts))


def stops_apart(own: Iterable[Stop], other: Iterable[Stop], lang: Language) -> str:
    """The stops that the best path does not have."""
    other_ids = {stop.node.id for stop in other}
    names = {
        stop.node.id: name_of(stop.node, lang) for stop in own if stop.node.id not in other_ids
    }
    if not names:
        return _("leaves out a step", lang)
    through = ", ".join(quote_text(name, lang) for name in names.values())
    return _("goes through {stops}", lang, stops=through)


def summary(path: Path, moment: RequestedMoment, lang: Language) -> str:
    """`3 led, ældste kontrol 64 dage. Kortest.`; a § 115 ground is named."""
    parts = [format_hops(len(path.hops), lang), oldest_check(path.oldest_days, lang)]
    parts += [gate.label(lang) for gate in path.gates if gate.is_section_115]
    text = f"{', '.join(parts)}."
    reason = path.reason.label(lang) if path.reason else ""
    if path.reason is PathReason.ANSWERS_NOW and not moment.is_now:
        reason = _("Answers then", lang)
    return f"{text} {reason}." if reason else text


def oldest_check(days: int | None, lang: Language) -> str:
    """`ældste kontrol 64 dage`; None: a hop was never verified."""
    if days is None:
        return _("a step was never checked", lang)
    return _("oldest check {days}", lang, days=format_days(days, lang))


def hop_reason(hop: Hop, lang: Language, on: date) -> str:
    """The reason for a hop: its link, its legal ground, its last check.

    For a consent the ground includes the day on which it ends.
    """
    parts, facts = [tie(hop, lang)], hop.facts
    if facts.gate is not None:
        ground = in_sentence(facts.gate.label(lang))
        if facts.gate is LegalGate.CONSENT and facts.until is not None:
            day = format_date(facts.until, lang, on=on)
            ground = _("{what} until {day}", lang, what=ground, day=day)
        parts.append(ground)
    if facts.days is None:
        parts.append(_("never checked", lang))
    elif facts.days == 0:
        parts.append(_("checked today", lang))
    else:
        parts.append(_("checked {days} ago", lang, days=format_days(facts.days, lang)))
    return ", ".join(parts)


def tie(hop: Hop, lang: Language) -> str:
    """The link as a sentence in its own direction, whichever way the path follows it.

    For an acquaintance the two people are named, otherwise the posts they hold.
    """
    source, target = name_of(hop.source, lang), name_of(hop.target, lang)
    if hop.facts.type is LinkType.KNOWS:
        names = [carrier.name for carrier in hop.facts.carriers if carrier.name]
        first, second = names if len(names) == 2 else (source, target)
        return _("{one} and {other} know each other", lang, one=first, other=second)
    if not hop.is_forward:
        source, target = target, source
    return f"{source} {hop.facts.type.label(lang)} {target}"


def note(path_note: Note, path: Path, lang: Language, *, before: int = 0) -> str:
    """A note as a sentence; `before` is the number of hops of preceding legs."""
    place = path_note.hop or 0
    hop = before + place + 1
    match path_note.kind:
        case NoteKind.GEOGRAPHY_CROSSES:
            area, district, region = (name_of(area, lang) for area in path_note.places)
            return _(
                "{area} belongs to {district}, but to {region}.", lang,
                area=area, district=district, region=region,
            )  # fmt: skip
        case NoteKind.PERSONAL_HOP:
            return _("Step {hop} is a personal acquaintance; no deputy inherits it.", lang, hop=hop)
        case NoteKind.OPENER_HOP:
            opener = path.hops[place]
            carriers = (carrier for carrier in opener.facts.carriers if carrier.name)
            name = name_of(next(carriers, opener.source), lang)
            return _("Step {hop} goes through a door opener: ask {name}.", lang, hop=hop, name=name)
        case NoteKind.OLDER_THAN_HOLDER:
            return _("Step {hop} was checked before the present holder came.", lang, hop=hop)
        case NoteKind.NAMED_STOPS_AT:
            gate = path.hops[place].facts.gate
            ground = "" if gate is None else gate.label(lang)
            if hop == 1:
                return _("{ground}: nobody named.", lang, ground=ground)
            ground = in_sentence(ground)
            return _("From step {hop} ({ground}): nobody named.", lang, hop=hop, ground=ground)
        case NoteKind.OLD_KNOWLEDGE:
            return _old_knowledge(path_note, hop, lang)
        case NoteKind.ENDS_SOON:
            day = "" if path_note.on is None else format_date(path_note.on, lang)
            return _("The path ends on {day}.", lang, day=day)
        case NoteKind.SECTION_115:
            return section_115(lang)


def _old_knowledge(path_note: Note, hop: int, lang: Language) -> str:
    """The date of the last check of a link, and whom to call for a new one."""
    checked, (source, target) = path_note.on, path_note.places
    whom = name_of(target, lang)
    if hop > 1:  # else the caller would call their own post
        whom = _("{one} or {other}", lang, one=whom, other=name_of(source, lang))
    if checked is None:
        return _(
            "Step {hop} has never been checked: call {whom}, and confirm the link.", lang,
            hop=hop, whom=whom,
        )  # fmt: skip
    return _(
        "Step {hop} has not been checked since {day}: call {whom}, and confirm the link.", lang,
        hop=hop, day=format_date(checked, lang), whom=whom,
    )  # fmt: skip


def section_115(lang: Language) -> str:
    """The three sentences of retsplejeloven § 115."""
    return "; ".join(SECTION_115[lang]) + "."


# ---- a path through stops


def whole_summary(whole: WholePath, lang: Language) -> str:
    """The summary of all legs: `6 led, ældste kontrol 112 dage. 20 % (skøn)`."""
    parts = [format_hops(whole.hops, lang), oldest_check(whole.oldest_days, lang)]
    parts += [gate.label(lang) for gate in whole.gates if gate.is_section_115]
    return f"{', '.join(parts)}. {format_chance(whole.chance, lang)}"


def numbered_on(legs: Sequence[Path]) -> Iterator[tuple[Path, int]]:
    """Each leg with the number of hops before it, since contacts are numbered across legs."""
    before = accumulate((len(leg.hops) for leg in legs), initial=0)
    return zip(legs, before, strict=False)


def leg_title(leg: int, start: NodeRef | None, target: NodeRef | None, lang: Language) -> str:
    """The title of a leg: `Stykke 2: A → B`."""
    ends = f"{name_of(start, lang)} → {name_of(target, lang)}"
    return _("Leg {number}: {ends}", lang, number=leg, ends=ends)


def whole_difference(whole: WholePath, best: WholePath, lang: Language) -> str:
    """How an alternative differs from the first path as a whole: its other stops, in one line."""
    own, other = ([stop for leg in path.legs for stop in leg.stops] for path in (whole, best))
    parts = stops_apart(own, other, lang)
    return _("Unlike path {number}: {parts}.", lang, number=best.number, parts=parts)
