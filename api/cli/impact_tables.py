"""Terminal output of `impact` and `owners`."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.console import OUT, _, folding
from api.i18n import ngettext
from api.text.format import (
    format_chance,
    format_date,
    format_hops,
    in_sentence,
    name_not_shown,
    name_of,
)
from graph.paths.answer_terms import AnswerRole
from graph.questions.impact import (
    BestContact,
    DependentNetwork,
    DependentPost,
    Impact,
    Loss,
    PostSuccessor,
    SuccessorWhy,
    Worsening,
)
from graph.questions.owners import Orphan, OrphansOf, Owners, OwnerSum
from graph.vocabulary import Language

_MOST_NAMES = 10


def show_impact(found: Impact, lang: Language) -> None:
    """Print the lost or worse contacts, and what depends on the node."""
    for part in impact_parts(found, lang):
        OUT.print(part)


def impact_parts(found: Impact, lang: Language) -> Iterator[RenderableType]:
    """The parts of the output of `show_impact`."""
    name, day = name_of(found.node, lang), format_date(found.on, lang)
    head = _("If {name} leaves", lang, name=name)
    yield Text(f"{head} ({found.label.label(lang)}) · {day}", style="bold")
    yield f"  {_sum(found, lang)}"
    if found.cut_off:
        places = ", ".join(sorted(name_of(area, lang) for area in found.cut_off))
        text = _("Nothing leads any more to: {places}.", lang, places=places)
        yield f"  {text}"
    if found.losses:
        title = _("Reached less well, or no more", lang)
        yield from _titled(title, _losses(found, lang))
    if found.posts:
        yield from _titled(_("Posts", lang), _posts(found, lang))
    lines = [_network(one, lang) for one in found.networks]
    lines += [*_relations(found, lang), *_civilians(found, lang)]
    if lines:
        yield ""
    for line in lines:
        yield f"  {line}"


def _titled(title: str, table: Table) -> Iterator[RenderableType]:
    yield ""
    yield Text(title, style="bold")
    yield table


def _sum(found: Impact, lang: Language) -> str:
    start = found.start
    begins = (
        _("the national level and the districts", lang) if start is None else name_of(start, lang)
    )
    if not found.losses:
        return _(
            "No contact in the municipalities is reached less well from {begins}.",
            lang,
            begins=begins,
        )
    return _(
        "Of {needs} contacts in the municipalities, from {begins}, {lost} are no "
        "longer reached and {worse} are reached less well.",
        lang,
        needs=found.needs,
        begins=begins,
        lost=found.lost,
        worse=found.worse,
    )


def _losses(found: Impact, lang: Language) -> Table:
    table = folding(5)
    for one in found.losses:
        begins = one.reference.label(lang)
        if one.tier is not None:
            begins += f" ({in_sentence(one.tier.label(lang))})"
        table.add_row(
            f"  {name_of(one.area, lang)}", begins, one.what.label(lang),
            _contact(one.before, one.what, lang), f"→ {_after(one, lang)}",
        )  # fmt: skip
    return table


def _after(one: Loss, lang: Language) -> str:
    if one.after is None:
        return _("nobody", lang)
    return _contact(one.after, one.what, lang)


def _contact(one: BestContact, what: Worsening, lang: Language) -> str:
    """The post, what is worse about it, and its distance in hops."""
    about = {
        Worsening.CLASS: in_sentence(one.group.label(lang)),
        Worsening.ANSWERING: one.rung.label(lang),
        Worsening.COST: format_chance(one.chance, lang),
    }
    parts = (name_of(one.post, lang), about.get(what), format_hops(one.hops, lang))
    return " · ".join(part for part in parts if part)


def _posts(found: Impact, lang: Language) -> Table:
    table = folding(3)
    for one in found.posts:
        successors = ", ".join(_successor(who, lang) for who in one.successors)
        successors = successors or _("nobody", lang)
        table.add_row(
            f"  {name_of(one.post, lang)}", _answers(one, lang),
            _("could answer instead: {successors}", lang, successors=successors),
        )  # fmt: skip
    return table


def _answers(one: DependentPost, lang: Language) -> str:
    after = _("answers afterwards", lang)
    if one.rung is AnswerRole.CLOSED:
        return _("answers afterwards: nobody", lang)
    rung = one.rung.label(lang)
    if one.who is not None and one.who.name:
        return f"{after}: {one.who.name} ({rung})"
    is_unnamed = one.is_hidden or one.who is not None
    return f"{after}: {rung} ({name_not_shown(lang)})" if is_unnamed else f"{after}: {rung}"


def _successor(one: PostSuccessor, lang: Language) -> str:
    """The successor, with their present post if it is another one."""
    post, is_near = name_of(one.post, lang), one.why is SuccessorWhy.SAME_KIND
    who = post if one.person is None else name_of(one.person, lang)
    if one.is_hidden and not is_near:
        who = one.why.label(lang).lower()
    notes = [post] if is_near and one.person is not None else []
    notes += [name_not_shown(lang)] if one.is_hidden else []
    notes += [f"{one.km} km"] if one.km is not None else []
    return f"{who} ({', '.join(notes)})" if notes else who


def _network(one: DependentNetwork, lang: Language) -> str:
    name = name_of(one.network, lang)
    if one.is_gone:
        return _(
            "{name} goes; {posts_before} posts meet there.",
            lang,
            name=name,
            posts_before=one.posts_before,
        )
    told = _(
        "{name}: {posts_after} of {posts_before} posts are left to answer.",
        lang,
        name=name,
        posts_after=one.posts_after,
        posts_before=one.posts_before,
    )
    if one.coordinates and not one.coordinators_after:
        told += _(" Nobody coordinates it.", lang)
    return told


def _relations(found: Impact, lang: Language) -> Iterator[str]:
    if not found.relations:
        return
    count = len(found.relations)
    others = {one.other.id: one.other for one in found.relations}.values()
    names = ", ".join([one.name for one in others if one.name][:_MOST_NAMES])
    text = ngettext("{count} working relation ends", "{count} working relations end", count, lang)
    yield f"{text}: {names}" if names else text


def _civilians(found: Impact, lang: Language) -> Iterator[str]:
    if found.civilians is not None:
        yield _(
            "At least {civilians} civilians lose their door opener.",
            lang,
            civilians=found.civilians,
        )


def show_owners(found: Owners, lang: Language) -> None:
    """Print the sums, then for each region and district what needs an owner there."""
    for part in owner_parts(found, lang):
        OUT.print(part)


def owner_parts(found: Owners, lang: Language) -> Iterator[RenderableType]:
    """The parts of the output of `show_owners`."""
    days = [format_date(day, lang) for day in (found.begins, found.until)]
    head = _("What needs an owner", lang)
    yield Text(f"{head}: {days[0]} → {days[1]}", style="bold")
    if not found.sums:
        yield _("Nothing needs an owner.", lang)
    for one in found.sums:
        yield f"  {_owner_sum(one, lang)}"
    for group in found.groups:
        yield ""
        yield Text(_place(group, lang), style="bold")
        yield _table(group, lang)


def _owner_sum(one: OwnerSum, lang: Language) -> str:
    named = one.count - one.without_successor
    heirs = _("{named} with a successor", lang, named=named)
    return f"{one.label.label(lang)}: {one.why.label(lang)}, {one.count} ({heirs})"


def _place(group: OrphansOf, lang: Language) -> str:
    places = [place.name or place.id for place in (group.region, group.district) if place]
    return " · ".join(places) or _("Several areas or none", lang)


def _table(group: OrphansOf, lang: Language) -> Table:
    table = folding(4)
    for one in group.found:
        table.add_row(*_cells(one, lang))
    return table


def _cells(one: Orphan, lang: Language) -> tuple[str, ...]:
    owner = "" if one.owner is None else f" ({name_of(one.owner, lang)})"
    heir = "" if one.successor is None else f"→ {name_of(one.successor, lang)}"
    return (
        f"  {format_date(one.on, lang)}", one.node.name or one.node.id,
        f"{one.why.label(lang)}{owner}", heir,
    )  # fmt: skip
