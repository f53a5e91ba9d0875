"""The commands that ask the graph: path, find, show, impact, owners."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from pydantic import ValidationError

from api.cli.as_json import as_json as json_of
from api.cli.choosing import choose
from api.cli.chosen_policy import policy_of
from api.cli.console import write
from api.cli.opened import open_store_with_notice
from api.cli.typed import typed
from api.cli.typed_need import (
    GOALS,
    PathArguments,
    chosen_stop,
    date_of,
    minute_of,
    need_of,
    refuse_beside_against,
    retyped,
    through_of,
)
from api.installed import opened_accounts, require_all_parts
from api.requested_need import RequestedMoment, to_moment
from api.settings import Settings, describe_settings
from api.text.format import danish_now
from graph.access.historical_view import historical_view
from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths import find as find_paths
from graph.paths.path_diff import path_diff
from graph.paths.policy_model import Policy
from graph.paths.resolve import named
from graph.paths.stops import stops
from graph.paths.why_not import excluded, why_not
from graph.questions.impact import LEAVING
from graph.questions.impact import impact as lost_without
from graph.questions.owners import owners as left_without
from graph.snapshot.as_of import require_known
from graph.store.location import store_location
from graph.store.store import Store
from graph.vocabulary import Label, Language


def path(asked: PathArguments, *, lang: Language, as_json: bool) -> bool:
    """Prints the contacts, or why there is none; True where there is one, or an acute card."""
    from api.cli.path_table import show_path
    from api.cli.told_path import PathText

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
    """The date and minute that were typed; a minute alone is of that date, or of today."""
    now, on = danish_now(), date_of("on", asked.on)
    return to_moment(now, on, minute_of(asked.at, on or now.date()))


def _compared(asked: PathArguments, policy: Policy, *, lang: Language, as_json: bool) -> bool:
    """Prints what becomes of the paths by a later date; True when either date has one."""
    from api.cli.diff_table import show_diff

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
    from api.cli.stops_table import StopsText, show_stops

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
    """Prints who is called so, and who answers there; True when somebody is."""
    from api.cli.name_table import find_names, show_names

    text, policy = typed("text", text), policy_of()
    with opened_view(on, lang, revision) as view:
        found = find_names(view, text, policy, limit=limit)
    if as_json:
        write(json_of(found))
    else:
        show_names(text, found, lang)
    return bool(found)


def show(text: str, *, on: str | None, revision: int | None, lang: Language, as_json: bool) -> None:
    """Prints one node with what hangs on it."""
    from api.cli.card_table import show_card
    from api.cli.node import node_card

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
    """Prints what breaks if one of them leaves."""
    from api.cli.impact_table import show_impact

    text, policy = typed("text", text), policy_of()
    with opened_view(on, lang, revision) as view:
        begins = None if start is None else choose(view, typed("from", start), LEAVING)
        found = lost_without(view, choose(view, text, LEAVING), policy, start=begins)
    if as_json:
        write(json_of(found))
    else:
        show_impact(found, lang)


def owners(begins: str, until: str, *, lang: Language, as_json: bool) -> bool:
    """Prints what needs a new owner between two dates; True when something does."""
    from api.cli.owners_table import show_owners

    with opened_views(begins, until, lang, names=("from", "to")) as (before, after):
        found = left_without(before, after)
    if as_json:
        write(json_of(found))
    else:
        show_owners(found, lang)
    return bool(found.sums)


@contextmanager
def opened_view(on: str | None, lang: Language, revision: int | None = None) -> Generator[View]:
    """What the local operator sees on the date, as it was known; today is Copenhagen's."""
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
    """The same on two dates, by the names of their options."""
    today = danish_now().date()
    typed_dates = zip(names, (on, against), strict=True)
    days = [date_of(name, text) or today for name, text in typed_dates]
    place, chosen = store_location(), _settings()
    require_all_parts(place, chosen)
    with (
        open_store_with_notice(place, lang) as store,
        opened_accounts(place, chosen) as known,
    ):
        withheld = known.withholdings.withheld()
        before, after = _seen(store, days, today, withheld, revision)
    yield before, after


def _settings() -> Settings:
    """Raises: InvalidNeed: a setting cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        told = describe_settings(error)
        raise InvalidNeed("settings", told, told) from None


def _seen(
    store: Store,
    days: Iterable[date],
    today: date,
    withheld: frozenset[str],
    revision: int | None,
) -> Iterator[View]:
    """What the local operator sees on some dates, whoever is withheld left out.

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
