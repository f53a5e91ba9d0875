"""Terminal output of answers about paths."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from api.cli.console import OUT, _, table_with
from api.i18n import N_
from api.public_numbers import PublicNumber
from api.requested_need import RequestedMoment
from api.text.availability import answering_sentence
from api.text.contacts import (
    acute_title,
    call,
    contact_title,
    direct,
    direct_sentences,
    duty_line_sentence,
    inform_heading,
    local_title,
    passed_reason,
    you,
)
from api.text.format import (
    format_chance,
    format_date,
    format_minute,
    format_path_count,
    in_sentence,
    name_of,
)
from api.text.hops import hop_account, hop_title
from api.text.no_path import (
    account,
    excluded_sentence,
    failed_sentences,
    no_path_sentences,
    why_not_sentence,
)
from api.text.path_diff import diff_causes, diff_headline, path_title, why_sentence
from api.text.paths import (
    difference,
    fewer_sentence,
    headline,
    hop_reason,
    leg_title,
    note,
    numbered_on,
    origin,
    path_account,
    summary,
    whole_difference,
    whole_summary,
)
from graph.paths import Answer
from graph.paths.answer import (
    AcuteCard,
    Contact,
    LocalDesk,
    LocalPost,
    NodeRef,
    Path,
    Resolution,
    Stop,
)
from graph.paths.answer_terms import NoteKind
from graph.paths.path_diff import PathDiff
from graph.paths.policy import Policy
from graph.paths.stops import StopsAnswer
from graph.paths.why_not import ExcludedNode, WhyNot
from graph.vocabulary import Freshness, Language


def hop_parts(
    path: Path,
    moment: RequestedMoment,
    lang: Language,
    *,
    is_explained: bool,
    before: int = 0,
    by: int = 3,
) -> Iterator[RenderableType]:
    """The stops in order with who answers and the reason for each hop; its details; its notes.

    `before` is the number of hops of preceding legs, `by` the indentation.
    """
    hops = tuple(zip(path.hops, path.stops[1:], strict=True))
    table = table_with(["", *(_(heading, lang) for heading in _HEADINGS)])
    table.add_row(str(before), _where(path.stops[0], lang), "", "")  # the start, that of the caller
    for number, (hop, stop) in enumerate(hops, before + 1):
        why, freshness = hop_reason(hop, lang, moment.on), hop.facts.freshness
        if freshness not in (Freshness.FRESH, Freshness.NEVER):  # the reason includes "never"
            why = f"{why} ({freshness.label(lang).lower()})"
        where = _where(stop, lang)
        others = "; ".join(name_of(node, lang) for node in stop.covers if node != stop.node)
        if others:
            where += _("; same call: {others}", lang, others=others)
        who = ""
        if stop.resolution is not None:
            who = answering_sentence(stop.resolution, moment, lang, is_covered=False)
            channels = ", ".join(channel.label(lang) for channel in stop.resolution.channels)
            if channels:
                who = f"{who}. {channels}"
        table.add_row(str(number), where, who, why)
    yield Padding(table, (0, 0, 0, by), expand=False)
    if is_explained:
        for number, (hop, stop) in enumerate(hops, before + 1):
            yield indent(hop_title(hop, stop, number, lang), by=by)
            for line in hop_account(hop, stop, moment, lang):
                yield indent(line, by=by + 2)
        yield indent(path_account(path, lang, moment.on, before=before), by=by)
    for path_note in path.notes:
        if not (is_explained and path_note.kind is NoteKind.SECTION_115):  # included in its hops
            yield indent(note(path_note, path, lang, before=before), by=by)


def indent(line: str, by: int = 3, style: str = "") -> Padding:
    """A line indented below the headline of its path."""
    return Padding(Text(line, style=style), (0, 0, 0, by), expand=False)


_HEADINGS: Final = (N_("Contact"), N_("Who answers"), N_("Why this step"))


def _where(stop: Stop, lang: Language) -> str:
    return f"{name_of(stop.node, lang)} ({stop.tier.label(lang).lower()})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathText:
    """The answer of `kontaktvej path`; `is_explained`: with full hops and excluded nodes.

    `numbers` are those of the card for acute danger.
    """

    answer: Answer
    policy: Policy
    moment: RequestedMoment
    is_explained: bool = False
    excluded: tuple[ExcludedNode, ...] = ()
    why_not: WhyNot | None = None
    numbers: tuple[PublicNumber, ...] = ()

    def members(self) -> dict[str, object]:
        """The members of the answer, with the additional results that were requested."""
        answer = {field.name: getattr(self.answer, field.name) for field in fields(self.answer)}
        if self.is_explained:
            answer["excluded"] = self.excluded
        if self.why_not is not None:
            answer["why_not"] = self.why_not
        if self.numbers:
            answer["numbers"] = [number._asdict() for number in self.numbers]
        return answer


_DEEPER: Final = 6
_HEADS: Final = (N_("Who"), N_("Answers"), N_("May I call?"))


def contact_parts(contact: Contact, text: PathText, lang: Language) -> Iterator[RenderableType]:
    """The output of a contact; if it may be called directly, its paths take one line.

    Who answers the call that leads the output is not said again.
    """
    title = contact_title(contact, text.answer, text.policy, lang)
    yield Text(f"{contact.number}  {title}", style="bold")
    if contact.is_you:
        yield indent(you(contact, lang) or "")
        return
    leads = contact.call is not None and contact.call == text.answer.call
    if contact.stop.resolution is not None:
        is_said = leads and contact.first_stop is contact.stop
        yield from _answers(contact.stop.resolution, text, lang, is_said=is_said)
    yield from _direct(contact, lang)
    if contact.direct is not None and not text.is_explained:
        yield from _path_line(contact, lang)
        return
    for path in contact.ways:
        head = _("Path", lang)
        line = f"{summary(path, text.moment, lang)} {format_chance(path.chance, lang)}"
        yield indent(f"{head} {path.number}: {line}")
        yield from hop_parts(path, text.moment, lang, is_explained=text.is_explained, by=_DEEPER)
        if text.is_explained and path is not contact.ways[0]:
            yield indent(difference(path, contact.ways[0], lang), by=_DEEPER)
    if contact.none is not None:
        goal = name_of(contact.stop.node, lang)
        yield indent(" ".join(account(contact.none, text.answer, goal, lang)))
    elif contact.fewer is not None:
        yield indent(fewer_sentence(contact.fewer, lang), style="dim")


def _answers(
    resolution: Resolution, text: PathText, lang: Language, *, is_said: bool = False
) -> Iterator[RenderableType]:
    """Who answers, unless that is said already, and by which channels."""
    if not is_said:
        yield indent(f"{answering_sentence(resolution, text.moment, lang)}.")
    if resolution.channels:
        channels = ", ".join(in_sentence(channel.label(lang)) for channel in resolution.channels)
        yield indent(_("Reached by: {channels}.", lang, channels=channels))


def _direct(contact: Contact, lang: Language) -> Iterator[RenderableType]:
    if contact.direct is not None:
        sentences = (
            direct(contact.direct, contact.stop.node, lang), *direct_sentences(contact.direct, lang)
        )  # fmt: skip
        yield indent(" ".join(sentences))


# ---- its paths


def _path_line(contact: Contact, lang: Language) -> Iterator[RenderableType]:
    """`eller gennem: A → B`, and the number of further paths; or that there is none."""
    if not contact.ways:
        if contact.none is not None:
            yield indent(_("No path leads there; why: --explain", lang), style="dim")
        return
    best, *others = contact.ways
    between = " → ".join(name_of(stop.node, lang) for stop in best.stops[1:-1])
    if not between:
        return
    line = _("or through: {between}", lang, between=between)
    if others:
        more = format_path_count(len(others), lang)
        line += _(" (and {more} more: --explain)", lang, more=more)
    yield indent(line, style="dim")


# ---- the place


def local_parts(desk: LocalDesk, text: PathText, lang: Language) -> Iterator[RenderableType]:
    """The standing contacts of a place, and whether they may be called."""
    yield Text(local_title(desk, lang), style="bold")
    yield _posts(desk.posts, text, lang)


def acute_parts(card: AcuteCard, text: PathText, lang: Language) -> Iterator[RenderableType]:
    """Whom to call in acute danger; there are no alternatives."""
    yield Text(acute_title(lang), style="bold")
    yield Text(duty_line_sentence(card, lang))
    if card.duty_line is not None:
        line = card.duty_line.post.id
        yield from (indent(entry.number) for entry in text.numbers if entry.post == line)
        yield from _answers(card.duty_line.resolution, text, lang)
    if card.inform:
        yield Text(inform_heading(lang))
        yield _posts(card.inform, text, lang)


def _posts(posts: Sequence[LocalPost], text: PathText, lang: Language) -> Padding:
    """A row for each post: who answers, and whether it may be called."""
    table = table_with(_(heading, lang) for heading in _HEADS)
    for post in posts:
        may = you(post, lang)
        if may is None and post.direct is not None:
            may = post.direct.ground.label(lang)
        elif may is None:
            may = _("By a path", lang) if post.resolution.rung.is_open else "–"
        answers = answering_sentence(post.resolution, text.moment, lang, is_covered=False)
        table.add_row(name_of(post.post, lang), answers, may)
    return Padding(table, (0, 0, 0, 3), expand=False)


def show_path(text: PathText, lang: Language) -> None:
    """Print the contacts, best first, with their paths; in acute danger the card."""
    for part in parts_of(text, lang):
        OUT.print(part)


def parts_of(text: PathText, lang: Language) -> Iterator[RenderableType]:
    """The parts of the output of `show_path`."""
    answer = text.answer
    yield Text(headline(answer, lang), style="bold")
    if answer.acute is not None:
        yield ""
        yield from acute_parts(answer.acute, text, lang)
    if answer.call is not None:
        first = answer.contacts[answer.call.contact - 1]
        yield Text(call(first, text.moment, lang), style="bold")
    for contact in answer.contacts:
        yield ""
        yield from contact_parts(contact, text, lang)
    if answer.passed:
        yield ""
        yield from (passed_reason(group, answer, text.policy, lang) for group in answer.passed)
    yield from no_path_sentences(answer, lang)
    if answer.local is not None:
        yield ""
        yield from local_parts(answer.local, text, lang)
    lines = [excluded_sentence(node, lang) for node in text.excluded]
    if text.why_not is not None:
        why = why_not_sentence(text.why_not, answer.need, lang)
        lines.append(_("Why not? {why}", lang, why=why))
    if lines:
        yield ""
        yield from lines
    yield Text(origin(answer.revision, answer.policy, lang), style="dim")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopsText:
    """The answer of `kontaktvej path --stops`; the ends with their names."""

    answer: StopsAnswer
    moment: RequestedMoment
    start: NodeRef | None
    goal: NodeRef | None
    is_explained: bool


def show_stops(text: StopsText, lang: Language) -> None:
    """Print all whole paths, the best first."""
    for part in stops_parts(text, lang):
        OUT.print(part)


def stops_parts(text: StopsText, lang: Language) -> Iterator[RenderableType]:
    """The parts of the output of `show_stops`."""
    answer, at = text.answer, text.moment.at
    trigger = answer.need.trigger
    goal = text.goal.name if text.goal and text.goal.name else None
    goal = goal or (trigger.label(lang) if trigger else _("the target", lang))
    title = _(
        "From {start} through {through} to {goal}, {day}", lang,
        start=name_of(text.start, lang),
        through="; ".join(name_of(stop, lang) for stop in answer.stops),  # names contain commas
        goal=goal,
        day=format_date(answer.on, lang) if at is None else format_minute(at, lang),
    )  # fmt: skip
    yield Text(title, style="bold")
    for whole in answer.paths:
        yield ""
        yield Text(f"{whole.number}  {whole_summary(whole, lang)}", style="bold")
        for place, (leg, before) in enumerate(numbered_on(whole.legs), start=1):
            title = leg_title(place, leg.stops[0].node, leg.stops[-1].node, lang)
            yield indent(f"{title}. {summary(leg, text.moment, lang)}")
            yield from hop_parts(
                leg, text.moment, lang, is_explained=text.is_explained, before=before
            )
        if text.is_explained and whole.number > 1:
            yield indent(whole_difference(whole, answer.paths[0], lang))
    for failed in answer.failed:
        yield ""
        yield from failed_sentences(failed, answer, (text.start, text.goal), lang)
    if answer.fewer:
        yield Text(fewer_sentence(answer.fewer, lang), style="dim")
    if answer.paths and not answer.is_exact:
        unproved = _("Each leg was searched separately; there may be a better path overall.", lang)
        yield Text(unproved, style="dim")
    yield Text(origin(answer.revision, answer.policy, lang), style="dim")


def show_diff(diff: PathDiff, lang: Language) -> None:
    """Print the paths of the first date in their order, then new ones, with the differences."""
    OUT.print(Text(diff_headline(diff, lang), style="bold"))
    for line in diff_causes(diff, lang):
        OUT.print(line)
    for path in diff.paths:
        OUT.print("")
        OUT.print(Text(path_title(path, lang), style="bold"))
        for why in path.why:
            OUT.print(indent(why_sentence(why, path, lang)))
    OUT.print("")
    OUT.print(Text(origin(diff.revision, diff.policy, lang), style="dim"))
