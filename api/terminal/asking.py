"""The commands that ask the graph: path, find, show."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from api.terminal.as_json import as_json as json_of
from api.terminal.choosing import choose
from api.terminal.opened import opened_store
from api.terminal.telling import write
from api.terminal.typed import typed
from graph.access import LOCAL_OPERATOR
from graph.errors import InvalidNeed
from graph.questions.paths import Need
from graph.questions.paths import find as find_paths
from graph.questions.paths.policy import Policy, load_policy
from graph.store.opening import place_of
from graph.view import View
from graph.vocabulary import Label, Language, LinkType, NetworkKind, PreventionLevel, Trigger, Word

W = TypeVar("W", bound=Word)
COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
POLICY: Final = "KONTAKTVEJ_POLICY"
NETWORKS: Final = {
    "ssp": frozenset({NetworkKind.SSP}),
    "ksp": frozenset({NetworkKind.KSP}),
    "psp": frozenset({NetworkKind.PSP_OPERATIONAL, NetworkKind.PSP_STEERING}),
    "infohus": frozenset({NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY}),
}
_STARTS: Final = (
    Label.ACTOR, Label.AUTHORITY, Label.NETWORK, Label.PERSON, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip
_GOALS: Final = (
    Label.AREA, Label.ACTOR, Label.NETWORK, Label.AUTHORITY,
    Label.ORGANIZATION, Label.PERSON, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPath:
    """A path as it was typed."""

    start: str
    to: str | None
    network: str | None
    trigger: str | None
    level: str | None
    on: str | None
    is_reverse: bool
    max_paths: int | None


def path(asked: AskedPath, *, lang: Language, as_json: bool) -> bool:
    """Prints the paths, or why there is none; True when there is one."""
    from api.terminal.path_table import show_answer

    asked = replace(
        asked,
        start=typed("--from", asked.start),
        to=None if asked.to is None else typed("--to", asked.to),
    )
    policy = policy_of()
    with opened_view(asked.on, lang) as view:
        answer = find_paths(view, need_of(view, asked), policy)
    if as_json:
        write(json_of(answer))
    else:
        show_answer(answer, lang)
    return bool(answer.paths)


def find(text: str, *, limit: int, on: str | None, lang: Language, as_json: bool) -> bool:
    """Prints who is called so, and who answers there; True when somebody is."""
    from api.terminal.name_table import found_names, show_names

    text, policy = typed("text", text), policy_of()
    with opened_view(on, lang) as view:
        found = found_names(view, text, policy, limit=limit)
    if as_json:
        write(json_of(found))
    else:
        show_names(text, found, lang)
    return bool(found)


def show(text: str, *, on: str | None, lang: Language, as_json: bool) -> None:
    """Prints one node with what hangs on it."""
    from api.terminal.card_table import show_card
    from api.terminal.node_card import card

    text, policy = typed("text", text), policy_of()
    with opened_view(on, lang) as view:
        chosen = card(view, view.row(choose(view, text, (*_GOALS, Label.PLAN))), policy)
    if as_json:
        write(json_of(chosen))
    else:
        show_card(chosen, lang)


def policy_of() -> Policy:
    """The policy the environment names, else the shipped one.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    file = os.environ.get(POLICY)
    return load_policy(Path(file) if file else None)


@contextmanager
def opened_view(on: str | None, lang: Language) -> Generator[View]:
    """What the local operator sees on the date; today is Copenhagen's."""
    today = datetime.now(COPENHAGEN).date()
    day = date_of("on", on) or today
    with opened_store(place_of(), lang) as store:
        snapshot = store.load()
    yield View(snapshot, LOCAL_OPERATOR, day, today=today)


def need_of(view: View, asked: AskedPath) -> Need:
    """The need that was typed; the way back swaps its ends.

    Raises:
        InvalidNeed: a word is not in use, or the way back has no single node to start from.
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    goal = choose(view, asked.to, _GOALS) if asked.to else None
    is_area = goal is not None and view.label(view.row(goal)) is Label.AREA
    need = Need(
        on=view.on,
        start=choose(view, asked.start, _STARTS),
        area=goal if is_area else None,
        target=None if is_area else goal,
        network=NETWORKS[asked.network] if asked.network else frozenset(),
        trigger=_word("trigger", Trigger, asked.trigger),
        level=_word("level", PreventionLevel, asked.level),
        max_paths=asked.max_paths,
    )
    return _reversed(view, need) if asked.is_reverse else need


def _reversed(view: View, need: Need) -> Need:
    """From where it landed back to where it started."""
    return replace(
        need,
        start=need.target or _landing(view, need),
        target=need.start,
        area=None,
        network=frozenset(),
    )


def _landing(view: View, need: Need) -> str:
    """What a way back from a place begins at: its network of the kind asked for, else its body.

    Raises:
        InvalidNeed: the place has none.
    """
    if need.area is not None:
        covering = view.sources(view.row(need.area), LinkType.COVERS)
        label = Label.NETWORK if need.network else Label.AUTHORITY
        for row in covering:
            is_wanted = not need.network or view.value(row, "kind") in need.network
            if view.label(row) is label and is_wanted and view.posts_of(row):
                return view.id(row)
    raise InvalidNeed(
        "--reverse",
        "vejen tilbage skal begynde ét sted; vælg det med --to",
        "the way back must begin in one place; choose it with --to",
    )


def date_of(field: str, text: str | None) -> date | None:
    """A date as it is typed.

    Raises:
        InvalidNeed: it is none.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidNeed(
            f"--{field}", f"»{text}« er ikke en dato som 2027-01-15",
            f'"{text}" is not a date such as 2027-01-15',
        ) from None  # fmt: skip


def _word(field: str, words: type[W], text: str | None) -> W | None:
    """A word as it is typed: its identifier, in any case."""
    if text is None:
        return None
    try:
        return words(text.upper())
    except ValueError:
        known = ", ".join(words)
        raise InvalidNeed(
            f"--{field}", f"»{text}« er ikke et af ordene {known}",
            f'"{text}" is not one of {known}',
        ) from None  # fmt: skip
