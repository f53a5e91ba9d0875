"""A path as it was typed, and the need that means: names chosen, words known, numbers passed on."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final, TypeVar

from api.cli.choosing import choose
from api.cli.typed import typed
from api.text.format import danish_minute
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths import Need
from graph.paths.need import Via
from graph.snapshot.structure import posts_of
from graph.vocabulary import (
    Channel,
    Label,
    LegalGate,
    LinkType,
    NetworkKind,
    PreventionLevel,
    Sector,
    Term,
    Trigger,
)

W = TypeVar("W", bound=Term)
_HOUR: Final = re.compile(r"(\d{1,2})[:.](\d\d)", re.ASCII)
NETWORKS: Final = {
    "ssp": frozenset({NetworkKind.SSP}),
    "ksp": frozenset({NetworkKind.KSP}),
    "psp": frozenset({NetworkKind.PSP_OPERATIONAL, NetworkKind.PSP_STEERING}),
    "infohus": frozenset({NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY}),
}
STARTS: Final = (
    Label.ACTOR, Label.AUTHORITY, Label.NETWORK, Label.PERSON, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip
GOALS: Final = (
    Label.AREA, Label.ACTOR, Label.NETWORK, Label.AUTHORITY,
    Label.ORGANIZATION, Label.PERSON, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip
_STOPS: Final = (
    Label.ACTOR, Label.NETWORK, Label.AUTHORITY, Label.PERSON,
    Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PathArguments:
    """A path as it was typed. `policy` is a file; `why_not` a name the paths are asked about.

    `revision`: as it was known then.
    """

    start: str
    to: str | None
    network: str | None = None
    sector: str | None = None
    competence: str | None = None
    trigger: str | None = None
    level: str | None = None
    gate: str | None = None
    language: str | None = None
    channel: str | None = None
    within_km: int | None = None
    via: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    on: str | None = None
    at: str | None = None
    revision: int | None = None
    against: str | None = None
    is_reverse: bool = False
    max_hops: int | None = None
    max_paths: int | None = None
    max_contacts: int | None = None
    policy: str | None = None
    is_explained: bool = False
    why_not: str | None = None


def retyped(asked: PathArguments) -> PathArguments:
    """The same with its names mended.

    Raises:
        InvalidNeed: one is empty, or of a kind that is never searched for.
    """
    return replace(
        asked,
        start=typed("--from", asked.start),
        to=None if asked.to is None else typed("--to", asked.to),
        via=tuple(typed("--via", text) for text in asked.via),
        avoid=tuple(typed("--avoid", text) for text in asked.avoid),
        stops=tuple(typed("--stops", text) for text in asked.stops),
        why_not=None if asked.why_not is None else typed("--why-not", asked.why_not),
    )


def refuse_beside_against(asked: PathArguments) -> None:
    """Two dates are compared by their paths alone.

    Raises:
        InvalidNeed: something is asked besides.
    """
    beside = {
        "--at": asked.at, "--stops": asked.stops, "--why-not": asked.why_not,
        "--explain": asked.is_explained,
    }  # fmt: skip
    for option, value in beside.items():
        if value:
            raise InvalidNeed(
                option, "kan ikke bruges sammen med --against", "cannot go with --against"
            )


def need_of(view: View, asked: PathArguments, at: datetime | None) -> Need:
    """The need that was typed, at a minute of the View's date; the way back swaps its ends.

    Raises:
        InvalidNeed: a word is not in use, or the way back has no single node to start from.
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    goal = choose(view, asked.to, GOALS) if asked.to else None
    is_area = goal is not None and view.label(view.row(goal)) is Label.AREA
    need = Need(
        on=view.on,
        at=at,
        start=choose(view, asked.start, STARTS),
        area=goal if is_area else None,
        target=None if is_area else goal,
        network=NETWORKS[asked.network] if asked.network else frozenset(),
        sector=_word("sector", Sector, asked.sector),
        competence=asked.competence,
        trigger=_word("trigger", Trigger, asked.trigger),
        level=_word("level", PreventionLevel, asked.level),
        gate=_word("gate", LegalGate, asked.gate),
        language=asked.language,
        channel=_word("channel", Channel, asked.channel),
        within_km=asked.within_km,
        via=tuple(_via(view, text) for text in asked.via),
        avoid=frozenset(chosen_stop(view, text) for text in asked.avoid),
        max_hops=asked.max_hops,
        max_paths=asked.max_paths,
        max_contacts=asked.max_contacts,
    )
    return _reversed(view, need) if asked.is_reverse else need


