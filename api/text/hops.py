"""Description of each hop: reason, legal ground, last check, cost, and who answers.

Pure functions of an `Answer`; costs are given in tenths of a nat and as the remaining probability
in percent.
"""

from collections.abc import Iterator
from typing import Final

from api.i18n import N_, _, ngettext
from api.requested_need import RequestedMoment
from api.text.availability import answering_sentence, format_answerer
from api.text.format import (
    format_date,
    format_days,
    format_share,
    in_sentence,
    name_of,
    names_of,
    sentences,
)
from api.text.paths import section_115, tie
from graph.paths.answer import Hop, Resolution, Stop
from graph.vocabulary import Freshness, Label, Language, LegalGate, PreventionLevel

_PARTS: Final = (
    N_("kind of link"),
    N_("trust"),
    N_("age"),
    N_("legal ground"),
    N_("many contacts"),
    N_("who answers"),
    N_("wait"),
    N_("within the same call"),
)
"""The parts of the cost of a hop: those of its link, then those of entering its target."""


def hop_title(hop: Hop, stop: Stop, number: int, lang: Language) -> str:
    """The title of a hop, `Led 2: A → B`, where B is the stop it leads to."""
    ends = f"{name_of(hop.source, lang)} → {name_of(stop.node, lang)}"
    return _("Step {number}: {ends}", lang, number=number, ends=ends)


def hop_account(hop: Hop, stop: Stop, moment: RequestedMoment, lang: Language) -> Iterator[str]:
    """All that is known of a hop and of the stop it leads to, one sentence per fact."""
    on, facts = moment.on, hop.facts
    until = None if facts.until is None else format_date(facts.until, lang, on=on)
    why = _("Why: {tie}.", lang, tie=tie(hop, lang))
    if hop.also:
        also = ngettext(
            "There is {count} weaker link too.", "There are {count} weaker too.",
            len(hop.also), lang,
        )  # fmt: skip
        why = f"{why} {also}"
    yield why
    if facts.gate is not None:
        ground = facts.gate.label(lang)
        if facts.levels and facts.levels != frozenset(PreventionLevel):
            levels = ", ".join(in_sentence(level.label(lang)) for level in sorted(facts.levels))
            ground += f" ({levels})"
        if facts.gate.is_section_115:
            allows = section_115(lang)
        elif facts.gate is LegalGate.CONSENT and until is not None:
            allows = _("By consent only, valid until {day}.", lang, day=until)
        else:
            allows = _(ALLOWS[facts.gate], lang)
        yield _("Legal ground: {ground}. {allows}", lang, ground=ground, allows=allows)
    if facts.verified_on is None or facts.days is None:
        yield f"{Freshness.NEVER.label(lang)}."
    else:
        day, ago = format_date(facts.verified_on, lang, on=on), format_days(facts.days, lang)
        if facts.verified_by:
            day = _("{day} by {name}", lang, day=day, name=name_of(facts.verified_by, lang))
        state = in_sentence(facts.freshness.label(lang))
        yield _("Checked {day} ({days} ago, {state}).", lang, day=day, days=ago, state=state)
    if until is not None and facts.gate is not LegalGate.CONSENT:
        yield _("Valid until {day}.", lang, day=until)
    yield hop_cost(hop, lang)
    if len(stop.covers) > 1:
        yield _("The same call: {names}.", lang, names=names_of(stop.covers, lang))
    if stop.resolution is not None:
        yield _answers(stop, stop.resolution, moment, lang)


ALLOWS: Final = {
    LegalGate.INTERNAL: N_("The authority's own rules apply."),
    LegalGate.GENERAL: N_("Nobody named."),
    LegalGate.CONTACT_ONLY: N_(
        "You may make contact. The step gives no right to share information."
    ),
    LegalGate.CONSENT: N_("By consent only."),
}
"""What is allowed on each legal ground other than § 115."""


def hop_cost(hop: Hop, lang: Language) -> str:
    """`Svageste punkt: tillid. Koster 3,2 (73 %): tillid 1,1 (90 %), …`, without zero parts."""
    parts = hop.facts.parts
    costs = {
        part: cost
        for part, cost in zip(
            _PARTS,
            (parts.type, parts.strength, parts.freshness, parts.gate,
             hop.hub, hop.standing, hop.response, hop.inside),
            strict=True,
        )
        if cost
    }  # fmt: skip
    text = _("Costs {cost}", lang, cost=format_share(hop.cost, lang))
    if not costs:
        return f"{text}."
    shares = ", ".join(
        f"{_(part, lang)} {format_share(cost, lang)}" for part, cost in costs.items()
    )
    text = f"{text}: {shares}."
    costs.pop(_PARTS[-1], None)  # the part within the call offers no choice
    if not costs:
        return text
    weakest = _(max(costs, key=lambda part: costs[part]), lang)
    return _("Weakest point: {part}. {costs}", lang, part=weakest, costs=text)


def _answers(stop: Stop, resolution: Resolution, moment: RequestedMoment, lang: Language) -> str:
    """Who answers, who substitutes, and when it changes; for a network also the coordinator."""
    texts = [answering_sentence(resolution, moment, lang)]
    if stop.label is Label.NETWORK:
        texts.insert(0, _("Coordinated by {name}", lang, name=name_of(resolution.post, lang)))
    if resolution.since is not None:
        day = format_date(resolution.since, lang, on=moment.on)
        role = resolution.rung.label(lang).capitalize()
        texts.append(_("{role} since {day}", lang, role=role, day=day))
    first = resolution.rung, resolution.who
    others = [seat for seat in resolution.order if (seat.rung, seat.who) != first]
    if others:
        names = "; ".join(format_answerer(seat.who, seat.rung, lang) for seat in others)
        texts.append(_("After that: {names}", lang, names=names))
    if resolution.until is not None:
        day = format_date(resolution.until, lang, on=moment.on)
        texts.append(_("Changes on {day}", lang, day=day))
    return sentences(texts)
