"""Implementation of the commands that query the graph, from typed arguments to output."""

import os
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Final, TypeVar

from api.cli.as_json import as_json as json_of
from api.cli.console import write
from api.cli.local_store import command_settings, open_store_with_notice
from api.cli.node_choice import choose
from api.danish_time import danish_minute, danish_now
from api.i18n import bilingual
from api.installed import opened_accounts, require_all_parts
from api.requested_need import RequestedMoment, to_moment
from graph.access.historical_view import historical_view
from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.errors import InvalidNeed, RefusedContent
from graph.model.content_filter import normalize_text, refuse_content
from graph.paths import Need
from graph.paths import find as find_paths
from graph.paths.need import Via
from graph.paths.path_diff import path_diff
from graph.paths.policy import Policy
from graph.paths.policy_file import load_policy
from graph.paths.resolve import named
from graph.paths.stops import stops
from graph.paths.why_not import excluded, why_not
from graph.questions.impact import LEAVING
from graph.questions.impact import impact as lost_without
from graph.questions.owners import owners as left_without
from graph.snapshot.as_of import require_known
from graph.snapshot.structure import posts_of
from graph.store.location import store_location
from graph.store.store import Store
from graph.vocabulary import (
    Channel,
    Label,
    Language,
    LegalGate,
    LinkType,
    NetworkKind,
    PreventionLevel,
    Sector,
    Term,
    Trigger,
)

_POLICY: Final = "KONTAKTVEJ_POLICY"


def policy_of(file: str | None = None) -> Policy:
    """The policy of a file, else of the file in the environment, else the shipped one.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    file = file or os.environ.get(_POLICY)
    return load_policy(Path(file) if file else None)


def typed(field: str, text: str) -> str:
    """The normalized search text. Source of the words: explorer.md §2.0.

    Raises:
        InvalidNeed: it is empty, or of a kind that is never stored and never searched for.
    """
    text = normalize_text(text)
    if not text:
        raise InvalidNeed(field, *bilingual("type a name or an id"))
    try:
        refuse_content(field, text)
    except RefusedContent as error:
        raise InvalidNeed(
            field,
            *bilingual(
                "{rule}. Search for a post, place or subject, never for citizens.",
                rule=error.rule.label,
            ),
        ) from None  # the text is not passed on
    return text


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
    """The typed arguments of a path; `policy` is a file, `why_not` a name.

    `revision` selects data as known at that revision.
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
    """The arguments with normalized names.

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
    """Refuse options that cannot be combined with `--against`.

    Raises:
        InvalidNeed: one of them is given.
    """
    beside = {
        "--at": asked.at, "--stops": asked.stops, "--why-not": asked.why_not,
        "--explain": asked.is_explained,
    }  # fmt: skip
    for option, value in beside.items():
        if value:
            raise InvalidNeed(option, *bilingual("cannot go with --against"))


def need_of(view: View, asked: PathArguments, at: datetime | None) -> Need:
    """The typed need, at a minute of the View's date; `--reverse` swaps its ends.

    Raises:
        InvalidNeed: a word is unknown, or the way back has no single node to start from.
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
    """The need from the goal back to the start; terms of the goal do not apply there."""
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
    """The start of a way back from a place: its network of the wanted kind, else its authority.

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
        *bilingual("the way back must begin in one place; choose it with --to"),
    )


def chosen_stop(view: View, text: str) -> str:
    """The id of a node that a path can cross, from its name.

    Raises:
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    return choose(view, text, _STOPS)


