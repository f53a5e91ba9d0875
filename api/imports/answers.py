"""What a caller is told of a list: its columns, words, rows and faults."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, Literal, cast

from api.editing.change_plan import plain as plain_value
from api.i18n import N_, _
from api.identity.imports import HOST, StoredBatch, StoredUpload
from api.imports.uploads import OpenedImport, is_own
from api.pagination import place_in, token_of
from api.schemas import imports as wire
from api.schemas.entities import NodeName
from api.state import RequestContext
from graph.access.permissions import may_see, may_use_field
from graph.access.policy import Action
from graph.access.view import View
from graph.exchange.imports import ImportFault, PreviewRow, TargetField
from graph.exchange.imports.comparison import FieldVerdict
from graph.exchange.imports.faults import column_letters
from graph.exchange.imports.mapping import network_words
from graph.exchange.imports.words import closest, kinds_of, plain
from graph.vocabulary import Language, NetworkKind, PostKind, Term

_READ: Final = (TargetField.POST, TargetField.NETWORK, TargetField.AUTHORITY)
_MOST_WORDS: Final = 500
_EXAMPLES: Final = 5
_HIDDEN_FILE: Final = N_("a list of {source}")


def import_of(
    context: RequestContext,
    opened: OpenedImport,
    *,
    state: str | None = None,
    page: str | None = None,
    limit: int = 50,
) -> wire.Import:
    """A list with a page of its preview."""
    upload, lang, found = opened.upload, context.lang, opened.preview
    is_mine = is_own(context, upload)
    file = opened.table.file if is_mine else _(_HIDDEN_FILE, lang, source=upload.source)
    notes = [wire.ImportNote(text=notice.label(lang), count=1) for notice in opened.table.notices]
    notes += [
        wire.ImportNote(text=note.label(lang), count=count) for note, count in found.notes.items()
    ]
    context.count = len(opened.table.rows)
    return wire.Import(
        id=upload.id, source=upload.source, area=upload.area, file=file, sheet=opened.table.sheet,
        rows=len(opened.table.rows), ends_at=upload.ends_at,
        is_complete=opened.choices.is_complete, takes_source=opened.choices.takes_source,
        is_mine=is_mine, is_waiting=upload.first_yes is not None,
        columns=tuple(
            wire.ImportColumn(
                header=column.header, field=column.field and column.field.value,
                dates=column.dates and column.dates.value, score=column.score,
                examples=opened.table.examples(at, _EXAMPLES) if is_mine else (),
            )
            for at, column in enumerate(opened.mapping.columns)
        ),
        fields=tuple(
            wire.Choice(code=field.value, label=field.label(lang)) for field in TargetField
        ),
        constants={key.value: text for key, text in opened.mapping.constants.items()},
        readings=tuple(_readings(opened, lang)), merges=dict(opened.choices.merges),
        notes=tuple(notes), faults=tuple(fault_of(fault, lang) for fault in found.faults),
        preview=None if found.faults else _preview(opened, lang, state, page, limit),
    )  # fmt: skip


def _preview(
    opened: OpenedImport, lang: Language, state: str | None, page: str | None, limit: int
) -> wire.ImportPreview:
    found = opened.preview
    rows = [row for row in found.rows if state in (None, row.state.value)]
    place = place_in(page)
    start = 0 if place is None else place[0]
    shown = rows[start : start + limit]
    end = start + len(shown)
    return wire.ImportPreview(
        digest=found.digest, revision=found.revision,
        counts=cast("Any", {key.value: count for key, count in found.counts().items()}),
        creates=len(found.creates), updates=len(found.updates), ends=len(found.ends),
        rows=tuple(_row(opened.view, row, lang) for row in shown),
        next=token_of(end, "row") if end < len(rows) else None,
    )  # fmt: skip


def _row(view: View, row: PreviewRow, lang: Language) -> wire.ImportRow:
    return wire.ImportRow(
        line=row.line, state=cast("Any", row.state.value), post=row.post, person=row.person,
        creates=len(row.created), ends=len(row.ended),
        differences=tuple(
            wire.ImportDifference(
                id=one.id, field=one.field, source_says=_said(one.source_says),
                we_say=_said(one.we_say) if _tells(view, one.id, one.field) else None,
                is_conflict=one.verdict is FieldVerdict.CONFLICT,
            )
            for one in row.differences
        ),
        duplicates=tuple(
            wire.ImportDuplicate(
                person=NodeName(id=one.id, name=view.name(at)),
                likeness=cast("Literal['NAME']", one.likeness.value), score=one.score,
            )
            for one in row.duplicates
            for at in (view.find(one.id),)
            if at is not None
        ),
        faults=tuple(fault_of(fault, lang) for fault in row.faults),
    )  # fmt: skip


def _tells(view: View, thing_id: str, field: str) -> bool:
    """Whether the reader may see what we say; of a contact value it is the hint."""
    name = "hint" if field == "value" else field
    return may_see(view, thing_id) and may_use_field(view, thing_id, name, Action.SEE)


def _said(value: object) -> Any:
    return value.isoformat() if isinstance(value, date) else plain_value(value)


def fault_of(fault: ImportFault, lang: Language) -> wire.ImportFault:
    """A fault in the reader's language."""
    place = fault.place
    return wire.ImportFault(
        file=place.file, sheet=place.sheet, line=place.line,
        column=None if place.column is None else column_letters(place.column),
        header=place.header, rule=fault.rule.value, detail=fault.reason(lang),
    )  # fmt: skip


