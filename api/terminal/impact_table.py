"""What breaks if somebody or something leaves, on the terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from api.terminal.language import said
from api.terminal.telling import OUT, folding
from api.written import name_of, written_date, written_hops
from graph.questions.hanging import HangingNetwork, HangingPost, Successor, SuccessorWhy
from graph.questions.impact import Impact, LocalWay, Loss
from graph.questions.paths.words import Rung
from graph.vocabulary import Language

_MOST_NAMES = 10


def show_impact(found: Impact, lang: Language) -> None:
    """Prints how many ways are lost, each of them, and what hangs on who leaves."""
    for part in parts_of(found, lang):
        OUT.print(part)


def parts_of(found: Impact, lang: Language) -> Iterator[RenderableType]:
    """The same, part by part."""
    name, day = name_of(found.node, lang), written_date(found.on, lang)
    head = said(f"Hvis {name} går", f"If {name} leaves", lang)
    yield Text(f"{head} ({found.label.label(lang)}) · {day}", style="bold")
    yield f"  {_sum(found, lang)}"
    if found.cut_off:
        places = ", ".join(sorted(name_of(area, lang) for area in found.cut_off))
        yield f"  {said('Intet fører længere til', 'Nothing leads any more to', lang)}: {places}."
    if found.losses:
        yield from _titled(said("Tabt eller dyrere", "Lost, or dearer", lang), _losses(found, lang))
    if found.posts:
        yield from _titled(said("Funktioner", "Posts", lang), _posts(found, lang))
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
        said("nationalt niveau", "the national level", lang)
        if start is None
        else name_of(start, lang)
    )
    if not found.losses:
        return said(
            f"Ingen vej fra {begins} tabes eller bliver dyrere.",
            f"No way from {begins} is lost or costs more.",
            lang,
        )
    return said(
        f"Af {found.needs} veje fra {begins} til kommunerne tabes {found.lost}, og {found.worse} "
        "bliver dyrere.",
        f"Of {found.needs} ways from {begins} to the municipalities, {found.lost} are lost and "
        f"{found.worse} cost more.",
        lang,
    )


def _losses(found: Impact, lang: Language) -> Table:
    table = folding(4)
    for one in found.losses:
        table.add_row(
            f"  {name_of(one.area, lang)}", one.cooperation.label(lang), _way(one.before, lang),
            f"→ {_after(one, lang)}",
        )  # fmt: skip
    return table


def _after(one: Loss, lang: Language) -> str:
    if one.after is not None:
        return _way(one.after, lang)
    lost = said("tabt", "lost", lang)
    if one.farther is None:
        return lost
    farther = said("længere væk", "farther away", lang)
    return f"{lost}; {farther}: {_way(one.farther, lang)}"


def _way(way: LocalWay, lang: Language) -> str:
    return f"{name_of(way.target, lang)} · {written_hops(way.hops, lang)}"


def _posts(found: Impact, lang: Language) -> Table:
    table = folding(3)
    for one in found.posts:
        successors = ", ".join(_successor(who, lang) for who in one.successors)
        table.add_row(
            f"  {name_of(one.post, lang)}", _answers(one, lang),
            f"{said('kan svare i stedet', 'could answer instead', lang)}: "
            f"{successors or said('ingen', 'nobody', lang)}",
        )  # fmt: skip
    return table


def _answers(one: HangingPost, lang: Language) -> str:
    after = said("svarer bagefter", "answers afterwards", lang)
    if one.rung is Rung.CLOSED:
        return f"{after}: {said('ingen', 'nobody', lang)}"
    rung = one.rung.label(lang)
    who = f"{one.who.name} ({rung})" if one.who is not None and one.who.name else rung
    return f"{after}: {who}"


def _successor(one: Successor, lang: Language) -> str:
    who = name_of(one.person or one.post, lang)
    if one.why is not SuccessorWhy.SAME_KIND:
        return who
    post = name_of(one.post, lang)
    return f"{who} ({post})" if one.km is None else f"{who} ({post}, {one.km} km)"


def _network(one: HangingNetwork, lang: Language) -> str:
    name = name_of(one.network, lang)
    if one.is_gone:
        return said(
            f"{name} går; {one.posts_before} funktioner mødes der.",
            f"{name} goes; {one.posts_before} posts meet there.",
            lang,
        )
    told = said(
        f"{name}: {one.posts_after} af {one.posts_before} funktioner kan stadig svare.",
        f"{name}: {one.posts_after} of {one.posts_before} posts are left to answer.",
        lang,
    )
    if one.coordinates and not one.coordinators_after:
        told += said(" Ingen koordinerer det.", " Nobody coordinates it.", lang)
    return told


def _relations(found: Impact, lang: Language) -> Iterator[str]:
    if not found.relations:
        return
    count = len(found.relations)
    others = {one.other.id: one.other for one in found.relations}.values()
    names = ", ".join([one.name for one in others if one.name][:_MOST_NAMES])
    told = said(
        f"{count} {'arbejdsrelation' if count == 1 else 'arbejdsrelationer'} ophører",
        f"{count} working {'relation ends' if count == 1 else 'relations end'}",
        lang,
    )
    yield f"{told}: {names}" if names else told


def _civilians(found: Impact, lang: Language) -> Iterator[str]:
    if found.civilians is not None:
        yield said(
            f"Mindst {found.civilians} civile mister deres døråbner.",
            f"At least {found.civilians} civilians lose their door opener.",
            lang,
        )
