"""`kontaktvej export`: writes the structure, whole or around a place or a node, to a file.

People stand in it by id, unless names are asked for. It is recorded in the audit log like any
export.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.audit.entry import AuditKind, Entry
from api.cli.audit import opened_log
from api.cli.console import OUT, _, language
from api.cli.local_store import command_settings, open_installation
from api.cli.node import GOALS, choose
from api.cli.options import Lang, On, date_of, flag, option, own_kinds_of, search_text
from api.cli.serve import DEMO_MARK
from api.danish_time import COPENHAGEN, danish_now
from graph.access.context import SEATS
from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.exchange.formats import FORMATS
from graph.exchange.loss_report import report
from graph.exchange.provenance import Provenance, about_json
from graph.exchange.selection import ExportSelection
from graph.model.base import random_id
from graph.questions.entities import answering_in
from graph.vocabulary import Label


def export(
    around: Annotated[
        str | None,
        typer.Argument(help=_("Name or id; without it, the whole register"), show_default=False),
    ] = None,
    form: Annotated[
        str, option(_("Format: {formats}", formats=", ".join(FORMATS)), "--format")
    ] = "EXCEL",
    out: Annotated[
        Path | None, option(_("File to write; by default one named after the export"), "--out")
    ] = None,
    with_names: Annotated[bool, flag(_("People by name too"), "--with-names")] = False,
    on: On = None,
    lang: Lang = None,
) -> None:
    """Write the register, what answers for a place, or what is near a node, to a file."""
    from api.exports.build import require_format
    from api.exports.request import file_name, new_number

    name, locale = form.upper(), language(lang)
    require_format(name)
    text = None if around is None else search_text("name", around)
    format = FORMATS[name]
    made_at, today = datetime.now(COPENHAGEN), danish_now().date()
    number, request = new_number(made_at.date()), random_id("cmd")
    path = out or Path(file_name(number, name))
    day = date_of("on", on) or today
    with open_installation(command_settings(), locale) as (store, accounts):
        withheld, snapshot = accounts.withholdings.withheld(), store.load()
        view = View(snapshot, LOCAL_OPERATOR, day, today=today, withheld=withheld)
        is_demo = store.mark(DEMO_MARK) is not None
    with opened_log() as log:
        selection = ExportSelection(
            view,
            _around(view, choose(view, text, GOALS)) if text is not None else None,
            with_names=with_names,
            own_kinds=own_kinds_of(),
        )
        rows = format.rows(selection)
        parameters = {"format": name, "export": number, "with_names": with_names}
        entry = Entry(
            kind=AuditKind.ASKED, action="command_export", request_id=request, via="host",
            asked=parameters,
        )  # fmt: skip
        log.append(entry)
        losses = report((*selection.losses, *format.losses(selection)))
        stamp = Provenance(
            number=number, account=view.caller.account, made_at=made_at, on=view.on,
            losses=losses, is_demo=is_demo,
        )  # fmt: skip
        content = format.write(selection, stamp, locale)
        people = tuple(sorted(selection.people))
        log.append(replace(entry, kind=AuditKind.SHOWN, subjects=people, count=rows))
    with path.open("xb") as file:  # never over another file
        file.write(content)
    if format.suffix == "csv":
        with path.with_suffix(".about.json").open("xb") as file:
            file.write(about_json(stamp.lines(locale)))
    OUT.print(_("{rows} rows: {path}", locale, rows=rows, path=path))
    for loss in losses:
        OUT.print(loss.text(locale), style="dim")


def _around(view: View, node_id: str) -> list[str]:
    """The ids of a place and what answers there with its holders, or of a node and those near."""
    row = view.row(node_id)
    if view.label(row) is Label.AREA:
        rows = {*answering_in(view, row).nonzero()[0].tolist()}
        rows |= {holder for post in tuple(rows) for holder in view.sources(post, *SEATS)}
    else:
        links = (*view.out(row), *view.into(row))
        rows = {row, *map(view.source, links), *map(view.target, links)}
    return [view.id(node) for node in sorted(rows)]
