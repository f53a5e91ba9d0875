"""The coverage map in words: the table with a row for each area, the legend, what one area has."""

from collections.abc import Iterable, Sequence
from html import escape

from api.schemas.coverage import PlanRow, PostRow
from explorer import html_table
from explorer.i18n import _, ngettext, number, short_day
from explorer.labels import SIGNS, Labels, name_not_shown
from explorer.views.coverage_map.area_rows import AreaRow, LegendEntry


def table(
    rows: Iterable[AreaRow],
    *,
    unit: str,
    measure: str,
    selected: str | None,
    with_posts: bool,
) -> str:
    """Every area in a row of HTML; the selected one is marked and stays in sight.

    `with_posts`: how many posts there are, in place of what is amiss with them.
    """
    last = _("Number of posts") if with_posts else _("What is amiss")
    body = "".join(_row(one, is_chosen=one.id == selected, with_posts=with_posts) for one in rows)
    name = _("{measure}, as a table", measure=measure)
    return html_table.frame(name, (unit, measure, last), body, kind="kv-areas")


def _row(one: AreaRow, *, is_chosen: bool, with_posts: bool) -> str:
    chosen, current = (' class="kv-chosen"', ' aria-current="true"') if is_chosen else ("", "")
    last = number(one.posts) if with_posts else one.states
    return (
        f'<tr{chosen}><th scope="row"{current}>{escape(one.name)}</th>'
        f'<td class="kv-figure">{_swatch(one.shade)}{escape(one.figure)}</td>'
        f"<td>{escape(last)}</td></tr>"
    )


def legend(entries: Iterable[LegendEntry]) -> str:
    """Each shade in words, and how many areas have it."""
    lines = "".join(
        f"<li>{_swatch(one.shade)}{escape(one.words)} ({one.areas})</li>" for one in entries
    )
    return f'<ul class="kv-legend">{lines}</ul>'


def summary(row: AreaRow) -> str:
    """What an area has in a line: `7 funktioner · 2 uden stedfortræder`."""
    posts = ngettext("{count} post", "{count} posts", row.posts)
    return " · ".join(filter(None, (posts, row.states)))


def posts(found: Sequence[PostRow], words: Labels) -> str:
    """The posts of an area: what is true of each, and when it was last checked."""
    heads = (_("Post"), _("State of the post"), _("Last check"))
    rows = (
        html_table.texts(
            one.post.name or words.unnamed("Actor"),
            ", ".join(_state(one, state, words) for state in one.states),
            _checked(one, words),
        )
        for one in found
    )
    return html_table.table(_("Posts of the area"), heads, rows, has_names=True, kind="kv-posts")


def _state(one: PostRow, state: str, words: Labels) -> str:
    """`Besat`; where no holder is named to whoever looks, that this is so."""
    is_unnamed = state == "HELD" and not any(holder.name for holder in one.holders)
    return f"{words.word(state)}; {name_not_shown()}" if is_unnamed else words.word(state)


def _checked(one: PostRow, words: Labels) -> str:
    if one.check is None:
        return "–"
    freshness = one.check.freshness
    return f"{SIGNS[freshness]} {words.check(freshness, one.check.on)}"


def plans(found: Iterable[PlanRow]) -> str:
    """The plans of an area that are to be revised within a year."""
    lines = "".join(f"<li>{escape(_due(one))}</li>" for one in found)
    return f"<ul>{lines}</ul>" if lines else ""


def _due(one: PlanRow) -> str:
    by = _("to be revised by {day}", day=short_day(one.due_on))
    return f"{one.plan.name or one.plan.id}: {by}"


def _swatch(shade: int | None) -> str:
    name = "none" if shade is None else str(shade)
    return f'<span class="kv-shade kv-shade-{name}" aria-hidden="true"></span>'
