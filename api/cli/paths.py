"""`kontaktvej path`: finds contacts and the paths to them, under given terms."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Annotated, Final, TypeVar

import typer

from api.cli.console import _, language, write_json
from api.cli.local_store import command_settings, open_installation, opened_view, opened_views
from api.cli.node import GOALS, STARTS, choose
from api.cli.options import (
    NONE_FOUND,
    AsJson,
    At,
    GateWord,
    Lang,
    LevelWord,
    On,
    PolicyFile,
    Revision,
    ShortNetwork,
    TriggerWord,
    date_of,
    flag,
    option,
    own_kinds_of,
    policy_of,
    search_text,
)
from api.cli.tables import PathText, StopsText, show_diff, show_path, show_stops
from api.danish_time import danish_minute, danish_now
from api.i18n import bilingual
from api.public_numbers import PublicNumber, acute_numbers
from api.requested_need import to_moment
from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths import Need, find
from graph.paths.answer import AcuteCard
from graph.paths.path_diff import path_diff
from graph.paths.resolve import node_ref
from graph.paths.stops import stops as find_stops
from graph.paths.why_not import excluded_nodes
from graph.paths.why_not import why_not as find_why_not
from graph.snapshot.structure import posts_of
from graph.vocabulary import (
    Channel,
    Competence,
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

W = TypeVar("W", bound=Term)
_HOUR: Final = re.compile(r"(\d{1,2})[:.](\d\d)", re.ASCII)
NETWORKS: Final = {
    "ssp": frozenset({NetworkKind.SSP}),
    "ksp": frozenset({NetworkKind.KSP}),
    "psp": frozenset({NetworkKind.PSP_OPERATIONAL, NetworkKind.PSP_STEERING}),
    "infohus": frozenset({NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY}),
}
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


def normalize_arguments(arguments: PathArguments) -> PathArguments:
    """The arguments with normalized names.

    Raises:
        InvalidNeed: one is empty, or of a kind that is never searched for.
    """
    return replace(
        arguments,
        start=search_text("--from", arguments.start),
        to=None if arguments.to is None else search_text("--to", arguments.to),
        via=tuple(search_text("--via", text) for text in arguments.via),
        avoid=tuple(search_text("--avoid", text) for text in arguments.avoid),
        stops=tuple(search_text("--stops", text) for text in arguments.stops),
        why_not=None if arguments.why_not is None else search_text("--why-not", arguments.why_not),
    )


def need_of(view: View, arguments: PathArguments, at: datetime | None) -> Need:
    """The typed need, at a minute of the View's date; `--reverse` swaps its ends.

    Raises:
        InvalidNeed: a word is unknown, or the way back has no single node to start from.
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    goal = choose(view, arguments.to, GOALS) if arguments.to else None
    is_area = goal is not None and view.label(view.row(goal)) is Label.AREA
    need = Need(
        on=view.on,
        at=at,
        start=choose(view, arguments.start, STARTS),
        area=goal if is_area else None,
        target=None if is_area else goal,
        network=NETWORKS[arguments.network] if arguments.network else frozenset(),
        sector=_own(arguments.sector, Sector) or _word("sector", Sector, arguments.sector),
        competence=_competence(arguments.competence),
        trigger=_word("trigger", Trigger, arguments.trigger),
        level=_word("level", PreventionLevel, arguments.level),
        gate=_word("gate", LegalGate, arguments.gate),
        language=arguments.language,
        channel=_word("channel", Channel, arguments.channel),
        within_km=arguments.within_km,
        via=tuple(  # a short word for networks, a sector, else a name or id
            NETWORKS.get(text.casefold())
            or _find_word(Sector, text)
            or _own(text, NetworkKind)
            or _own(text, Sector)
            or choose_stop(view, text)
            for text in arguments.via
        ),
        avoid=frozenset(choose_stop(view, text) for text in arguments.avoid),
        max_hops=arguments.max_hops,
        max_paths=arguments.max_paths,
        max_contacts=arguments.max_contacts,
    )
    if not arguments.is_reverse:
        return need
    return replace(  # the terms of the goal do not apply on the way back
        need, start=need.target or _reverse_start(view, need), target=need.start, area=None,
        network=frozenset(), sector=None, competence=None, language=None, channel=None,
        within_km=None, via=need.via[::-1],
    )  # fmt: skip


