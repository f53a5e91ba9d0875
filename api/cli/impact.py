"""`kontaktvej impact` and `kontaktvej owners`: what breaks or lacks an owner if somebody leaves."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.console import OUT, _, language, plain_table, write_json
from api.cli.local_store import opened_view, opened_views
from api.cli.node import choose
from api.cli.options import (
    NONE_FOUND,
    AsJson,
    Lang,
    NameOrId,
    On,
    Revision,
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
    Impact,
    SuccessorWhy,
    Worsening,
)
from graph.questions.impact import impact as find_impact
from graph.questions.owners import Owners
from graph.questions.owners import owners as find_owners
from graph.vocabulary import Language

_MOST_NAMES = 10


def impact(
    text: NameOrId,
    start: Annotated[
        str | None, option(_("Where the paths begin; by default at the national level"), "--from")
    ] = None,
    on: On = None,
    revision: Revision = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Print what is lost if a node leaves, what depends on it, and who could take over."""
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
    """Print what is left without an owner between two dates, and successors that are named."""
    dates = (begins, until)
    with opened_views(*dates, language(lang), names=("from", "to")) as (before, after):
        answer = find_owners(before, after)
    if as_json:
        write_json(answer)
    else:
        show_owners(answer, language(lang))
    if not answer.sums:
        raise typer.Exit(NONE_FOUND)


def impact_parts(answer: Impact, lang: Language) -> Iterator[RenderableType]:
    """The parts of the output of `impact`."""
    name, day = name_of(answer.node, lang), format_date(answer.on, lang)
    head = _("If {name} leaves", lang, name=name)
    yield Text(f"{head} ({answer.label.label(lang)}) · {day}", style="bold")
    begins = _("the national level and the districts", lang)
    if answer.start is not None:
        begins = name_of(answer.start, lang)
    if answer.losses:
        text = _(
            "Of {needs} contacts in the municipalities, from {begins}, {lost} are no "
            "longer reached and {worse} are reached less well.",
            lang, needs=answer.needs, begins=begins, lost=answer.lost, worse=answer.worse,
        )  # fmt: skip
    else:
        text = _(
            "No contact in the municipalities is reached less well from {begins}.", lang,
            begins=begins,
        )  # fmt: skip
    yield f"  {text}"
    if answer.cut_off:
        places = ", ".join(sorted(name_of(area, lang) for area in answer.cut_off))
        text = _("No path leads any longer to: {places}.", lang, places=places)
        yield f"  {text}"
    if answer.losses:
        yield from ("", Text(_("Reached less well, or no longer", lang), style="bold"))
        yield _losses(answer, lang)
    if answer.posts:
        yield from ("", Text(_("Posts", lang), style="bold"))
        yield _posts(answer, lang)
    lines = [_network(network, lang) for network in answer.networks]
    if answer.relations:
        count = len(answer.relations)
        others = {relation.other.id: relation.other for relation in answer.relations}.values()
        names = ", ".join([other.name for other in others if other.name][:_MOST_NAMES])
        text = ngettext(
            "{count} working relation ends", "{count} working relations end", count, lang
        )
        lines.append(f"{text}: {names}" if names else text)
    if answer.civilians is not None:
        text = _(
            "At least {civilians} civilians lose their door opener.", lang,
            civilians=answer.civilians,
        )  # fmt: skip
        lines.append(text)
    if lines:
        yield ""
    for line in lines:
        yield f"  {line}"


def _losses(answer: Impact, lang: Language) -> Table:
    table = plain_table(5)
    for loss in answer.losses:
        begins = loss.reference.label(lang)
        if loss.tier is not None:
            begins += f" ({in_sentence(loss.tier.label(lang))})"
        after = _("nobody", lang)
        if loss.after is not None:
            after = _contact(loss.after, loss.what, lang)
        table.add_row(
            f"  {name_of(loss.area, lang)}", begins, loss.what.label(lang),
            _contact(loss.before, loss.what, lang), f"→ {after}",
        )  # fmt: skip
    return table


