"""A list that was sent, read and compared with what its reader may see.

The file is stored sealed; what is read of it stays in memory for some minutes at most.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from api.errors import Refused
from api.i18n import bilingual
from api.identity.imports import HOST, StoredUpload
from api.imports.rights import Judge, denied_in
from api.schemas.imports import AskedMapping
from api.state import RequestContext
from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.exchange.imports import (
    DateOrder,
    FileRefused,
    ImportOptions,
    ImportRegister,
    ImportRule,
    Preview,
    SourceTable,
    TableMapping,
    TargetField,
    ValueReading,
    guess,
    preview,
    read_file,
    require_source,
    table_of,
)
from graph.exchange.imports.mapping import with_readings
from graph.model import Area, Person
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import AuthorityKind, NetworkKind, PostKind

MOST_BYTES: Final = 10 * 1024 * 1024
_TRIES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedImport:
    """A list with what it means and would do, for one reader at one revision."""

    upload: StoredUpload
    choices: AskedMapping
    table: SourceTable
    mapping: TableMapping
    register: ImportRegister
    snapshot: Snapshot
    view: View
    preview: Preview


def receive(
    context: RequestContext, data: bytes, *, name: str, source: str, area: str, sheet: str | None
) -> OpenedImport:
    """Read a list, and store it for some hours.

    Raises:
        NotFound: the caller is no steward of the area.
        Refused: `import-refused`, with every fault; `too-large`.
        InvalidNeed: the name of the source cannot be used.
    """
    if len(data) > MOST_BYTES:
        raise Refused("too-large", limit=MOST_BYTES)
    if not is_steward_of(context, area):
        raise NotFound(area)
    full = require_source(f"{area}.{source}".lower())
    try:
        table_of(read_file(name, data), sheet)
    except FileRefused as refused:
        raise refused_list(context, refused) from refused
    content = json.dumps({"name": name, "sheet": sheet, "data": b64encode(data).decode()})
    imports = context.app_state.accounts.imports
    saved = imports.saved_source(full)
    upload = imports.keep(
        context.who.account, source=full, area=area,
        content=context.app_state.audit.sealed(content),
        choices=None if saved is None else saved.choices,
    )  # fmt: skip
    return open_import(context, upload)


def open_import(context: RequestContext, upload: StoredUpload) -> OpenedImport:
    """Read a stored list, and compare it with what the caller sees now.

    Raises: Refused: the file cannot be read; `busy`.
    """
    snapshot, view = at_one_revision(context)
    withheld = frozenset(context.app_state.accounts.withholdings.withheld())
    key = (
        upload.id, upload.choices, context.who.caller, snapshot.revision, view.on, withheld,
    )  # fmt: skip
    cached = context.app_state.imports.get(key)
    if isinstance(cached, OpenedImport) and cached.snapshot is snapshot:
        return replace(cached, upload=upload)
    content, choices = _content(context, upload)
    try:
        read = read_file(content["name"], b64decode(content["data"]))
        table = table_of(read, content["sheet"])
    except FileRefused as refused:
        raise refused_list(context, refused) from refused
    register = ImportRegister.seen(snapshot, view, upload.source)
    mapping = mapping_of(table, register, choices, upload.area)
    options = ImportOptions(
        source=upload.source,
        batch=f"{upload.source}:{view.on:%Y%m%d}:{upload.id}",
        on=view.on,
        made_by=context.who.account,
        made_at=datetime.now(UTC),
        is_complete=choices.is_complete,
        takes_source=choices.takes_source,
        merges=merges_of(choices, register),
        withheld=withheld,
    )
    directory = context.directory
    try:
        found = preview(
            table, mapping, register, options,
            known=directory,
            history=lambda thing_id: directory.changes_of(thing_id, until=view.revision),
            denied=partial(denied_in, Judge(context, snapshot, view)),
        )  # fmt: skip
    except FileRefused as refused:
        raise refused_list(context, refused) from refused
    opened = OpenedImport(
        upload=upload, choices=choices, table=table, mapping=mapping, register=register,
        snapshot=snapshot, view=view, preview=found,
    )  # fmt: skip
    context.app_state.imports.put(key, opened)
    return opened


def find_import(context: RequestContext, upload_id: str) -> OpenedImport:
    """Return a list of the caller, or one that waits for their yes and that they may write whole.

    Raises: NotFound: there is none.
    """
    upload = context.app_state.accounts.imports.find(upload_id)
    if upload is None:
        raise NotFound(upload_id)
    if is_own(context, upload):
        return open_import(context, upload)
    if not may_second(context, upload):
        raise NotFound(upload_id)
    opened = open_import(context, upload)
    theirs = {ImportRule.NOT_YOURS, ImportRule.HOME_ELSEWHERE}
    if any(fault.rule in theirs for fault in opened.preview.refused()):
        raise NotFound(upload_id)
    return opened


def may_second(context: RequestContext, upload: StoredUpload) -> bool:
    """Return whether a list waits for the second yes of somebody like the caller."""
    accounts = context.app_state.accounts
    return (
        upload.first_yes is not None
        and is_steward_of(context, upload.area)
        and not accounts.is_same_person(upload.account, context.who.account)
    )


def is_own(context: RequestContext, upload: StoredUpload) -> bool:
    """Return whether the caller may correct a list: their own, or one that the server left."""
    return upload.account in (context.who.account, HOST) and is_steward_of(context, upload.area)


def is_steward_of(context: RequestContext, area: str) -> bool:
    """Return whether the caller is a steward of a whole area today."""
    view = context.view()
    row = view.find(area)
    return row is not None and any(
        granted.grant.role is Role.STEWARD and bool(granted.near[row]) for granted in view.grants
    )


def choose(context: RequestContext, opened: OpenedImport, choices: AskedMapping) -> OpenedImport:
    """Store what the columns of one's own list mean.

    Raises: InvalidNeed: there is no such column, field or kind; NotFound: a merged person.
    """
    mapping_of(opened.table, opened.register, choices, opened.upload.area)
    merges_of(choices, opened.register)
    sealed = context.app_state.audit.sealed(choices.model_dump_json(exclude_defaults=True))
    context.app_state.accounts.imports.choose(opened.upload.id, sealed, context.who.account)
    upload = context.app_state.accounts.imports.find(opened.upload.id)
    if upload is None:
        raise NotFound(opened.upload.id)
    return open_import(context, upload)


def refused_list(context: RequestContext, refused: FileRefused) -> Refused:
    """The problem for a list of which nothing can be read: every fault, and no content."""
    from api.imports.answers import problem_errors

    return Refused(
        "import-refused",
        (refused.faults[0].text("da"), refused.faults[0].text("en")),
        errors=problem_errors(refused.faults, context.lang),
    )


def at_one_revision(context: RequestContext) -> tuple[Snapshot, View]:
    """The Snapshot and the View made of it. Raises: Refused: `busy`: it changes all the time."""
    for _ in range(_TRIES):
        snapshot, view = context.directory.snapshot(), context.view()
        if view.nodes is snapshot.nodes:
            return snapshot, view
    raise Refused("busy")


def _content(context: RequestContext, upload: StoredUpload) -> tuple[dict[str, str], AskedMapping]:
    """What is stored of a list, in clear. Raises: NotFound: its key no longer exists."""
    sealed = {"content": upload.content, "choices": upload.choices}
    clear = context.app_state.audit.opened(sealed)
    if clear["content"] == upload.content:
        raise NotFound(upload.id)
    choices = clear["choices"]
    return json.loads(clear["content"]), (
        AskedMapping() if choices is None else AskedMapping.model_validate_json(choices)
    )


_KINDS: Final = {"POST": PostKind, "NETWORK": NetworkKind}


def mapping_of(
    table: SourceTable, register: ImportRegister, choices: AskedMapping, area: str
) -> TableMapping:
    """The guess with what was chosen. Raises: InvalidNeed: no such column, field or kind."""
    mapping = guess(table, register)
    for reading in choices.readings:
        kinds = _KINDS.get(reading.field)
        known = set(kinds) if kinds else register.names
        if reading.meaning not in known and reading.meaning not in register.context.nodes:
            raise _unknown("readings", [])
    mapping = mapping.corrected(
        fields={
            header: None if name is None else _field("fields", name)
            for header, name in choices.fields.items()
            if header in table.headers
        },
        dates={
            header: DateOrder(order)
            for header, order in choices.dates.items()
            if header in table.headers
        },
        constants={
            _field("constants", name): text for name, text in choices.constants.items() if text
        },
        values=[
            ValueReading(field=TargetField(one.field), typed=one.typed, value=one.meaning)
            for one in choices.readings
        ],
    )
    authority = (TargetField.AUTHORITY, TargetField.AUTHORITY_CODE)
    if mapping.fields().isdisjoint(authority):  # a list of one's own names it nowhere
        names = _authorities_of(register, area)
        if len(names) == 1:
            mapping = replace(mapping, constants={**mapping.constants, authority[0]: names[0]})
    return with_readings(mapping, table, register)


def _authorities_of(register: ImportRegister, area: str) -> list[str]:
    """The names of the authorities that an area is the area of."""
    kind = register.node(area, Area).kind if area in register.context.nodes else None
    return [
        name
        for authority, name in register.names.items()
        if area in register.areas.get(authority, ())
        and kind is not None
        and kind.value in set(AuthorityKind)
        and getattr(register.context.nodes[authority], "kind", None) == AuthorityKind(kind.value)
    ]


def _field(name: str, word: str) -> TargetField:
    if word not in set(TargetField):
        raise _unknown(name, [field.value for field in TargetField])
    return TargetField(word)


def _unknown(name: str, listed: list[str]) -> InvalidNeed:
    return InvalidNeed(name, *bilingual("one of {listed}", listed=", ".join(listed) or "–"))


def merges_of(choices: AskedMapping, register: ImportRegister) -> dict[int, str]:
    """The persons that rows mean, by line. Raises: NotFound, InvalidNeed: there is none."""
    merges: dict[int, str] = {}
    for line, person in choices.merges.items():
        if not line.isdecimal() or len(line) > 7:
            raise _unknown("merges", [])
        if not isinstance(register.context.nodes.get(person), Person):
            raise NotFound(person)
        merges[int(line)] = person
    return merges
