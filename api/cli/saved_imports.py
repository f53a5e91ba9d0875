"""`kontaktvej import --saved NAME`: the next list of a known source, left for its stewards.

Nothing is written to the register. What differs waits, sealed, for a steward of the area, who sees
it on the screen *Import lists* and saves it by their own rights, or leaves it.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from api.audit.entry import AuditKind, Entry
from api.cli.audit import opened_log
from api.cli.console import OUT, _
from api.cli.local_store import command_settings, open_installation
from api.cli.options import NOT_UNDERSTOOD, own_kinds_of
from api.danish_time import danish_now
from api.i18n import bilingual, ngettext
from graph.access.policy import LOCAL_OPERATOR
from graph.errors import InvalidNeed
from graph.exchange.imports.limits import ReadingLimits
from graph.model.base import random_id
from graph.vocabulary import Language

if TYPE_CHECKING:
    from graph.exchange.imports.records import EndMeaning
    from graph.exchange.imports.sent_file import ImportFormat

MOST_BYTES: Final = ReadingLimits().file + 1
"""How much of a file is read: one byte more than the limit, by which it is refused."""


def leave_file(file: Path, source: str, **reading: Any) -> None:
    """Leave the list of a file as `leave_list`. Raises: InvalidNeed: there is no such file."""
    if not file.is_file():
        raise InvalidNeed("FILE", *bilingual("there is no file {file}", file=file))
    with file.open("rb") as stream:
        leave_list(file.name, stream.read(MOST_BYTES), source, **reading)


def leave_list(
    name: str,
    data: bytes,
    source: str,
    *,
    form: "ImportFormat | None",
    sheet: str | None,
    encoding: str | None,
    ends: "EndMeaning | None",
    lang: Language,
) -> None:
    """Read a list as the last one of its source, and leave it for the stewards if it differs.

    It replaces an earlier list of the source that nobody has opened yet.

    Raises:
        FileRefused: it cannot be read, with every fault.
        InvalidNeed: no list of the source was imported on the screen.
        StoreUnavailable: as `open_installation`.
        Exit: it waits, but something must be chosen before it can be read.
    """
    from api.identity.imports import HOST, WAITS
    from api.imports.choices import clear_choices, stored_mapping
    from api.imports.uploads import stored_file
    from graph.exchange.imports import (
        ImportOptions,
        ImportRegister,
        ImportRule,
        RowState,
    )
    from graph.exchange.imports.sent_file import preview_sent, read_sent

    day = danish_now().date()
    sent_file = read_sent(name, data, day, form=form, sheet=sheet, ends=ends, encoding=encoding)
    with open_installation(command_settings(), lang) as (store, accounts), opened_log() as log:
        saved = accounts.imports.saved_source(source)
        if saved is None:
            listed = ", ".join(row.source for row in accounts.imports.saved_sources()) or "–"
            raise InvalidNeed("--saved", *bilingual("one of {listed}", listed=listed))
        choices = clear_choices(log, saved.choices)
        register = ImportRegister.of(store.load(), day, own_kinds_of())
        options = ImportOptions(
            source=source, batch=f"{source}:{day:%Y%m%d}:{HOST}", on=day,
            made_by=LOCAL_OPERATOR.account, made_at=datetime.now(UTC),
            is_complete=choices.is_complete, takes_source=choices.takes_source,
            withheld=frozenset(accounts.withholdings.withheld()), area=saved.area,
        )  # fmt: skip
        mapping = stored_mapping(sent_file, register, choices, saved.area, choices)
        preview = preview_sent(
            sent_file, mapping, register, options, known_contacts=store.details_with,
            history=lambda element_id: store.changes_of(element_id, until=register.revision),
        )  # fmt: skip
        counts = preview.counts()
        differing = 0 if preview.faults else sum(counts.values()) - counts[RowState.UNCHANGED]
        if not (differing or preview.faults):
            accounts.imports.drop_earlier(HOST, source)
            OUT.print(_("Nothing differs: the register says the same.", lang))
            return
        content = stored_file(name, data, sent_file, ends)
        log.append(
            Entry(
                kind=AuditKind.DONE, action="leave_import", caller=LOCAL_OPERATOR.account,
                via="host", request_id=random_id("cmd"), count=differing,
                asked={"area": saved.area},
            )
        )  # fmt: skip
        accounts.imports.keep(
            HOST, source=source, area=saved.area, content=log.encrypt_text(content),
            choices=saved.choices, lasts=WAITS,
        )  # fmt: skip
    if preview.faults:
        for fault in preview.faults:
            OUT.print(fault.text(lang), soft_wrap=True)
        text = _(
            "The list cannot be read with the saved choices. It waits seven days for a steward, "
            "under Import lists.",
            lang,
        )
        OUT.print(text, soft_wrap=True)
        raise typer.Exit(NOT_UNDERSTOOD)
    text = ngettext(
        "{count} row differs. The list waits seven days for a steward, under Import lists.",
        "{count} rows differ. The list waits seven days for a steward, under Import lists.",
        differing,
        lang,
    )
    OUT.print(text, soft_wrap=True)
    faults = (fault for fault in preview.all_faults() if fault.rule is ImportRule.REMOVED_KIND)
    for line in dict.fromkeys(f"{fault.place.header}: {fault.reason(lang)}" for fault in faults):
        OUT.print(line, soft_wrap=True)
