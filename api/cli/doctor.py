"""`kontaktvej doctor`: version, size and faults of the installation, in plain words."""

import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from rich.table import Table

from api.cli.as_json import as_json as json_of
from api.cli.console import OUT, _, print_errors, write
from api.cli.local_store import open_store_with_notice
from api.cli.paths import policy_of
from api.cli.serve import DEMO_MARK
from api.errors import Refused
from api.installed import has_audit, opened_audit, require_all_parts
from api.settings import Settings, describe_settings
from graph.errors import GraphError, InvalidPolicy, StoreUnavailable
from graph.model.rule_context import rule_context
from graph.model.rules import violations
from graph.paths.kernel.search import can_compile
from graph.snapshot.arcs import STANDS
from graph.store.disk import translate_os_errors
from graph.store.engine.process import running_engine
from graph.store.location import StoreLocation, store_location
from graph.store.store import EngineInfo, Store
from graph.vocabulary import Language

_ROOM_BYTES: Final = 1_000_000_000  # a store of 50,000 nodes with its log is below this
_MOST_FAULTS: Final = 10
_FAST_BELOW: Final = 50_000  # nodes; up to here one need in twenty takes the plain search 80 ms
_OLDEST: Final = (5, 26)  # the long-term version our statements are tested on


@dataclass(slots=True, kw_only=True)
class Examination:
    """The result of the examination; `findings` is empty if all is well."""

    home: Path
    is_embedded: bool
    is_compiled: bool
    pid: int | None = None
    engine: EngineInfo | None = None
    revision: int | None = None
    counts: dict[str, int] = field(default_factory=dict[str, int])
    policy: str | None = None
    findings: list[str] = field(default_factory=list[str])


def doctor(*, lang: Language, as_json: bool) -> bool:
    """Print the examination; True if nothing is wrong."""
    place = store_location()
    found = Examination(home=place.home, is_embedded=place.uri is None, is_compiled=can_compile())
    try:
        found.policy = policy_of().digest
    except InvalidPolicy as error:
        found.findings += error.faults
    try:
        require_all_parts(place, Settings())
        with open_store_with_notice(place, lang) as store:
            _examine(store, place, found, lang)
    except ValidationError as error:
        found.findings.append(describe_settings(error))
    except GraphError as error:
        found.findings.append(print_errors(error, lang))
    try:
        with translate_os_errors(place.home):
            found.findings += _files(place, lang)
    except StoreUnavailable as error:
        if not found.findings:  # otherwise the store has reported it already
            found.findings.append(print_errors(error, lang))
    if as_json:
        write(json_of(found))
    else:
        _show(found, lang)
    return not found.findings


def _examine(store: Store, place: StoreLocation, found: Examination, lang: Language) -> None:
    engine = running_engine(place.engine_home) if found.is_embedded else None
    found.pid = engine.pid if engine else None
    found.engine = store.engine_info()
    found.revision = store.revision()
    found.counts = {name: count for name, count in store.counts().items() if count}
    found.findings += _engine(found.engine, lang)
    found.findings += slow_search(found.counts, lang, is_compiled=found.is_compiled)
    if not found.counts:
        found.findings.append(_('The store is empty: run "kontaktvej seed"', lang))
    found.findings += _audit(place, lang, is_demo=store.mark(DEMO_MARK) is not None)
    things = tuple(store.load().things())
    broken = list(violations(rule_context(things), {thing.id for thing in things}))
    found.findings += [fault.text(lang) for fault in broken[:_MOST_FAULTS]]
    if len(broken) > _MOST_FAULTS:
        more = len(broken) - _MOST_FAULTS
        found.findings.append(_("and {more} more faults", lang, more=more))


def _engine(engine: EngineInfo, lang: Language) -> Iterator[str]:
    version = tuple(int(part) for part in engine.version.split(".")[:2] if part.isdigit())
    if version < _OLDEST:
        yield _("Neo4j {version} is older than 5.26: upgrade it", lang, version=engine.version)


def slow_search(counts: Mapping[str, int], lang: Language, *, is_compiled: bool) -> Iterator[str]:
    """Report a missing numba if paths can cross so many nodes that the search is slow."""
    if not is_compiled and sum(counts.get(label, 0) for label in STANDS) > _FAST_BELOW:
        yield _(
            "The search is not compiled, and with so many nodes it is slow: install "
            '"kontaktvej[fast]"',
            lang,
        )


def _audit(place: StoreLocation, lang: Language, *, is_demo: bool) -> Iterator[str]:
    """Report a log that cannot be written, or without anchors that protect its end."""
    chosen = Settings()
    if not has_audit(place, chosen):
        return
    with opened_audit(place, chosen) as log:
        try:
            log.require_writable()
        except Refused:
            yield _("The audit log cannot be written.", lang)
    if not (is_demo or (chosen.anchor_file and chosen.anchor_file.exists())):
        yield _(
            "The audit log has no anchors: name a file on another volume in KONTAKTVEJ_ANCHOR_FILE",
            lang,
        )


def _files(place: StoreLocation, lang: Language) -> Iterator[str]:
    """Report private files that others can read, and a disk that is nearly full."""
    if not place.home.exists():
        return
    for file in (
        place.keys,
        place.engine_home,
        *place.keys.glob("*"),
        place.engine_home / "password",
    ):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield _('{file} can be read by others: run "chmod go= {file}"', lang, file=file)
    free = shutil.disk_usage(place.home).free
    if free < _ROOM_BYTES:
        free_mb = free // 1_000_000
        yield _("Only {free_mb} MB free at {home}", lang, free_mb=free_mb, home=place.home)


def _show(found: Examination, lang: Language) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for heading, value in _lines(found, lang):
        table.add_row(heading, value)
    OUT.print(table)
    if found.counts:
        OUT.print(_counts(found.counts, lang))
    if not found.findings:
        OUT.print(_("All is well.", lang), style="green")
        return
    OUT.print(_("Wrong:", lang), style="bold red")
    for finding in found.findings:
        OUT.print(f"  • {finding}")


def _lines(found: Examination, lang: Language) -> Iterator[tuple[str, str]]:
    yield _("Data folder", lang), str(found.home.absolute())
    if found.engine:
        own = _("our own", lang) if found.is_embedded else _("server", lang)
        process = f", pid {found.pid}" if found.pid else ""
        engine = found.engine
        yield "Neo4j", f"{engine.version} {engine.edition} ({own}{process})"
        yield _("Schema", lang), str(engine.schema)
        yield "Revision", str(found.revision)
    yield _("Policy", lang), found.policy or "–"
    compiled, plain = _("compiled", lang), _("plain Python", lang)
    yield _("Search", lang), compiled if found.is_compiled else plain


def _counts(counts: dict[str, int], lang: Language) -> str:
    nodes = {name: count for name, count in counts.items() if not name.isupper()}
    links = {name: count for name, count in counts.items() if name.isupper()}
    parts = (
        (_("nodes", lang), nodes),
        (_("links", lang), links),
    )
    return "\n".join(
        f"{sum(kinds.values())} {what}: "
        + ", ".join(f"{name} {count}" for name, count in kinds.items())
        for what, kinds in parts
    )