def _contact(contact: BestContact, what: Worsening, lang: Language) -> str:
    """The post, what is worse about it, and its distance in hops."""
    about = {
        Worsening.CLASS: in_sentence(contact.group.label(lang)),
        Worsening.ANSWERING: contact.rung.label(lang),
        Worsening.COST: format_chance(contact.chance, lang),
    }
    parts = (name_of(contact.post, lang), about.get(what), format_hops(contact.hops, lang))
    return " · ".join(part for part in parts if part)


def _posts(answer: Impact, lang: Language) -> Table:
    table = plain_table(3)
    for dependent in answer.posts:
        if dependent.rung is AnswerRole.CLOSED:
            after = _("answers afterwards: nobody", lang)
        else:
            head, rung = _("answers afterwards", lang), dependent.rung.label(lang)
            after = f"{head}: {rung}"
            if dependent.who is not None and dependent.who.name:
                after = f"{head}: {dependent.who.name} ({rung})"
            elif dependent.is_hidden or dependent.who is not None:
                after = f"{after} ({name_not_shown(lang)})"
        successors: list[str] = []
        for successor in dependent.successors:
            post, is_near = name_of(successor.post, lang), successor.why is SuccessorWhy.SAME_KIND
            who = post if successor.person is None else name_of(successor.person, lang)
            if successor.is_hidden and not is_near:
                who = successor.why.label(lang).lower()
            # The present post is added if it is another one.
            notes = [post] if is_near and successor.person is not None else []
            notes += [name_not_shown(lang)] if successor.is_hidden else []
            notes += [f"{successor.km} km"] if successor.km is not None else []
            successors.append(f"{who} ({', '.join(notes)})" if notes else who)
        others = ", ".join(successors) or _("nobody", lang)
        table.add_row(
            f"  {name_of(dependent.post, lang)}", after,
            _("could answer instead: {successors}", lang, successors=others),
        )  # fmt: skip
    return table


def _network(network: DependentNetwork, lang: Language) -> str:
    name = name_of(network.network, lang)
    if network.is_gone:
        return _(
            "{name} ends; {posts_before} posts meet there.", lang,
            name=name, posts_before=network.posts_before,
        )  # fmt: skip
    text = _(
        "{name}: {posts_after} of {posts_before} posts are left to answer.", lang,
        name=name, posts_after=network.posts_after, posts_before=network.posts_before,
    )  # fmt: skip
    if network.coordinates and not network.coordinators_after:
        text += _(" Nobody coordinates it.", lang)
    return text


def show_owners(answer: Owners, lang: Language) -> None:
    """Print the sums, then for each region and district what needs an owner there."""
    begins, until = format_date(answer.begins, lang), format_date(answer.until, lang)
    head = _("What needs an owner", lang)
    OUT.print(Text(f"{head}: {begins} → {until}", style="bold"))
    if not answer.sums:
        OUT.print(_("Nothing needs an owner.", lang))
    for total in answer.sums:
        with_successor = total.count - total.without_successor
        heirs = _("{named} with a successor", lang, named=with_successor)
        label, why = total.label.label(lang), total.why.label(lang)
        OUT.print(f"  {label}: {why}, {total.count} ({heirs})")
    for group in answer.groups:
        OUT.print("")
        places = [place.name or place.id for place in (group.region, group.district) if place]
        title = " · ".join(places) or _("Several areas or none", lang)
        OUT.print(Text(title, style="bold"))
        table = plain_table(4)
        for orphan in group.found:
            owner = "" if orphan.owner is None else f" ({name_of(orphan.owner, lang)})"
            heir = "" if orphan.successor is None else f"→ {name_of(orphan.successor, lang)}"
            table.add_row(
                f"  {format_date(orphan.on, lang)}", orphan.node.name or orphan.node.id,
                f"{orphan.why.label(lang)}{owner}", heir,
            )  # fmt: skip
        OUT.print(table)
