"""The wire form of an import: columns, words, rows and faults of its file."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Final, Literal, cast

from api.editing.change_plan import plain as plain_value
from api.i18n import N_, _
from api.identity.imports import HOST, StoredBatch, StoredUpload
from api.imports.uploads import OpenedImport, import_effects, is_own
from api.pagination import place_in, token_of
from api.schemas import imports as wire
from api.schemas.entities import NodeName
from api.state import RequestContext
from graph.access.permissions import may_see, may_use_field
from graph.access.policy import Action
from graph.access.view import View
from graph.exchange.imports import (
    ImportFault,
    ImportRegister,
    ImportRule,
    Preview,
    PreviewRow,
    TableMapping,
    TargetField,
)
from graph.exchange.imports.comparison import FieldVerdict
from graph.exchange.imports.faults import column_letters
from graph.exchange.imports.kind_readings import reading_label, removed_kind
from graph.exchange.imports.mapping import listed_words
from graph.exchange.imports.records import RecordMapping
from graph.exchange.imports.sent_file import format_read, rows_in
from graph.exchange.imports.words import closest, is_own_word, kinds_of, plain
from graph.own_kinds import OwnKinds
from graph.progress import Progress
from graph.vocabulary import (
    AuthorityKind,
    Language,
    OrganizationKind,
    PostKind,
    Sector,
    Tier,
)

_MOST_WORDS: Final = 500
_EXAMPLES: Final = 5
_HIDDEN_FILE: Final = N_("a list of {source}")


def import_of(
    context: RequestContext,
    opened_import: OpenedImport,
    *,
    state: str | None = None,
    page: str | None = None,
    limit: int = 50,
) -> wire.Import:
    """A file with a page of its preview."""
    upload, lang, preview = opened_import.upload, context.lang, opened_import.preview
    is_mine, table = is_own(context, upload), opened_import.table
    file = opened_import.file if is_mine else _(_HIDDEN_FILE, lang, source=upload.source)
    notes: list[wire.ImportNote] = []
    if table is not None:
        notes += [
            wire.ImportNote(text=table.notice_text(notice, lang), count=table.notice_count(notice))
            for notice in table.notices
        ]
    notes += [
        wire.ImportNote(text=text, count=count) for text, count in preview.note_texts(lang).items()
    ]
    mapping = TableMapping(columns=())  # for other formats
    if isinstance(opened_import.mapping, TableMapping):
        mapping = opened_import.mapping
    context.count = rows_in(opened_import.parsed_file)
    return wire.Import(
        id=upload.id, source=upload.source, area=upload.area, file=file,
        format=cast("wire.FormatWord", format_read(opened_import.parsed_file).value),
        sheet=None if table is None else table.sheet, rows=context.count, ends_at=upload.ends_at,
        is_complete=opened_import.choices.is_complete,
        takes_source=opened_import.choices.takes_source,
        is_mine=is_mine, is_waiting=upload.first_yes is not None,
        columns=tuple(
            wire.ImportColumn(
                header=column.header, field=column.field and column.field.value,
                dates=column.dates and column.dates.value, score=column.score,
                examples=table.examples(at, _EXAMPLES) if table is not None and is_mine else (),
            )
            for at, column in enumerate(mapping.columns)
        ),
        fields=() if table is None else tuple(
            wire.Choice(code=field.value, label=field.label(lang)) for field in TargetField
        ),
        constants={key.value: text for key, text in mapping.constants.items()},
        readings=tuple(islice(_readings(opened_import, lang), _MOST_WORDS)),
        merges=dict(opened_import.choices.merges),
        holders=dict(opened_import.choices.holders),
        notes=tuple(notes), faults=tuple(fault_of(fault, lang) for fault in preview.faults),
        preview=None if preview.faults else _preview(context, opened_import, state, page, limit),
    )  # fmt: skip


def _preview(
    context: RequestContext,
    opened_import: OpenedImport,
    state: str | None,
    page: str | None,
    limit: int,
) -> wire.ImportPreview:
    preview, lang = opened_import.preview, context.lang
    effects = import_effects(context, opened_import)
    rows = [row for row in preview.rows if state in (None, row.state.value)]
    place = place_in(page)
    start = 0 if place is None else place[0]
    visible_rows = rows[start : start + limit]
    end = start + len(visible_rows)
    return wire.ImportPreview(
        digest=preview.digest, revision=preview.revision,
        counts=cast("Any", {key.value: count for key, count in preview.counts().items()}),
        creates=len(preview.creates), updates=len(preview.updates), ends=len(preview.ends),
        rows=tuple(
            _row(
                opened_import.view, row, preview.paths.get(row.line or 0), lang,
                is_mine=is_own(context, opened_import.upload),
            )
            for row in visible_rows
        ),
        held=sum(bool(row.holders and row.faults) for row in preview.rows),
        answers=None if effects is None else wire.ImportAnswers.model_validate(effects.answers),
        paths=None if effects is None else wire.ImportPaths.model_validate(effects.paths),
        next=token_of(end, "row") if end < len(rows) else None,
    )  # fmt: skip


def _row(
    view: View, row: PreviewRow, path: str | None, lang: Language, *, is_mine: bool
) -> wire.ImportRow:
    # Of a refused row of somebody else's list, only the place and the reason are shown.
    return wire.ImportRow(
        line=row.line, path=path, state=cast("Any", row.state.value),
        sort=None if row.sort is None else row.sort.label(lang), post=row.post,
        person=row.person if is_mine or not row.faults else None,
        creates=len(row.created), ends=len(row.ended),
        differences=tuple(
            wire.ImportDifference(
                id=difference.id, field=difference.field,
                source_says=_plain(difference.source_says),
                we_say=(
                    _plain(difference.we_say)
                    if may_see(view, difference.id)
                    and may_use_field(
                        view, difference.id,
                        # a contact value is shown to those who may see its hint
                        "hint" if difference.field == "value" else difference.field,
                        Action.SEE,
                    )
                    else None
                ),
                is_conflict=difference.verdict is FieldVerdict.CONFLICT,
            )
            for difference in row.differences
        ),
        duplicates=tuple(
            wire.ImportDuplicate(
                person=NodeName(id=duplicate.id, name=view.name(at)),
                likeness=cast("Literal['NAME']", duplicate.likeness.value), score=duplicate.score,
            )
            for duplicate in row.duplicates
            for at in (view.find(duplicate.id),)
            if at is not None
        ),
        holders=tuple(
            NodeName(id=holder, name=view.name(at))
            for holder in row.holders
            for at in (view.find(holder),)
            if at is not None
        ),
        faults=tuple(fault_of(fault, lang) for fault in row.faults),
    )  # fmt: skip


def _plain(value: object) -> Any:
    return value.isoformat() if isinstance(value, date) else plain_value(value)


def fault_of(fault: ImportFault, lang: Language) -> wire.ImportFault:
    """A fault in the reader's language."""
    place = fault.place
    return wire.ImportFault(
        file=place.file, sheet=place.sheet, line=place.line, path=place.path,
        column=None if place.column is None else column_letters(place.column),
        header=place.header, rule=fault.rule.value, detail=fault.reason(lang),
    )  # fmt: skip