def through_of(view: View, asked: PathArguments) -> tuple[str, ...]:
    """The ids of the typed stops; a stop is anything a path may start from, or a place.

    Raises:
        InvalidNeed: another option was given that cannot be combined with stops.
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    if asked.why_not is not None:
        raise InvalidNeed("--why-not", *bilingual("not together with --stops"))
    chosen = tuple(choose(view, text, (*STARTS, Label.AREA)) for text in asked.stops)
    return chosen[::-1] if asked.is_reverse else chosen


def _via(view: View, text: str) -> Via:
    """A short word for networks, a sector by its identifier or label, else a name or id."""
    network = NETWORKS.get(text.casefold())
    return network or _meant(Sector, text) or chosen_stop(view, text)


def date_of(field: str, text: str | None) -> date | None:
    """A typed date.

    Raises:
        InvalidNeed: it is not a date.
    """
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidNeed(
            f"--{field}", *bilingual("\"{text}\" is not a date such as 2027-01-15", text=text),
        ) from None  # fmt: skip


def minute_of(text: str | None, day: date) -> datetime | None:
    """A typed time in Danish time; without a date it is on `day`.

    Raises:
        InvalidNeed: it is not a time.
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
        "--at", *bilingual("\"{text}\" is not a time such as 2026-11-28 22:00 or 22:00", text=text),
    )  # fmt: skip


def _word(field: str, words: type[W], text: str | None) -> W | None:
    """A typed vocabulary word."""
    if text is None:
        return None
    found = _meant(words, text)
    if found is None:
        known = ", ".join(words)
        raise InvalidNeed(
            f"--{field}", *bilingual("\"{text}\" is not one of {known}", text=text, known=known),
        )  # fmt: skip
    return found


def _meant(words: type[W], text: str) -> W | None:
    """The word with an identifier or a label in either language, case-insensitive."""
    typed = text.casefold()
    for word in words:
        if typed in (word.casefold(), word.label_da.casefold(), word.label_en.casefold()):
            return word
    return None


def path(asked: PathArguments, *, lang: Language, as_json: bool) -> bool:
    """Print the contacts, or why there are none; True if there is one, or an acute card."""
    from api.cli.tables import PathText, show_path

    asked = retyped(asked)
    policy = policy_of(asked.policy)
    if asked.against is not None:
        return _compared(asked, policy, lang=lang, as_json=as_json)
    moment = _moment(asked)
    with opened_view(moment.on.isoformat(), lang, asked.revision) as view:
        if asked.stops:
            return _through_stops(view, asked, moment, policy, lang=lang, as_json=as_json)
        need = need_of(view, asked, moment.at)
        node = chosen_stop(view, asked.why_not) if asked.why_not else None
        told = PathText(
            answer=find_paths(view, need, policy),
            policy=policy,
            moment=moment,
            is_explained=asked.is_explained,
            excluded=excluded(view, need, policy) if asked.is_explained else (),
            why_not=why_not(view, need, node, policy) if node else None,
        )
    if as_json:
        write(json_of(told.plain()))
    else:
        show_path(told, lang)
    return bool(told.answer.contacts or told.answer.acute)


def _moment(asked: PathArguments) -> RequestedMoment:
    """The typed date and minute; a minute alone is on the typed date, or today."""
    now, on = danish_now(), date_of("on", asked.on)
    return to_moment(now, on, minute_of(asked.at, on or now.date()))


def _compared(asked: PathArguments, policy: Policy, *, lang: Language, as_json: bool) -> bool:
    """Print the changes of the paths until a later date; True if either date has one."""
    from api.cli.tables import show_diff

    refuse_beside_against(asked)
    dates = (asked.on, asked.against)
    with opened_views(*dates, lang, revision=asked.revision) as (before, after):
        found = path_diff(before, after, need_of(before, asked, None), policy)
    if as_json:
        write(json_of(found))
    else:
        show_diff(found, lang)
    return bool(found.paths)


def _through_stops(
    view: View,
    asked: PathArguments,
    moment: RequestedMoment,
    policy: Policy,
    *,
    lang: Language,
    as_json: bool,
) -> bool:
    from api.cli.tables import StopsText, show_stops

    need = need_of(view, asked, moment.at)
    answer = stops(view, need, policy, through=through_of(view, asked))
    if as_json:
        write(json_of(answer))
        return bool(answer.paths)
    start, goal = (
        None if node is None else named(view, view.current(node))
        for node in (need.start, need.target or need.area)
    )
    told = StopsText(
        answer=answer, moment=moment, start=start, goal=goal, is_explained=asked.is_explained
    )
    show_stops(told, lang)
    return bool(answer.paths)


