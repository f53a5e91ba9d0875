"""`kontaktvej undo-import`: takes back what an import wrote, except for what was edited since."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.audit import opened_log
from api.cli.console import OUT, CommandRefused, _, language
from api.cli.imports import audit_record
from api.cli.local_store import command_settings, open_installation
from api.cli.options import Lang, flag
from api.danish_time import danish_now
from api.i18n import bilingual
from graph.access.policy import LOCAL_OPERATOR
from graph.model import Person
from graph.store.location import store_location

_MOST_KEPT = 20


def undo_import(
    batch: Annotated[
        str, typer.Argument(metavar="BATCH", help=_("Id of the batch, which the import printed"))
    ],
    is_applied: Annotated[
        bool, flag(_("Write it; without this, it is only shown"), "--apply")
    ] = False,
    lang: Lang = None,
) -> None:
    """Show what undoing an import would change; with `--apply` undo it."""
    from graph.exchange.imports.saved_mappings import put_back
    from graph.exchange.imports.undo import KeepReason, undo_key, undo_of

    locale = language(lang)
    with open_installation(command_settings(), locale) as (store, accounts):
        written = store.batch(batch)
        if not written.changes:
            raise CommandRefused(*bilingual("There is no import with this id."))
        key = undo_key(batch)
        if store.revision_by_key(key) is not None:
            accounts.imports.undone(batch, LOCAL_OPERATOR.account)
            raise CommandRefused(*bilingual("The import is undone already."))
        whole = undo_of(
            written, store.load(), made_by=LOCAL_OPERATOR.account, made_at=datetime.now(UTC),
            on=danish_now().date(),
        )  # fmt: skip
        undo = whole.changes
        ended_count, restored_count = len(undo) - whole.restored, whole.restored
        if is_applied and len(undo):
            people = tuple(
                sorted(element.id for element in undo.updates if isinstance(element, Person))
            )
            parameters = {"batch": batch}
            with (
                opened_log() as log,
                audit_record(log, "undo_import", parameters, key, people, len(undo)),
            ):
                store.apply(replace(undo, idempotency=key))
        if is_applied:
            accounts.imports.undone(batch, LOCAL_OPERATOR.account)
            put_back(store_location().home, batch.partition(":")[0], batch)
    text = _(
        "{ended} nodes and links of the import end, {restored} get their old values back.",
        locale, ended=ended_count, restored=restored_count,
    )  # fmt: skip
    OUT.print(text, soft_wrap=True)
    if whole.kept:
        text = _("Kept, since it was edited or is needed since:", locale)
        OUT.print(text, soft_wrap=True)
    for kept in whole.kept[:_MOST_KEPT]:
        is_needed = kept.why is KeepReason.NEEDED
        OUT.print(f"  {kept.id} ← {kept.by}" if is_needed else f"  {kept.id}")
    if not len(undo):
        OUT.print(_("Nothing of it is left to undo.", locale))
    elif not is_applied:
        OUT.print(_("Nothing is written yet: add --apply.", locale))