def problem_errors(faults: Iterable[ImportFault], lang: Language) -> list[dict[str, object]]:
    """Every fault as an error of a problem, with its place in the file and an empty pointer."""
    return [{"pointer": "", **fault_of(fault, lang).model_dump()} for fault in faults]


def _readings(opened_import: OpenedImport, lang: Language) -> Iterator[wire.ImportReading]:
    """The readings of words for kinds and authorities, with choices for those without one."""
    own_kinds = opened_import.register.own_kinds
    asked = {plain(word) for word in opened_import.preview.asked_words()}
    if isinstance(opened_import.mapping, RecordMapping):
        yield from _record_readings(opened_import.preview, opened_import.mapping, own_kinds, lang)
    if opened_import.table is None or not isinstance(opened_import.mapping, TableMapping):
        return
    has_unknown = any(
        fault.rule is ImportRule.UNKNOWN_NETWORK for fault in opened_import.preview.all_faults()
    )
    for target, word, count in listed_words(opened_import.mapping, opened_import.table, own_kinds):
        reading = _reading(
            opened_import.register, opened_import.mapping, target, word, lang,
            is_name_known=not has_unknown,
            is_asked=target is TargetField.POST and plain(word) in asked,
        )  # fmt: skip
        if reading is not None:
            yield reading.model_copy(update={"count": count})


