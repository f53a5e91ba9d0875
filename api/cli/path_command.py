"""`kontaktvej path`: finds contacts and the paths to them, under given terms."""

from typing import Annotated, Final

import typer

from api.cli.console import language, said
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

HELP: Final = said(
    "Find kontaktvejen: hvem, hvornår, gennem hvem.",
    "Find the contact path: whom, when, through whom.",
)
EPILOG: Final = (
    said("Eksempler:", "Examples:")
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
            "Hvor du sidder: funktion, myndighed, samarbejde eller person (navn eller id)",
            "Where you sit: post, authority, network or person (name or id)",
            "--from",
        ),
    ],
    to: Annotated[
        str | None,
        option(
            "Hvor det skal lande: sted, funktion, samarbejde, forening eller person",
            "Where it must land: place, post, network, organization or person",
            "--to",
        ),
    ] = None,
    network: Annotated[
        ShortNetwork | None, option("Hvilket samarbejde", "Which network", "--network")
    ] = None,
    sector: Annotated[
        str | None,
        option("Inden for sektoren, fx YOUTH", "Of this sector, e.g. YOUTH", "--sector"),
    ] = None,
    competence: Annotated[
        str | None,
        option(
            "Med denne kompetence: begyndelsen på et KLE-nummer eller en kv:-kode",
            "With this competence: the beginning of a KLE number or kv: code",
            "--competence",
        ),
    ] = None,
    trigger: TriggerWord = None,
    level: LevelWord = None,
    gate: GateWord = None,
    speaks: Annotated[
        str | None,
        option(
            "Der tales sproget, fx so (somali)",
            "Where this is spoken, e.g. so (Somali)",
            "--language",
        ),
    ] = None,
    channel: Annotated[
        str | None, option("Kan nås på, fx MOBILE", "Can be reached by, e.g. MOBILE", "--channel")
    ] = None,
    within_km: Annotated[
        int | None,
        option(
            "Højst så langt fra stedet, eller fra hvor du sidder",
            "At most so far from the place, or from where you sit",
            "--within-km",
        ),
    ] = None,
    via: Annotated[
        list[str] | None,
        option(
            "Gennem: funktion, samarbejde, myndighed, ssp|psp|ksp|infohus eller sektor; højst to",
            "Through: post, network, authority, ssp|psp|ksp|infohus or sector; two at most",
            "--via",
        ),
    ] = None,
    avoid: Annotated[
        list[str] | None, option("Uden om: navn eller id", "Around: name or id", "--avoid")
    ] = None,
    stops: Annotated[
        list[str] | None,
        option(
            "Stop undervejs i rækkefølge, hvert en vej for sig; højst tre",
            "Stops on the way in order, each a path of its own; three at most",
            "--stops",
        ),
    ] = None,
    on: On = None,
    at: At = None,
    revision: Known = None,
    against: Annotated[
        str | None,
        option(
            "En senere dato: hvad bliver, forsvinder og kommer, og hvorfor",
            "A later date: what stays, goes and comes, and why",
            "--against",
        ),
    ] = None,
    is_reverse: Annotated[bool, option("Vejen tilbage", "The way back", "--reverse")] = False,
    max_hops: Annotated[
        int | None, option("Højst så mange led", "At most so many steps", "--max-hops")
    ] = None,
    max_paths: Annotated[
        int | None,
        option("Højst så mange veje til hver", "At most so many paths to each", "-k"),
    ] = None,
    max_contacts: Annotated[
        int | None,
        option("Højst så mange kontakter", "At most so many contacts", "--contacts"),
    ] = None,
    is_explained: Annotated[
        bool,
        option(
            "Vis alle veje, og forklar hvert led: hvorfor, grundlag, kontrol, hvem der svarer",
            "Show all paths, and explain each step: why, legal ground, check, who answers",
            "--explain",
        ),
    ] = False,
    why_not: Annotated[
        str | None,
        option(
            "Hvorfor ikke gennem denne? Navn eller id",
            "Why not through this one? Name or id",
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
