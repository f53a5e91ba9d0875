"""Terminal output of `kontaktvej import`: who would answer, and which contact paths change."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from api.cli.console import OUT, _
from api.cli.options import policy_of
from api.danish_time import danish_now
from api.i18n import ngettext
from api.text.format import format_date, name_not_shown
from graph.access.policy import LOCAL_OPERATOR
from graph.vocabulary import Language

if TYPE_CHECKING:
    from api.imports.effects import ImportEffects
    from graph.exchange.imports import Preview
    from graph.questions.answer_changes import AnswerChanges
    from graph.questions.path_changes import PathChanges, PathStop
    from graph.snapshot.snapshot import Snapshot

_MOST: Final = 20
_LIMIT_S: Final = 60.0
"""Time limit for the comparison of the paths; no other caller waits for a command."""


def import_effects(snapshot: "Snapshot", preview: "Preview") -> "ImportEffects | None":
    """What an import would change, as the operator sees it; None: nothing is written."""
    from api.imports.effects import effects_of
    from graph.access.view import View

    options = preview.options
    view = View(
        snapshot, LOCAL_OPERATOR, options.on, today=danish_now().date(), withheld=options.withheld
    )
    return effects_of(snapshot, view, preview, policy_of(), sees_all=True, limit_s=_LIMIT_S)


def show_effects(effects: "ImportEffects | None", preview: "Preview", lang: Language) -> None:
    """Print what an import changes for those who look for a contact, and what must be chosen."""
    asked = [row for row in preview.rows if row.holders and row.faults]
    if asked:
        text = ngettext(
            "{count} new holder has a post that somebody else holds: choose with --holder "
            "LINE=replaces, beside or skip (*= for all).",
            "{count} new holders have posts that somebody else holds: choose with --holder "
            "LINE=replaces, beside or skip (*= for all).",
            len(asked), lang,
        )  # fmt: skip
        OUT.print(text, style="bold", soft_wrap=True)
    words = preview.asked_words()
    if words:
        listed = " · ".join(f"{word} ({count})" for word, count in words.items())
        text = _(
            "Several rows meet at one post, and the word is not the post's own: {listed}. Choose "
            'what it means, e.g. --read "POST:{word}=SSP_COORDINATOR", or leave it out with '
            "nothing after =.",
            lang, listed=listed, word=next(iter(words)),
        )  # fmt: skip
        OUT.print(text, style="bold", soft_wrap=True)
    if effects is not None:
        show_answers(effects.answers, preview.options.on, lang)
        show_paths(effects.paths, lang)
    if asked or words or effects is not None:
        OUT.print("")


def show_answers(answers: "AnswerChanges", on: date, lang: Language) -> None:
    """Print at which posts somebody else would answer, and who has no post any more."""
    if not answers.count and not answers.stop_count:
        OUT.print(_("Nobody else answers anywhere.", lang), style="bold")
        return
    text = ngettext(
        "At {count} post somebody else answers:", "At {count} posts somebody else answers:",
        answers.count, lang,
    )  # fmt: skip
    OUT.print(text, style="bold")
    for change in answers.changed[:_MOST]:
        before, after = (
            _("no such post", lang) if stop is None else _answerer(stop, lang)
            for stop in (change.before, change.after)
        )
        day = "" if change.on == on else f" ({format_date(change.on, lang)})"
        OUT.print(f"{change.post.name or change.post.id}{day}: {before} → {after}", soft_wrap=True)
    if answers.count > _MOST:
        more = answers.count - _MOST
        OUT.print(ngettext("and {count} post more", "and {count} posts more", more, lang))
    if answers.stop_count:
        names = ", ".join(node.name or name_not_shown(lang) for node in answers.stops[:_MOST])
        more = " …" if answers.stop_count > _MOST else ""
        text = _("Without a post afterwards: {names}", lang, names=names + more)
        OUT.print(text, soft_wrap=True)


def _answerer(stop: "PathStop", lang: Language) -> str:
    """Who answers at a stop, in words."""
    if stop.who is not None:
        return stop.who.name or name_not_shown(lang)
    if stop.is_hidden:
        return name_not_shown(lang)
    return _("nobody", lang) if stop.rung is None else stop.rung.label(lang)


def show_paths(paths: "PathChanges", lang: Language) -> None:
    """Print which paths would change, and how many were compared."""
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
            tiers = ", ".join(tier.label(lang) for tier in change.tiers)
            start = f" ({tiers})" if tiers else ""
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
    is_answered = last.who is not None or last.is_hidden or last.rung is not None
    return f"{nodes}: {_answerer(last, lang)}" if is_answered else nodes


def effects_json(effects: "ImportEffects | None") -> dict[str, Any]:
    """The same for programs: nodes by their ids."""
    if effects is None:
        return {"answers": None, "paths": None}

    def stop(one: "PathStop | None") -> dict[str, Any] | None:
        return one and {
            "node": one.node.id,
            "rung": None if one.rung is None else one.rung.value,
            "who": None if one.who is None else one.who.id,
        }

    answers, paths = effects.answers, effects.paths
    return {
        "answers": {
            "count": answers.count,
            "changed": [
                {"on": change.on.isoformat(), "post": change.post.id,
                 "before": stop(change.before), "after": stop(change.after)}
                for change in answers.changed
            ],
            "stop_count": answers.stop_count,
            "stops": [node.id for node in answers.stops],
        },
        "paths": {
            "compared": paths.compared,
            "is_cut": paths.is_cut,
            "count": paths.count,
            "changed": [
                {
                    "area": change.area.id, "reference": change.reference.value,
                    "tiers": [tier.value for tier in change.tiers],
                    "what": change.what.value,
                    "before": list(map(stop, change.before)),
                    "after": list(map(stop, change.after)),
                }
                for change in paths.changed
            ],
        },
    }  # fmt: skip