def _record_readings(
    preview: Preview, mapping: RecordMapping, own_kinds: OwnKinds, lang: Language
) -> Iterator[wire.ImportReading]:
    """The words of a foreign format: to be chosen, chosen, and recognized approximately."""
    for question in preview.questions:
        yield wire.ImportReading(
            field=cast("wire.ReadField", question.field.value), typed=question.typed, meaning=None,
            label=None, count=question.count,
            choices=tuple(
                wire.Choice(code=kind, label=_meaning(kind, own_kinds, lang))
                for kind in question.proposals
            ),
        )  # fmt: skip
    for reading in mapping.values:
        yield wire.ImportReading(
            field=cast("wire.ReadField", reading.field.value), typed=reading.typed,
            meaning=reading.value, label=_meaning(reading.value, own_kinds, lang),
        )  # fmt: skip
    asked = preview.asked_words()
    for word, count in asked.items():
        yield wire.ImportReading(
            field="POST", typed=word, meaning=None, label=None, count=count,
            choices=tuple(
                wire.Choice(code=kind.id, label=kind.label(lang))
                for kind in kinds_of(word, "post", own_kinds)
            ),
        )  # fmt: skip
    for word, kind in preview.readings.items():
        if word not in asked:
            yield wire.ImportReading(
                field="POST", typed=word, meaning=kind.id, label=kind.label(lang)
            )


def _meaning(value: str, own_kinds: OwnKinds, lang: Language) -> str:
    """A chosen meaning in words, such as a kind with its tier and sector."""
    if not value:
        return _("left out", lang)
    labels: list[str] = []
    for part in filter(None, value.split("/")):
        terms = (PostKind, AuthorityKind, OrganizationKind, Tier, Sector)
        term = next((kinds(part) for kinds in terms if part in set(kinds)), None)
        kind = own_kinds.by_id.get(part, term)
        labels.append(part if kind is None else kind.label(lang))
    return " · ".join(labels)


def _reading(
    register: ImportRegister,
    mapping: TableMapping,
    target: TargetField,
    word: str,
    lang: Language,
    *,
    is_name_known: bool,
    is_asked: bool,
) -> wire.ImportReading | None:
    """The reading of a word; None if the register or vocabulary knows the word itself.

    `is_name_known`: the name of a network is known wherever the list has it. `is_asked`: what the
    word for a post means must be chosen.
    """
    value, own_kinds = mapping.reading(target, word), register.own_kinds
    is_removed = removed_kind(target, value, own_kinds) is not None
    if is_removed or is_asked:
        value = None
    choices: list[wire.Choice] = []
    label = None if value is None else reading_label(value, register, lang)
    if value is None:
        if target is TargetField.AUTHORITY:
            if register.authorities.get(plain(word)):
                return None
            ids = {name: key for key, name in register.names.items()}
            names = closest(word, ids)
            choices = [wire.Choice(code=ids[name], label=name) for name in names]
        else:
            section = "post" if target is TargetField.POST else "network"
            kinds = kinds_of(word, section, own_kinds)
            is_name = target is TargetField.NETWORK and plain(word) in register.network_names
            is_name = is_name and is_name_known
            if not is_removed and (
                is_name or (kinds and kinds[0].score == 100 and is_own_word(word, kinds[0]))
            ):
                return None
            if kinds and kinds[0].score == 100 and not is_removed and not is_asked:
                value, label = kinds[0].id, kinds[0].label(lang)
            choices = [wire.Choice(code=kind.id, label=kind.label(lang)) for kind in kinds]
    return wire.ImportReading(
        field=cast("wire.ReadField", target.value), typed=word, meaning=value, label=label,
        choices=tuple(choices),
    )  # fmt: skip


# ---- lists and batches


def waiting_of(
    context: RequestContext, upload: StoredUpload, progress: Progress | None
) -> wire.WaitingImport:
    """The wire form of a list that is not written yet."""
    return wire.WaitingImport(
        id=upload.id, source=upload.source, area=upload.area,
        is_mine=is_own(context, upload),
        is_from_server=upload.account == HOST, is_waiting=upload.first_yes is not None,
        progress=None if progress is None else wire.ImportProgress(
            stage=progress.stage.label(context.lang), done=progress.done, total=progress.total
        ),
        ends_at=upload.ends_at,
    )  # fmt: skip


def batch_of(context: RequestContext, batch: StoredBatch) -> wire.ImportBatch:
    """The wire form of a batch; its author only if the caller sees them."""
    return wire.ImportBatch(
        id=batch.id, batch=batch.batch, source=batch.source, area=batch.area,
        by=context.person_of(batch.account),
        is_mine=batch.account == context.who.account, made_at=batch.made_at, counts=batch.counts,
        undo_asked=batch.undo_asked_by is not None, undone_at=batch.undone_at,
    )  # fmt: skip
