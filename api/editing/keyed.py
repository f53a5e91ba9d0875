"""A write under an Idempotency-Key: one that is sent again is told what the first try did."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Header, Request

from api.editing.idempotency import IdempotencyRecord, WriteKeys, body_digest, key_digest
from api.errors import Refused
from api.state import RequestContext, record_intent
from graph.errors import GraphError, StoreUnavailable

_PATTERN: Final = r"^[\x21-\x7e]{8,128}$"


class IdempotencyKey(NamedTuple):
    """A request's Idempotency-Key, and all that it must stand for when it comes again."""

    key: str | None = None
    body: tuple[bytes, ...] = ()


async def _key(
    request: Request,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", pattern=_PATTERN, examples=["3f1c2a9e-5d0b-4c55-9d5e"],
               description="the same key and body change nothing a second time, for 24 hours"),
    ] = None,
) -> IdempotencyKey:  # fmt: skip
    told = (
        sorted(request.path_params.items()), sorted(request.query_params.items()),
        request.headers.get("if-match"),
    )  # fmt: skip
    return IdempotencyKey(key, (repr(told).encode(), await request.body()))


Keyed = Annotated[IdempotencyKey, Depends(_key)]
NO_KEY: Final = IdempotencyKey()


@contextmanager
def idempotency_record(
    context: RequestContext, key: IdempotencyKey
) -> Generator[IdempotencyRecord]:
    """The turn of a key while its write is made; of a request without one, the only turn there is.

    Where it is a repeat, the write has the name of the first try, in the audit log too.

    Raises: Refused: as `WriteKeys.begin`.
    """
    if key.key is None:
        now = datetime.now(UTC)
        yield IdempotencyRecord(
            digest="", change_set=context.change_set_id, is_repeat=False, begun_at=now
        )
        return
    keys = WriteKeys(context.app_state.accounts.engine)
    turn = keys.begin(
        key_digest(context.who.account, context.action, key.key),
        body_digest(context.app_state.web_key, *key.body),
        context.change_set_id,
    )
    try:
        if turn.is_repeat:
            context.change_set = turn.change_set
            record_intent(context)
        yield turn
    except BaseException as error:
        if _is_free(context, turn, error):
            keys.release(turn)
        else:
            keys.leave(turn)
        raise
    keys.settle(turn)


def _is_free(context: RequestContext, turn: IdempotencyRecord, error: BaseException) -> bool:
    """Whether it is certain that nothing is written under a key, so that it may be used again.

    Of a bug of ours nobody knows whether it came before or after; and what was refused because it
    was taken back meanwhile is asked for anew, not sent again.
    """
    if not isinstance(error, Refused | GraphError) or isinstance(error, StoreUnavailable):
        return False
    if isinstance(error, Refused) and error.kind.slug == "withdrawn":
        return False
    try:
        return not turn.is_repeat or context.directory.written(turn.change_set) is None
    except StoreUnavailable:
        return False
