"""Routes of own kinds: read by stewards, and changed by those whose area is the whole country.

They change the file of own kinds, a row at a time. What is written is first read as the file is at
the start; a kind that nodes of the register are of is neither removed nor moved beneath another.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Response

from api.audited_route import AuditedRoute
from api.dependencies import may
from api.errors import NO_ETAG, Refusal
from api.i18n import bilingual, ngettext
from api.schemas.system import AskedOwnKind, KeptOwnKind, KeptOwnKinds, NewOwnKind, OwnKind
from api.state import RequestContext
from graph.access.policy import Role, Task
from graph.access.view import View
from graph.errors import InvalidVocabulary, NotFound
from graph.own_kinds import NARROWS, OwnKinds, OwnKindUse
from graph.own_kinds import OwnKind as Kind
from graph.own_kinds import read_own_kinds as kinds_in
from graph.own_kinds_file import (
    Values,
    row_values,
    version_of,
    with_row,
    without_row,
)
from graph.vocabulary import Label, Language, Rule

_PLAIN: Final = ("kind_id", "id", "is_a", "tiers", "is_unit_only", "gate", "lang")
_SEALED: Final = ("label_da", "label_en")
ReadContext = Annotated[RequestContext, Depends(may(Task.OWN_KINDS, plain=_PLAIN, is_change=False))]
WriteContext = Annotated[RequestContext, Depends(may(Task.OWN_KINDS, plain=_PLAIN, sealed=_SEALED))]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200,
           description="the ETag of the own kinds as you read them",
           examples=['"5f0c3a2b9d7a6e30"']),
]  # fmt: skip
_FOR_ALL: Final = bilingual(
    "Own kinds are for everybody, so a steward whose area is the whole country changes them."
)
_NOT_WRITABLE: Final = bilingual(
    "The server may not write the file of own kinds. Ask whoever runs it."
)
_BAD_FILE: Final = bilingual(
    "The file of own kinds was changed on the server and cannot be used. Ask whoever runs it."
)
_STALE: Final = bilingual(
    "The own kinds were changed by somebody else. Look at them again, and repeat your change."
)

router = APIRouter(
    prefix="/vocabulary/own-kinds", tags=["Which words are there?"], route_class=AuditedRoute
)


@router.get("")
def read_own_kinds(context: ReadContext, response: Response) -> KeptOwnKinds:
    """Lists the own kinds, what each narrows, and how many nodes are of it.

    Send the `ETag` back as `If-Match` to change one. `faults` lists what is wrong with a file that
    was changed on the server; until it is corrected, its last good content is in force.
    """
    directory, lang = context.directory, context.lang
    own_kinds, file = directory.own_kinds, directory.own_kinds_file
    counts = Counter[str]()
    for use in directory.own_kinds_in_use():
        counts[use.own_kind] += use.nodes
    reason = _why_not(context)
    if file is not None and reason is None:
        response.headers["ETag"] = _etag(file.text())
    fault = None if file is None else file.fault
    return KeptOwnKinds(
        found=tuple(
            KeptOwnKind(
                **own_kind(kind, lang).model_dump(),
                narrows=tuple(NARROWS & row_values(kind, own_kinds).keys()),
                nodes=counts[kind.id],
            )
            for kind in own_kinds.rows
        ),
        may_change=reason is None,
        why_not=None if reason is None else reason[0 if lang == "da" else 1],
        faults=() if fault is None else fault.lines(lang),
    )


@router.post("", status_code=201)
def add_own_kind(
    context: WriteContext, response: Response, body: NewOwnKind, if_match: IfMatch = None
) -> OwnKind:
    """Adds an own kind beneath one of the vocabulary or another own kind."""

    def add_row(text: str, before: OwnKinds) -> str:
        if body.id in before.by_id:
            raise _refusal([_error("id", Rule.DUPLICATE, context.lang)])
        return with_row(text, _values(body.id, body))

    return _edit_kind(context, response, if_match, body.id, add_row)


@router.put("/{kind_id}")
def change_own_kind(
    context: WriteContext,
    response: Response,
    kind_id: str,
    body: AskedOwnKind,
    if_match: IfMatch = None,
) -> OwnKind:
    """Replaces the row of an own kind; its id does not change."""

    def replace_row(text: str, before: OwnKinds) -> str:
        if kind_id not in before.by_id:
            raise NotFound(kind_id)
        return with_row(text, _values(kind_id, body))

    return _edit_kind(context, response, if_match, kind_id, replace_row)


@router.delete("/{kind_id}", status_code=204)
def delete_own_kind(context: WriteContext, kind_id: str, if_match: IfMatch = None) -> None:
    """Removes an own kind that is not in use.

    No node may be of it, and no other own kind beneath it.
    """
    lang = context.lang

    def remove_row(text: str, before: OwnKinds) -> str:
        if kind_id not in before.by_id:
            raise NotFound(kind_id)
        beneath = sum(row.is_a == kind_id for row in before.rows)
        if beneath:
            detail = ngettext(
                "{count} own kind is beneath it: move or remove that first",
                "{count} own kinds are beneath it: move or remove these first",
                beneath, lang,
            )  # fmt: skip
            raise _refusal([_error("", Rule.IN_USE, lang, detail)])
        return without_row(text, kind_id)

    _write(context, if_match, kind_id, remove_row)


def own_kind(kind: Kind, lang: Language) -> OwnKind:
    """The wire form of an own kind."""
    return OwnKind(
        id=kind.id, of=type(kind.parent).__name__, parent=kind.parent.value, is_a=kind.is_a,
        label=kind.label(lang), label_da=kind.label_da, label_en=kind.label_en,
        tiers=tuple(sorted(kind.tiers)), is_unit_only=kind.is_unit_only,
        gate=None if kind.gate is None else kind.gate.value,
    )  # fmt: skip


def _values(own_id: str, body: AskedOwnKind) -> Values:
    values: dict[str, str | bool | Sequence[str]] = {
        "id": own_id, "of": body.of, "is_a": body.is_a, "label_da": body.label_da,
        "label_en": body.label_en,
    }  # fmt: skip
    if body.tiers:
        values["tiers"] = body.tiers
    if body.is_unit_only:
        values["is_unit_only"] = True
    if body.gate is not None:
        values["gate"] = body.gate
    return values


def _edit_kind(
    context: RequestContext,
    response: Response,
    if_match: str | None,
    kind_id: str,
    edit: Callable[[str, OwnKinds], str],
) -> OwnKind:
    text, after = _write(context, if_match, kind_id, edit)
    response.headers["ETag"] = _etag(text)
    return own_kind(after.by_id[kind_id], context.lang)


def _write(
    context: RequestContext,
    if_match: str | None,
    kind_id: str,
    edit: Callable[[str, OwnKinds], str],
) -> tuple[str, OwnKinds]:
    """Change the file, and return its text and kinds; `edit` makes the new text of the old one.

    Raises:
        Refusal: the caller may not, the file was changed meanwhile, or a fault stands in `errors`.
        NotFound: there is no such kind.
    """
    file = context.directory.own_kinds_file
    reason = _why_not(context)
    if file is None or reason is not None:
        raise Refusal("forbidden", reason, needed="OWN_KINDS")
    if if_match is None:
        raise Refusal("precondition-required", NO_ETAG)
    with context.directory.hold_own_kinds(file):
        try:
            text = file.text()
            before = kinds_in(text)
        except (OSError, UnicodeDecodeError, InvalidVocabulary) as error:
            raise Refusal("conflict", _BAD_FILE) from error  # since it was checked above
        if if_match != _etag(text):
            raise Refusal("conflict", _STALE)
        changed = edit(text, before)
        try:
            after = kinds_in(changed)
        except InvalidVocabulary as error:
            ids = [row.id for row in before.rows]
            if kind_id not in ids:
                ids.append(kind_id)
            errors: list[Mapping[str, Any]] = []
            for place, field, rule in error.faults:
                detail = rule.reason(field, context.lang)
                if ids[place] != kind_id:  # a fault of another row names it
                    detail = f"{before.by_id[ids[place]].label(context.lang)}: {detail}"
                errors.append(_error(field, rule, context.lang, detail))
            raise _refusal(errors) from error
        in_use = list(_use_errors(context, before, after, kind_id))
        if in_use:
            raise _refusal(in_use)
        try:
            file.write(changed)
        except OSError as error:
            raise Refusal("forbidden", _NOT_WRITABLE, needed="OWN_KINDS") from error
    return changed, after


def _why_not(context: RequestContext) -> tuple[str, str] | None:
    """Why the caller may not change own kinds, in Danish and English; None if they may."""
    directory = context.directory
    if not reaches_all_areas(context.view(), Role.STEWARD):
        return _FOR_ALL
    file, _ = directory.own_kinds_file, directory.own_kinds  # reads the file if it has changed
    if file is None or not file.is_writable():
        return _NOT_WRITABLE
    return None if file.fault is None else _BAD_FILE


def reaches_all_areas(view: View, role: Role) -> bool:
    """Whether the caller's grants of a role reach every area there is."""
    near = [granted.near for granted in view.grants if granted.grant.role is role]
    areas = view.rows(Label.AREA)
    return len(areas) > 0 and all(any(mask[area] for mask in near) for area in areas)


