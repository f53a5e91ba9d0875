"""`kontaktvej impact` and `kontaktvej owners`: what breaks or lacks an owner if somebody leaves."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.console import OUT, _, folding, language, write_json
from api.cli.local_store import opened_view, opened_views
from api.cli.node import choose
from api.cli.options import (
    NONE_FOUND,
    AsJson,
    Known,
    Lang,
    NameOrId,
    On,
    option,
    policy_of,
    search_text,
)
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
    LEAVING,
    BestContact,
    DependentNetwork,
    DependentPost,
    Impact,
    Loss,
    PostSuccessor,
    SuccessorWhy,
    Worsening,
)
from graph.questions.impact import impact as find_impact
from graph.questions.owners import OrphansOf, Owners
from graph.questions.owners import owners as find_owners
from graph.vocabulary import Language

_MOST_NAMES = 10


def impact(
    text: NameOrId,
    start: Annotated[
        str | None,
        option(
            _("Where the ways begin; else at the national level"),
            "--from",
        ),
    ] = None,
    on: On = None,
    revision: Known = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say whom nobody reaches any more, what hangs on who leaves, and who could take over."""
    text, policy = search_text("text", text), policy_of()
    with opened_view(on, language(lang), revision) as view:
        begins = None if start is None else choose(view, search_text("from", start), LEAVING)
        answer = find_impact(view, choose(view, text, LEAVING), policy, start=begins)
    if as_json:
        write_json(answer)
    else:
        for part in impact_parts(answer, language(lang)):
            OUT.print(part)


def owners(
    begins: Annotated[str, option(_("The date before"), "--from")],
    until: Annotated[str, option(_("The date after"), "--to")],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say what is left without an owner between two dates, and who inherits where that is named."""
    dates = (begins, until)
    with opened_views(*dates, language(lang), names=("from", "to")) as (before, after):
        answer = find_owners(before, after)
    if as_json:
        write_json(answer)
    else:
        show_owners(answer, language(lang))
    if not answer.sums:
        raise typer.Exit(NONE_FOUND)


def impact_parts(found: Impact, lang: Language) -> Iterator[RenderableType]:
    """The parts of the output of `impact`."""
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


def show_owners(answer: Owners, lang: Language) -> None:
    """Print the sums, then for each region and district what needs an owner there."""
    begins, until = format_date(answer.begins, lang), format_date(answer.until, lang)
    head = _("What needs an owner", lang)
    OUT.print(Text(f"{head}: {begins} → {until}", style="bold"))
    if not answer.sums:
        OUT.print(_("Nothing needs an owner.", lang))
    for total in answer.sums:
        named = total.count - total.without_successor
        heirs = _("{named} with a successor", lang, named=named)
        label, why = total.label.label(lang), total.why.label(lang)
        OUT.print(f"  {label}: {why}, {total.count} ({heirs})")
    for group in answer.groups:
        OUT.print("")
        OUT.print(Text(_place(group, lang), style="bold"))
        table = folding(4)
        for orphan in group.found:
            owner = "" if orphan.owner is None else f" ({name_of(orphan.owner, lang)})"
            heir = "" if orphan.successor is None else f"→ {name_of(orphan.successor, lang)}"
            table.add_row(
                f"  {format_date(orphan.on, lang)}", orphan.node.name or orphan.node.id,
                f"{orphan.why.label(lang)}{owner}", heir,
            )  # fmt: skip
        OUT.print(table)


def _place(group: OrphansOf, lang: Language) -> str:
    places = [place.name or place.id for place in (group.region, group.district) if place]
    return " · ".join(places) or _("Several areas or none", lang)
