"""`kontaktvej doctor`: version, size and faults of the installation, in plain words."""

import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer
from pydantic import ValidationError
from rich.table import Table

from api.cli.console import OUT, _, error_text, language, write_json
from api.cli.local_store import open_store_with_notice
from api.cli.options import NONE_FOUND, AsJson, Lang, own_kinds_of, policy_of
from api.cli.serve import DEMO_MARK, require_safe, secret_files
from api.cli.vocabulary import missing_kinds
from api.danish_time import danish_now
from api.settings import Settings, describe_settings
from graph.errors import (
    Fault,
    GraphError,
    Invalid,
    InvalidPolicy,
    InvalidVocabulary,
    StoreUnavailable,
)
from graph.model.rule_context import rule_context
from graph.model.rules import violations
from graph.own_kinds import OwnKinds
from graph.paths.kernel.search import can_compile
from graph.snapshot.arcs import STANDS
from graph.store.disk import translate_os_errors
from graph.store.encryption.key_file import KeyringRefused, require_private
from graph.store.engine.process import running_engine
from graph.store.location import StoreLocation, store_location
from graph.vocabulary import Language

if TYPE_CHECKING:
    from graph.store.store import EngineInfo, Store

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
    engine: "EngineInfo | None" = None
    revision: int | None = None
    counts: dict[str, int] = field(default_factory=dict[str, int])
    policy: str | None = None
    findings: list[str] = field(default_factory=list[str])


def doctor(as_json: AsJson = False, lang: Lang = None) -> None:
    """Say which engine, version, schema and counts, and what is wrong in plain words."""
    from api.installation import require_all_parts

    place = store_location()
    result = Examination(home=place.home, is_embedded=place.uri is None, is_compiled=can_compile())
    try:
        result.policy = policy_of().digest
    except InvalidPolicy as error:
        result.findings += error.faults
    own_kinds: OwnKinds | None = None
    try:
        own_kinds = own_kinds_of()
    except InvalidVocabulary as error:
        result.findings += error.lines(language(lang))
    try:
        settings = Settings()
        try:
            require_safe(settings, place)  # as `serve` does
        except GraphError as error:
            result.findings.append(error_text(error, language(lang)))
        require_all_parts(place, settings)
        with open_store_with_notice(place, language(lang)) as store:
            _examine(store, place, result, language(lang))
            if own_kinds is not None:
                result.findings += missing_kinds(store, own_kinds, language(lang))
    except ValidationError as error:
        result.findings.append(describe_settings(error))
    except GraphError as error:
        result.findings.append(error_text(error, language(lang)))
    try:
        with translate_os_errors(place.home):
            result.findings += _files(place, language(lang))
    except StoreUnavailable as error:
        if not result.findings:  # otherwise the store has reported it already
            result.findings.append(error_text(error, language(lang)))
    if as_json:
        write_json(result)
    else:
        _show(result, language(lang))
    if result.findings:
        raise typer.Exit(NONE_FOUND)


def _examine(store: "Store", place: StoreLocation, result: Examination, lang: Language) -> None:
    engine = running_engine(place.engine_home) if result.is_embedded else None
    result.pid = engine.pid if engine else None
    result.engine = store.engine_info()
    result.revision = store.revision()
    result.counts = {name: count for name, count in store.counts().items() if count}
    version = tuple(int(part) for part in result.engine.version.split(".")[:2] if part.isdigit())
    if version < _OLDEST:
        result.findings.append(
            _("Neo4j {version} is older than 5.26: upgrade it", lang, version=result.engine.version)
        )
    result.findings += slow_search(result.counts, lang, is_compiled=result.is_compiled)
    if not result.counts:
        result.findings.append(_('The register is empty: run "kontaktvej seed"', lang))
    result.findings += _audit(place, lang, is_demo=store.mark(DEMO_MARK) is not None)
    # The rules of the model that stored elements break, alone and together.
    broken: list[Fault] = []
    elements = tuple(store.load().elements())
    for element in elements:
        try:
            replace(element)  # builds it anew, which checks it
        except Invalid as error:
            broken += (fault._replace(where=element.id) for fault in error.faults)
    ids, today = {element.id for element in elements}, danish_now().date()
    broken += violations(rule_context(elements), ids, on=today)
    result.findings += [fault.text(lang) for fault in broken[:_MOST_FAULTS]]
    if len(broken) > _MOST_FAULTS:
        more = len(broken) - _MOST_FAULTS
        result.findings.append(_("and {more} more faults", lang, more=more))


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
    from api.errors import Refusal
    from api.installation import has_audit, opened_audit

    settings = Settings()
    if not has_audit(place, settings):
        return
    with opened_audit(place, settings) as log:
        try:
            log.require_writable()
        except Refusal:
            yield _("The audit log cannot be written.", lang)
    if not (is_demo or (settings.anchor_file and settings.anchor_file.exists())):
        yield _(
            "The audit log has no anchors: name a file on another volume in KONTAKTVEJ_ANCHOR_FILE",
            lang,
        )


def _files(place: StoreLocation, lang: Language) -> Iterator[str]:
    """Report private files that others can read or own, and a disk that is nearly full."""
    if not place.home.exists():
        return
    secrets = *secret_files(place.home), place.engine_home
    for file in secrets:
        if not file.exists():
            continue
        try:
            require_private(file)
        except KeyringRefused as error:
            is_open = stat.S_IMODE(file.stat().st_mode) & 0o077
            text = _('{file} can be read by others: run "chmod go= {file}"', lang, file=file)
            yield text if is_open else error_text(error, lang)
    free = shutil.disk_usage(place.home).free
    if free < _ROOM_BYTES:
        free_mb = free // 1_000_000
        yield _("Only {free_mb} MB free at {home}", lang, free_mb=free_mb, home=place.home)


def _show(result: Examination, lang: Language) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(_("Data folder", lang), str(result.home.absolute()))
    if result.engine:
        server = _("our own", lang) if result.is_embedded else "server"
        process = f", pid {result.pid}" if result.pid else ""
        table.add_row(
            "Neo4j", f"{result.engine.version} {result.engine.edition} ({server}{process})"
        )
        table.add_row(_("Schema", lang), str(result.engine.schema))
        table.add_row("Revision", str(result.revision))
    table.add_row(_("Policy", lang), result.policy or "–")
    compiled, plain = _("compiled", lang), _("plain Python", lang)
    table.add_row(_("Search", lang), compiled if result.is_compiled else plain)
    OUT.print(table)
    if result.counts:
        for what, is_link in ((_("nodes", lang), False), (_("links", lang), True)):
            kinds = {name: n for name, n in result.counts.items() if name.isupper() is is_link}
            listed = ", ".join(f"{name} {count}" for name, count in kinds.items())
            OUT.print(f"{sum(kinds.values())} {what}: {listed}")
    if not result.findings:
        OUT.print(_("All is well.", lang), style="green")
        return
    OUT.print(_("Wrong:", lang), style="bold red")
    for finding in result.findings:
        OUT.print(f"  • {finding}")