def _etag(text: str) -> str:
    return f'"{version_of(text)}"'


# ---- errors


def _refusal(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    details = "; ".join(str(error["detail"]) for error in errors)
    return Refusal("invalid", (f"{details}.", f"{details}."), errors=errors)


def _error(field: str, rule: Rule, lang: Language, detail: str | None = None) -> Mapping[str, Any]:
    return {
        "pointer": f"/{field}" if field else "", "id": None, "field": field, "rule": rule.value,
        "detail": detail or rule.reason(field, lang),
    }  # fmt: skip


def _use_errors(
    context: RequestContext, before: OwnKinds, after: OwnKinds, kind_id: str
) -> Iterator[Mapping[str, Any]]:
    """Yield why nodes of the register keep a kind from being removed, moved or narrowed."""
    uses, lang = context.directory.own_kinds_in_use(), context.lang
    misfit_count = _count(after.misfits(uses)) - _count(before.misfits(uses))
    if misfit_count > 0:
        detail = ngettext(
            "{count} in the register is of this kind", "{count} in the register are of this kind",
            misfit_count, lang,
        )  # fmt: skip
        is_moved = kind_id in after.by_id
        yield _error("is_a" if is_moved else "", Rule.IN_USE, lang, detail)
    left_out = Counter(after.narrowed_out(uses))
    left_out.subtract(before.narrowed_out(uses))
    for field in sorted(NARROWS):
        count = sum(nodes for (_, key), nodes in left_out.items() if key == field and nodes > 0)
        if count:
            detail = ngettext(
                "{count} of this kind in the register does not fit",
                "{count} of this kind in the register do not fit", count, lang,
            )  # fmt: skip
            yield _error(field, Rule.IN_USE, lang, detail)


def _count(uses: Iterable[OwnKindUse]) -> int:
    return sum(use.nodes for use in uses)