def _reversed(view: View, need: Need) -> Need:
    """From where it landed back to where it started; whoever answers there is known already."""
    return replace(
        need,
        start=need.target or _landing(view, need),
        target=need.start,
        area=None,
        network=frozenset(),
        sector=None,
        competence=None,
        language=None,
        channel=None,
        within_km=None,
        via=need.via[::-1],
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
            if view.label(row) is label and is_wanted and posts_of(view, row):
                return view.id(row)
    raise InvalidNeed(
        "--reverse",
        "vejen tilbage skal begynde ét sted; vælg det med --to",
        "the way back must begin in one place; choose it with --to",
    )


def chosen_stop(view: View, text: str) -> str:
    """The id of what a text means that a path can meet on its way.

    Raises:
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    return choose(view, text, _STOPS)


def through_of(view: View, asked: PathArguments) -> tuple[str, ...]:
    """The ids of the stops that were typed; a stop is whatever a path may start from, or a place.

    Raises:
        InvalidNeed: something else was asked that does not go with stops.
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    if asked.why_not is not None:
        raise InvalidNeed("--why-not", "ikke sammen med --stops", "not together with --stops")
    chosen = tuple(choose(view, text, (*STARTS, Label.AREA)) for text in asked.stops)
    return chosen[::-1] if asked.is_reverse else chosen


def _via(view: View, text: str) -> Via:
    """A short word for networks, a sector by its identifier or in words, else a name or id."""
    network = NETWORKS.get(text.casefold())
    return network or _meant(Sector, text) or chosen_stop(view, text)


def date_of(field: str, text: str | None) -> date | None:
    """A date as it is typed.

    Raises:
        InvalidNeed: it is none.
    """
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidNeed(
            f"--{field}", f"»{text}« er ikke en dato som 2027-01-15",
            f'"{text}" is not a date such as 2027-01-15',
        ) from None  # fmt: skip


def minute_of(text: str | None, day: date) -> datetime | None:
    """A Danish minute as it is typed; without a date it is of `day`.

    Raises:
        InvalidNeed: it is none.
    """
    if text is None:
        return None
    try:
        if hour := _HOUR.fullmatch(text.strip()):
            return datetime.combine(day, time(int(hour[1]), int(hour[2])))
        if ":" in text:  # a date alone would be its midnight
            return danish_minute(datetime.fromisoformat(text.strip()))
    except ValueError:
        pass
    raise InvalidNeed(
        "--at", f"»{text}« er ikke et tidspunkt som 2026-11-28 22:00 eller 22:00",
        f'"{text}" is not a time such as 2026-11-28 22:00 or 22:00',
    )  # fmt: skip


def _word(field: str, words: type[W], text: str | None) -> W | None:
    """A word as it is typed."""
    if text is None:
        return None
    found = _meant(words, text)
    if found is None:
        known = ", ".join(words)
        raise InvalidNeed(
            f"--{field}", f"»{text}« er ikke et af ordene {known}",
            f'"{text}" is not one of {known}',
        )  # fmt: skip
    return found


def _meant(words: type[W], text: str) -> W | None:
    """The word of an identifier, or of what it is called in either language, in any case."""
    typed = text.casefold()
    for word in words:
        if typed in (word.casefold(), word.label_da.casefold(), word.label_en.casefold()):
            return word
    return None
