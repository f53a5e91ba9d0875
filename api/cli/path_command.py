"""`kontaktvej path`: finds contacts and the paths to them, under given terms."""

from typing import Annotated, Final

import typer

from api.cli.console import _, language
from api.cli.options import (
    NONE_FOUND,
    AsJson,
    At,
    GateWord,
    Known,
    Lang,
    LevelWord,
    On,
    PolicyFile,
    ShortNetwork,
    TriggerWord,
    option,
)

HELP: Final = _("Find the contact path: whom, when, through whom.")
EPILOG: Final = (
    _("Examples:")
    + ' kontaktvej path --from "PET Forebyggelsescenter" --to Thisted --network infohus'
    + ' · … --explain · … --via police --avoid "Koordinationsgruppen"'
    + ' · … --stops "Rådgiver, CDE" --stops "Infohus Thisted"'
    + ' · … --at "2026-11-28 22:00" · … --at 22:00'
    + " · … --on 2026-12-31 --against 2027-01-01"
    + ' · … --why-not "Korps af mentorer og forældrecoaches" · … --policy my.toml --json'
)


def path(
    start: Annotated[
        str,
        option(
            _("Where you sit: post, authority, network or person (name or id)"),
            "--from",
        ),
    ],
    to: Annotated[
        str | None,
        option(
            _("Where it must land: place, post, network, organization or person"),
            "--to",
        ),
    ] = None,
    network: Annotated[ShortNetwork | None, option(_("Which network"), "--network")] = None,
    sector: Annotated[
        str | None,
        option(_("Of this sector, e.g. YOUTH"), "--sector"),
    ] = None,
    competence: Annotated[
        str | None,
        option(
            _("With this competence: the beginning of a KLE number or kv: code"),
            "--competence",
        ),
    ] = None,
    trigger: TriggerWord = None,
    level: LevelWord = None,
    gate: GateWord = None,
    speaks: Annotated[
        str | None,
        option(
            _("Where this is spoken, e.g. so (Somali)"),
            "--language",
        ),
    ] = None,
    channel: Annotated[str | None, option(_("Can be reached by, e.g. MOBILE"), "--channel")] = None,
    within_km: Annotated[
        int | None,
        option(
            _("At most so far from the place, or from where you sit"),
            "--within-km",
        ),
    ] = None,
    via: Annotated[
        list[str] | None,
        option(
            _("Through: post, network, authority, ssp|psp|ksp|infohus or sector; two at most"),
            "--via",
        ),
    ] = None,
    avoid: Annotated[list[str] | None, option(_("Around: name or id"), "--avoid")] = None,
    stops: Annotated[
        list[str] | None,
        option(
            _("Stops on the way in order, each a path of its own; three at most"),
            "--stops",
        ),
    ] = None,
    on: On = None,
    at: At = None,
    revision: Known = None,
    against: Annotated[
        str | None,
        option(
            _("A later date: what stays, goes and comes, and why"),
            "--against",
        ),
    ] = None,
    is_reverse: Annotated[bool, option(_("The way back"), "--reverse")] = False,
    max_hops: Annotated[int | None, option(_("At most so many steps"), "--max-hops")] = None,
    max_paths: Annotated[
        int | None,
        option(_("At most so many paths to each"), "-k"),
    ] = None,
    max_contacts: Annotated[
        int | None,
        option(_("At most so many contacts"), "--contacts"),
    ] = None,
    is_explained: Annotated[
        bool,
        option(
            _("Show all paths, and explain each step: why, legal ground, check, who answers"),
            "--explain",
        ),
    ] = False,
    why_not: Annotated[
        str | None,
        option(
            _("Why not through this one? Name or id"),
            "--why-not",
        ),
    ] = None,
    policy_file: PolicyFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Find the contact path: whom, when, through whom."""
    from api.cli import paths
    from api.cli.paths import PathArguments

    asked = PathArguments(
        start=start, to=to, network=network.value if network else None, sector=sector,
        competence=competence, trigger=trigger, level=level, gate=gate, language=speaks,
        channel=channel, within_km=within_km, via=tuple(via or ()), avoid=tuple(avoid or ()),
        stops=tuple(stops or ()), on=on, at=at, revision=revision, against=against,
        is_reverse=is_reverse, max_hops=max_hops, max_paths=max_paths,
        max_contacts=max_contacts, policy=policy_file,
        is_explained=is_explained, why_not=why_not,
    )  # fmt: skip
    if not paths.path(asked, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)
