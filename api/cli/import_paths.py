"""Terminal output of `kontaktvej import`: which contact paths it would change."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from api.cli.console import OUT, _
from api.cli.options import policy_of
from api.danish_time import danish_now
from api.i18n import ngettext
from api.text.format import name_not_shown
from graph.access.policy import LOCAL_OPERATOR
from graph.vocabulary import Language

if TYPE_CHECKING:
    from graph.exchange.imports import Preview
    from graph.questions.path_changes import PathChanges, PathStop
    from graph.snapshot.snapshot import Snapshot

_MOST: Final = 20
_LIMIT_S: Final = 60.0
"""Time limit for the comparison of the paths; no other caller waits for a command."""


def import_paths(snapshot: "Snapshot", preview: "Preview") -> "PathChanges | None":
    """The paths that an import would change, as the operator sees them; None: none is written."""
    from api.imports.paths import paths_of
    from graph.access.view import View

    options = preview.options
    view = View(
        snapshot, LOCAL_OPERATOR, options.on, today=danish_now().date(), withheld=options.withheld
    )
    return paths_of(snapshot, view, preview, policy_of(), sees_all=True, limit_s=_LIMIT_S)


def show_paths(paths: "PathChanges | None", lang: Language) -> None:
    """Print which paths would change, and how many were compared."""
    if paths is None:
        return
    if not paths.count:
        text = ngettext(
            "The contact path of {count} place stays as it is.",
            "The contact paths of {count} places stay as they are.", paths.compared, lang,
        )  # fmt: skip
        OUT.print("\n" + text, style="bold")
    else:
        text = ngettext(
            "{count} contact path changes", "{count} contact paths change", paths.count, lang
        )
        OUT.print("\n" + text, style="bold")
        for change in paths.changed[:_MOST]:
            start = "" if change.tier is None else f" ({change.tier.label(lang)})"
            place = f"{change.area.name or change.area.id}, {change.reference.label(lang)}{start}"
            OUT.print(f"{place}: {change.what.label(lang)}")
            for head, stops in (
                (_("Before", lang), change.before),
                (_("After", lang), change.after),
            ):
                OUT.print(f"  {head}: {stops_text(stops, lang)}", soft_wrap=True)
        if paths.count > _MOST:
            more = paths.count - _MOST
            OUT.print(ngettext("and {count} path more", "and {count} paths more", more, lang))
    if paths.is_cut:
        text = ngettext(
            "Only {count} path was compared in the time there is.",
            "Only {count} paths were compared in the time there is.", paths.compared, lang,
        )  # fmt: skip
        OUT.print(text)


def stops_text(stops: "Sequence[PathStop]", lang: Language) -> str:
    """The nodes of a path, and who answers at the last one."""
    if not stops:
        return "–"
    nodes = " → ".join(stop.node.name or name_not_shown(lang) for stop in stops)
    last = stops[-1]
    if last.who is not None:
        return f"{nodes}: {last.who.name or name_not_shown(lang)}"
    if last.is_hidden:
        return f"{nodes}: " + name_not_shown(lang)
    return nodes if last.rung is None else f"{nodes}: {last.rung.label(lang)}"


def paths_json(paths: "PathChanges | None") -> dict[str, Any] | None:
    """The same for programs."""
    if paths is None:
        return None

    def stops(listed: "Sequence[PathStop]") -> list[dict[str, Any]]:
        return [
            {
                "node": stop.node.id,
                "rung": None if stop.rung is None else stop.rung.value,
                "who": None if stop.who is None else stop.who.id,
            }
            for stop in listed
        ]

    return {
        "compared": paths.compared,
        "is_cut": paths.is_cut,
        "count": paths.count,
        "changed": [
            {
                "area": change.area.id, "reference": change.reference.value,
                "tier": None if change.tier is None else change.tier.value,
                "what": change.what.value,
                "before": stops(change.before), "after": stops(change.after),
            }
            for change in paths.changed
        ],
    }  # fmt: skip