def find(
    text: str, *, limit: int, on: str | None, revision: int | None, lang: Language, as_json: bool
) -> bool:
    """Print the nodes with a similar name, and who answers there; True if there are any."""
    from api.cli.node import find_names, show_names

    text, policy = typed("text", text), policy_of()
    with opened_view(on, lang, revision) as view:
        found = find_names(view, text, policy, limit=limit)
    if as_json:
        write(json_of(found))
    else:
        show_names(text, found, lang)
    return bool(found)


def show(text: str, *, on: str | None, revision: int | None, lang: Language, as_json: bool) -> None:
    """Print a node with its links."""
    from api.cli.node import node_card, show_card

    text, policy = typed("text", text), policy_of()
    moment = to_moment(danish_now(), date_of("on", on), None)
    with opened_view(moment.on.isoformat(), lang, revision) as view:
        row = view.row(choose(view, text, (*GOALS, Label.PLAN)))
        chosen = node_card(view, row, policy, at=moment.at)
    if as_json:
        write(json_of(chosen))
    else:
        show_card(chosen, lang)


def impact(
    text: str,
    start: str | None,
    *,
    on: str | None,
    revision: int | None,
    lang: Language,
    as_json: bool,
) -> None:
    """Print the effects of losing a node."""
    from api.cli.impact_tables import show_impact

    text, policy = typed("text", text), policy_of()
    with opened_view(on, lang, revision) as view:
        begins = None if start is None else choose(view, typed("from", start), LEAVING)
        found = lost_without(view, choose(view, text, LEAVING), policy, start=begins)
    if as_json:
        write(json_of(found))
    else:
        show_impact(found, lang)


def owners(begins: str, until: str, *, lang: Language, as_json: bool) -> bool:
    """Print what needs a new owner between two dates; True if there is anything."""
    from api.cli.impact_tables import show_owners

    with opened_views(begins, until, lang, names=("from", "to")) as (before, after):
        found = left_without(before, after)
    if as_json:
        write(json_of(found))
    else:
        show_owners(found, lang)
    return bool(found.sums)


@contextmanager
def opened_view(on: str | None, lang: Language, revision: int | None = None) -> Generator[View]:
    """The View of the local operator on a date (default: today in Copenhagen), at a revision."""
    with opened_views(on, on, lang, revision=revision) as (view, _):
        yield view


@contextmanager
def opened_views(
    on: str | None,
    against: str | None,
    lang: Language,
    *,
    names: tuple[str, str] = ("on", "against"),
    revision: int | None = None,
) -> Generator[tuple[View, View]]:
    """The Views of the local operator on two dates, given by the options in `names`."""
    today = danish_now().date()
    typed_dates = zip(names, (on, against), strict=True)
    days = [date_of(name, text) or today for name, text in typed_dates]
    place, chosen = store_location(), command_settings()
    require_all_parts(place, chosen)
    with (
        open_store_with_notice(place, lang) as store,
        opened_accounts(place, chosen) as known,
    ):
        withheld = known.withholdings.withheld()
        before, after = _seen(store, days, today, withheld, revision)
    yield before, after


def _seen(
    store: Store,
    days: Iterable[date],
    today: date,
    withheld: frozenset[str],
    revision: int | None,
) -> Iterator[View]:
    """The Views of the local operator on some dates, without withheld people.

    Raises: InvalidNeed: as `require_known`.
    """
    snapshot = store.load()
    if revision is None:
        return (View(snapshot, LOCAL_OPERATOR, day, today=today, withheld=withheld) for day in days)
    require_known(revision, snapshot.revision, "--revision")
    earlier = store.known_at(snapshot, revision)
    return (
        historical_view(earlier, LOCAL_OPERATOR, day, today=today, withheld=withheld)
        for day in days
    )
