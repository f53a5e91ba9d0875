"""`kontaktvej undo-import`: takes back what an import wrote, as long as nothing later needs it."""

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
from graph.errors import StillNeeded
from graph.model import Person

_MOST_DEPENDENTS = 10  # of the elements that need it


def undo_import(
    batch: Annotated[
        str, typer.Argument(metavar="BATCH", help=_("Id of the batch, which the import printed"))
    ],
    is_applied: Annotated[
        bool, flag(_("Write it; without this, it is only shown"), "--apply")
    ] = False,
    lang: Lang = None,
) -> None:
    """Show what undoing an import would change; with `--apply` undo it, whole or not at all."""
    from graph.exchange.imports.undo import undo_key, undo_of

    locale = language(lang)
    with open_installation(command_settings(), locale) as (store, accounts):
        changes = store.batch(batch)
        if not changes:
            raise CommandRefused(*bilingual("There is no import with this id."))
        key = undo_key(batch)
        if store.revision_by_key(key) is not None:
            accounts.imports.undone(batch, LOCAL_OPERATOR.account)
            raise CommandRefused(*bilingual("The import is undone already."))
        try:
            undo = undo_of(
                changes, store.load(), made_by=LOCAL_OPERATOR.account, made_at=datetime.now(UTC),
                on=danish_now().date(),
            )  # fmt: skip
        except StillNeeded as needed:
            for dependent in needed.dependents[:_MOST_DEPENDENTS]:
                OUT.print(
                    f"  {dependent.id}"
                    if dependent.id == dependent.by
                    else f"  {dependent.id} ← {dependent.by}"
                )
            raise
        ended_count, restored_count = len(undo.ends), len(undo.updates)
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
    text = _(
        "{ended} nodes and links of the import end, {restored} get their old values back.",
        locale, ended=ended_count, restored=restored_count,
    )  # fmt: skip
    OUT.print(text, soft_wrap=True)
    if not len(undo):
        OUT.print(_("Nothing of it is left to undo.", locale))
    elif not is_applied:
        OUT.print(_("Nothing is written yet: add --apply.", locale))