def _reverse_start(view: View, need: Need) -> str:
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
        "--reverse", *bilingual("the way back must begin in one place; choose it with --to")
    )


def choose_stop(view: View, text: str) -> str:
    """The id of a node that a path can cross, from its name.

    Raises:
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    return choose(view, text, _STOPS)


def stop_ids(view: View, arguments: PathArguments) -> tuple[str, ...]:
    """The ids of the typed stops; a stop is anything a path may start from, or a place.

    Raises:
        InvalidNeed: another option was given that cannot be combined with stops.
        Ambiguous: a name fits several nodes.
        NotFound: a name fits none.
    """
    if arguments.why_not is not None:
        raise InvalidNeed("--why-not", *bilingual("not together with --stops"))
    ids = tuple(choose(view, text, (*STARTS, Label.AREA)) for text in arguments.stops)
    return ids[::-1] if arguments.is_reverse else ids


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
    word = _find_word(words, text)
    if word is None:
        names = ", ".join(words)
        raise InvalidNeed(
            f"--{field}", *bilingual("\"{text}\" is not one of {known}", text=text, known=names),
        )  # fmt: skip
    return word


def _find_word(words: type[W], text: str) -> W | None:
    """The word with an identifier or a label in either language, case-insensitive."""
    text = text.casefold()
    for word in words:
        if text in (word.casefold(), word.label_da.casefold(), word.label_en.casefold()):
            return word
    return None


def _own(text: str | None, words: type[W]) -> W | None:
    """The word of an enumeration that an own kind of this id or label is beneath."""
    own_kinds = own_kinds_of()
    own = None if text is None else own_kinds.find_by_name(text, words)
    return None if own is None else own_kinds.parent_of(own.id, words)


def _competence(text: str | None) -> str | None:
    """The number of the competence of this label, or that an own one is beneath; else the text."""
    competence = _own(text, Competence) or (text and _find_word(Competence, text))
    return competence.number if competence else text


def path(
    start: Annotated[
        str, option(_("Your post: post, authority, network or person (name or id)"), "--from")
    ],
    to: Annotated[
        str | None,
        option(_("Whom you need to reach: place, post, network, organization or person"), "--to"),
    ] = None,
    network: Annotated[ShortNetwork | None, option(_("Which network"), "--network")] = None,
    sector: Annotated[str | None, option(_("In this sector, e.g. YOUTH"), "--sector")] = None,
    competence: Annotated[
        str | None,
        option(
            _("With this competence: its name, or the beginning of a KLE number or kv: code"),
            "--competence",
        ),
    ] = None,
    trigger: TriggerWord = None,
    level: LevelWord = None,
    gate: GateWord = None,
    speaks: Annotated[
        str | None, option(_("Who speaks this language, e.g. so (Somali)"), "--language")
    ] = None,
    channel: Annotated[str | None, option(_("Can be reached by, e.g. MOBILE"), "--channel")] = None,
    within_km: Annotated[
        int | None,
        option(_("Maximum distance in km from the place, or from your post"), "--within-km"),
    ] = None,
    via: Annotated[
        list[str] | None,
        option(
            _("Through: post, network, authority, ssp|psp|ksp|infohus or sector; two at most"),
            "--via",
        ),
    ] = None,
    avoid: Annotated[list[str] | None, option(_("Avoid: name or id"), "--avoid")] = None,
    stops: Annotated[
        list[str] | None,
        option(_("Stops on the way in order, with a path to each; three at most"), "--stops"),
    ] = None,
    on: On = None,
    at: At = None,
    revision: Revision = None,
    against: Annotated[
        str | None,
        option(
            _("Compare with a later date: which paths stay, end and begin, and why"), "--against"
        ),
    ] = None,
    is_reverse: Annotated[bool, flag(_("The way back"), "--reverse")] = False,
    max_hops: Annotated[int | None, option(_("Maximum number of steps"), "--max-hops")] = None,
    max_paths: Annotated[
        int | None, option(_("Maximum number of paths to each contact"), "-k")
    ] = None,
    max_contacts: Annotated[
        int | None, option(_("Maximum number of contacts"), "--contacts")
    ] = None,
    is_explained: Annotated[
        bool,
        flag(
            _("Show all paths, and explain each step: why, legal ground, check, who answers"),
            "--explain",
        ),
    ] = False,
    why_not: Annotated[
        str | None, option(_("Why not through this one? Name or id"), "--why-not")
    ] = None,
    policy_file: PolicyFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Find the contact path: whom, when, through whom."""
    arguments = PathArguments(
        start=start, to=to, network=network.value if network else None, sector=sector,
        competence=competence, trigger=trigger, level=level, gate=gate, language=speaks,
        channel=channel, within_km=within_km, via=tuple(via or ()), avoid=tuple(avoid or ()),
        stops=tuple(stops or ()), on=on, at=at, revision=revision, against=against,
        is_reverse=is_reverse, max_hops=max_hops, max_paths=max_paths,
        max_contacts=max_contacts, policy=policy_file,
        is_explained=is_explained, why_not=why_not,
    )  # fmt: skip
    if not show_paths(arguments, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


def show_paths(arguments: PathArguments, *, lang: Language, as_json: bool) -> bool:
    """Print the contacts, or why there are none; True if there is one, or an acute card."""
    arguments = normalize_arguments(arguments)
    if arguments.against is not None:
        return _show_diff(arguments, lang=lang, as_json=as_json)
    policy, now, on = policy_of(arguments.policy), danish_now(), date_of("on", arguments.on)
    moment = to_moment(now, on, minute_of(arguments.at, on or now.date()))
    with opened_view(moment.on.isoformat(), lang, arguments.revision) as view:
        need = need_of(view, arguments, moment.at)
        if arguments.stops:
            through = stop_ids(view, arguments)
            answer = find_stops(view, need, policy, through=through)
            start, goal = (
                None if node is None else node_ref(view, view.current(node))
                for node in (need.start, need.target or need.area)
            )
            if as_json:
                write_json(answer)
            else:
                text = StopsText(
                    answer=answer, moment=moment, start=start, goal=goal,
                    is_explained=arguments.is_explained,
                )  # fmt: skip
                show_stops(text, lang)
            return bool(answer.paths)
        node = choose_stop(view, arguments.why_not) if arguments.why_not else None
        answer = find(view, need, policy)
        text = PathText(
            answer=answer,
            numbers=() if answer.acute is None else _numbers_of(answer.acute, lang),
            policy=policy,
            moment=moment,
            is_explained=arguments.is_explained,
            excluded=excluded_nodes(view, need, policy) if arguments.is_explained else (),
            why_not=find_why_not(view, need, node, policy) if node else None,
        )
    if as_json:
        write_json(text.members())
    else:
        show_path(text, lang)
    return bool(text.answer.contacts or text.answer.acute)


def _numbers_of(card: AcuteCard, lang: Language) -> tuple[PublicNumber, ...]:
    """The public numbers of an emergency card, those of today."""
    today = danish_now().date()
    with open_installation(command_settings(), lang) as (store, accounts):
        withheld = accounts.withholdings.withheld()
        view = View(store.load(), LOCAL_OPERATOR, today, today=today, withheld=withheld)
        return tuple(acute_numbers(card, view, store.reveal))


def _show_diff(arguments: PathArguments, *, lang: Language, as_json: bool) -> bool:
    """Print the changes of the paths until a later date; True if either date has one."""
    policy = policy_of(arguments.policy)
    not_combinable = {
        "--at": arguments.at, "--stops": arguments.stops, "--why-not": arguments.why_not,
        "--explain": arguments.is_explained,
    }  # fmt: skip
    for name, value in not_combinable.items():
        if value:
            raise InvalidNeed(name, *bilingual("cannot be used with --against"))
    dates = (arguments.on, arguments.against)
    with opened_views(*dates, lang, revision=arguments.revision) as (before, after):
        diff = path_diff(before, after, need_of(before, arguments, None), policy)
    if as_json:
        write_json(diff)
    else:
        show_diff(diff, lang)
    return bool(diff.paths)
