"""Routes of imports: a file is sent, read, previewed, written whole as a batch, and undone."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api.audited_route import AuditedRoute, UploadRoute
from api.dependencies import may
from api.editing.idempotency import IdempotencyKey, Keyed
from api.errors import Refusal
from api.i18n import bilingual
from api.imports import batches, uploads
from api.imports.answers import import_of
from api.pagination import USUAL, Limit, Token
from api.schemas.imports import (
    AskedApply,
    AskedMapping,
    EncodingWord,
    EndsWord,
    FormatWord,
    Import,
    ImportBatch,
    Imports,
    ImportUndo,
    RowStateWord,
)
from api.state import RequestContext
from graph.access.policy import Task
from graph.exchange.imports import faults_csv, rows_to_correct
from graph.exchange.imports.records import EndMeaning
from graph.exchange.imports.sent_file import ImportFormat

_PLAIN: Final = (
    "import_id", "area", "state", "limit", "revision", "digest", "is_complete", "takes_source",
    "skips_refused", "lang", "format", "ends",
)  # fmt: skip
ReadContext = Annotated[RequestContext, Depends(may(Task.IMPORT, plain=_PLAIN, is_change=False))]
WriteContext = Annotated[RequestContext, Depends(may(Task.IMPORT, plain=_PLAIN))]
router = APIRouter(tags=["What would a list of ours change?"], route_class=AuditedRoute)
upload_router = APIRouter(tags=["What would a list of ours change?"], route_class=UploadRoute)
_NO_KEY: Final = bilingual(
    "Send an Idempotency-Key, so that a repeated request writes nothing a second time."
)
_SOURCE: Final = r"^[a-z0-9][a-z0-9-]{0,23}$"
_SOURCE_HELP: Final = "a short name of the list, the same each time"
_FORMAT: Final = "the format of the file; default: recognized from its contents"
_ENDS: Final = "what the end of a period of OS2mo is, if its periods do not show it"
_ENCODING: Final = "the encoding of a CSV file; default: recognized where it is clear"
_CSV: Final = {"text/csv": {"schema": {"type": "string", "contentMediaType": "text/csv"}}}
_ANY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def _raw_body(request: Request) -> bytes:
    return await request.body()


@upload_router.post("/imports", status_code=201, openapi_extra=_ANY)
def send_import(
    context: ReadContext,
    data: Annotated[bytes, Depends(_raw_body)],
    file: Annotated[str, Query(min_length=1, max_length=200)],
    source: Annotated[str, Query(pattern=_SOURCE, description=_SOURCE_HELP, examples=["hr"])],
    area: Annotated[str, Query(max_length=16, examples=["mun-0787"])],
    sheet: Annotated[str | None, Query(max_length=100, examples=["SSP"])] = None,
    form: Annotated[FormatWord | None, Query(alias="format", description=_FORMAT)] = None,
    ends: Annotated[EndsWord | None, Query(description=_ENDS)] = None,
    encoding: Annotated[EncodingWord | None, Query(description=_ENCODING)] = None,
) -> Import:
    """Uploads a list (CSV, Excel), Kontaktvej's own zip or a file of another system.

    The body is the file. Nothing is written: the answer says how columns and words were read, and
    what an import would do. The file is stored encrypted for four hours.
    """
    reading = uploads.ReadingChoice(
        form=None if form is None else ImportFormat(form),
        sheet=sheet,
        ends=None if ends is None else EndMeaning(ends),
        encoding=encoding,
    )
    opened_import = uploads.receive(
        context, data, name=file, source=source, area=area, reading=reading
    )
    return import_of(context, opened_import)


@router.get("/imports")
def read_imports(context: ReadContext) -> Imports:
    """Lists your unwritten imports, those that wait for you, and past imports."""
    return batches.imports_of(context)


@router.get("/imports/{import_id}")
def read_import_preview(
    context: ReadContext,
    import_id: str,
    state: RowStateWord | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> Import:
    """Returns the preview of an import, row by row.

    Each row is new, changed, unchanged, in conflict, refused or ended.
    """
    opened_import = uploads.find_import(context, import_id)
    return import_of(context, opened_import, state=state, page=page, limit=limit)


@router.put("/imports/{import_id}/mapping")
def choose_mapping(context: ReadContext, import_id: str, body: AskedMapping) -> Import:
    """Sets what the columns and words of an uploaded file mean, and how it is imported."""
    opened_import = uploads.find_import(context, import_id)
    if not uploads.is_own(context, opened_import.upload):
        raise Refusal("forbidden", bilingual("The list is somebody else's."))
    return import_of(context, uploads.choose(context, opened_import, body))


@router.delete("/imports/{import_id}", status_code=204)
def discard_import(context: ReadContext, import_id: str) -> None:
    """Discards an uploaded file that is not written; a preview that is being made stops."""
    uploads.discard(context, import_id)


@router.get(
    "/imports/{import_id}/errors", response_class=Response, responses={200: {"content": _CSV}}
)
def read_import_errors(context: ReadContext, import_id: str) -> Response:
    """Returns the refused rows as CSV, to be corrected and sent again.

    For files of other systems, the place of each fault instead.
    """
    opened_import = uploads.find_import(context, import_id)
    faults = opened_import.preview.all_faults()
    if opened_import.table is None or not uploads.is_own(context, opened_import.upload):
        content = faults_csv(faults, context.lang)
    else:
        content = rows_to_correct(opened_import.table, faults, context.lang)
    return Response(
        content, media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{import_id}-errors.csv"'},
    )  # fmt: skip


@router.post("/imports/{import_id}/apply", status_code=201)
def apply_import(
    context: WriteContext, key: Keyed, import_id: str, body: AskedApply
) -> ImportBatch:
    """Writes a previewed import as one batch, whole or not at all.

    If the register has changed since the preview, a new preview is required. An import that ends
    more than 20 things waits for another steward of the area.
    """
    return batches.apply_import(context, import_id, body, _require_key(key))


@router.get("/imports/{import_id}/undo")
def preview_import_undo(context: ReadContext, import_id: str) -> ImportUndo:
    """Says what undoing an import would end and restore, and what it would keep.

    What was edited since is kept, with what it needs; the newest import is undone first.
    """
    return batches.preview_undo(context, import_id)


@router.post("/imports/{import_id}/undo")
def undo_import(context: WriteContext, key: Keyed, import_id: str) -> ImportBatch:
    """Undoes an import, except for what was edited since or is needed by later changes."""
    return batches.undo_import(context, import_id, _require_key(key))


def _require_key(key: IdempotencyKey) -> IdempotencyKey:
    if key.key is None:
        raise Refusal("precondition-required", _NO_KEY)
    return key