def problem_errors(faults: Iterable[ImportFault], lang: Language) -> list[dict[str, object]]:
    """Every fault as an error of a problem: in the whole body, at its place in the file."""
    return [{"pointer": "", **fault_of(fault, lang).model_dump()} for fault in faults]


def _readings(opened: OpenedImport, lang: Language) -> Iterator[wire.ImportReading]:
    """How the words of kinds and authorities are read, and what those may mean that are not."""
    count = 0
    for at, column in enumerate(opened.mapping.columns):
        field = column.field
        target = TargetField.POST if field is TargetField.POST_AND_TITLE else field
        if target is None or target not in _READ:
            continue
        for cell in dict.fromkeys(row.cells[at] for row in opened.table.rows):
            parts = network_words(cell) if target is TargetField.NETWORK else (cell,)
            for typed in parts:
                reading = _reading(opened, target, typed, lang) if typed else None
                if reading is not None and count < _MOST_WORDS:
                    count += 1
                    yield reading


def _reading(
    opened: OpenedImport, target: TargetField, typed: str, lang: Language
) -> wire.ImportReading | None:
    """A word that is not its own meaning; None: it says what it is."""
    register, value = opened.register, opened.mapping.reading(target, typed)
    choices: list[wire.Choice] = []
    label = None if value is None else _label(opened, value, lang)
    if value is None:
        if target is TargetField.AUTHORITY:
            if register.authorities.get(plain(typed)):
                return None
            ids = {name: key for key, name in register.names.items()}
            names = closest(typed, ids)
            choices = [wire.Choice(code=ids[name], label=name) for name in names]
        else:
            section = "post" if target is TargetField.POST else "network"
            kinds = kinds_of(typed, section)
            is_name = target is TargetField.NETWORK and plain(typed) in register.network_names
            if is_name or (kinds and kinds[0].score == 100):
                return None
            choices = [
                wire.Choice(code=one.kind.value, label=one.kind.label(lang)) for one in kinds
            ]
    return wire.ImportReading(
        field=cast("wire.ReadField", target.value), typed=typed, meaning=value, label=label,
        choices=tuple(choices),
    )  # fmt: skip


def _label(opened: OpenedImport, value: str, lang: Language) -> str:
    for kinds in (PostKind, NetworkKind):
        if value in set(kinds):
            return cast("Term", kinds(value)).label(lang)
    return opened.register.names.get(value, value)


# ---- lists and batches


def waiting_of(context: RequestContext, upload: StoredUpload) -> wire.WaitingImport:
    """A list that is not written yet."""
    return wire.WaitingImport(
        id=upload.id, source=upload.source, area=upload.area,
        is_mine=is_own(context, upload),
        is_from_server=upload.account == HOST, is_waiting=upload.first_yes is not None,
        ends_at=upload.ends_at,
    )  # fmt: skip


def batch_of(context: RequestContext, batch: StoredBatch) -> wire.ImportBatch:
    """A batch; who wrote it only if the caller sees them."""
    person, view = context.app_state.accounts.person_of(batch.account), context.view()
    row = None if person is None else view.find(person)
    return wire.ImportBatch(
        id=batch.id, batch=batch.batch, source=batch.source, area=batch.area,
        by=None if row is None else NodeName(id=view.id(row), name=view.name(row)),
        is_mine=batch.account == context.who.account, made_at=batch.made_at, counts=batch.counts,
        undo_asked=batch.undo_asked_by is not None, undone_at=batch.undone_at,
    )  # fmt: skip
