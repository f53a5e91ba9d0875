"""HTTP layer of the client: bearer token, language, versions, retries, pages, event streams."""

import secrets
import ssl
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any, Final, Generic, Literal, Protocol, Self, TypeVar, cast
from urllib.parse import quote

import httpx
from httpx_sse import EventSource
from pydantic import BaseModel, SecretStr
from pydantic_core import to_json
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_before_delay

from api.client.problems import Problem, Unavailable, Unreachable, problem_in, unreachable


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """A server-sent event with its id, name and data."""

    id: str
    name: str
    data: str


Language = Literal["da", "en"]
M = TypeVar("M", bound=BaseModel)
Send = Callable[[], httpx.Response]
SentAgain = Callable[[BaseException], bool]
TIMEOUT: Final = httpx.Timeout(25, connect=2)  # longer than the time limit of the API for a request
_IMPORT_TIMEOUT: Final = httpx.Timeout(600, connect=2)
"""A list of many rows: its progress is shown meanwhile, and it can be discarded."""
_BETWEEN_EVENTS_S: Final = 40  # the API sends a heartbeat every 15 s
_AGAIN_S: Final = 0.5  # if the API gives no Retry-After
_NOTHING_DONE: Final = frozenset({"store-unavailable", "busy"})
"""Problems after which nothing was done, so that any request may be repeated."""


class Page(Protocol):
    """A page of a list."""

    @property
    def next(self) -> str | int | None:
        """The parameter value for the next page; None: this is the last."""

    @classmethod
    def model_validate_json(cls, json_data: bytes) -> Self:
        """The page from its JSON."""
        ...


P = TypeVar("P", bound=Page)


def at(*parts: str) -> str:
    """A URL path; each part is quoted, so that an id cannot add segments."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


@dataclass(frozen=True, slots=True)
class VersionedValue(Generic[M]):
    """An element with its version, which is sent with a change to prevent lost updates.

    `etag` is None for an element that cannot be changed.
    """

    value: M
    etag: str | None


def _is_away(error: BaseException) -> bool:
    return isinstance(error, Unavailable)


def _was_nothing_done(error: BaseException) -> bool:
    if isinstance(error, Unreachable):
        return not error.was_sent
    return isinstance(error, Problem) and error.slug in _NOTHING_DONE


@cache
def _trusted_certificates() -> ssl.SSLContext:
    """Return httpx's usual certificates, which every client of a process reads once (30 ms)."""
    return httpx.create_ssl_context()


class Transport:
    """A persistent connection to the API; thread-safe.

    While the API responds with 503, or not at all, requests are retried at the time it gives, for
    at most `patience_s` seconds in all: reads always; a write with its idempotency key, so that it
    takes effect once; a write without a key only if nothing can have been done.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None,
        lang: Language,
        patience_s: float,
        pool: httpx.BaseTransport | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url,
            timeout=TIMEOUT,
            transport=pool,
            headers=headers,
            verify=True if pool is not None else _trusted_certificates(),  # a pool has its own
        )
        self._is_own = pool is None
        self._http.headers["Accept-Language"] = lang
        self._patience_s = patience_s
        self.set_token(token)

    @property
    def address(self) -> str:
        """The base address of the API."""
        return str(self._http.base_url)

    def set_token(self, token: str | None) -> None:
        """Set the token of all later requests; None: without authentication."""
        self._http.headers.pop("Authorization", None)
        if token is not None:
            self._http.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Close the connections; a pool that was passed in stays open for its owner."""
        if self._is_own:
            self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        model: type[M],
        *,
        body: BaseModel | None = None,
        **params: object,
    ) -> M:
        """A request with its response as a model.

        Raises: Problem: an error response of the API.
        """
        return model.model_validate_json(self._send_request(method, path, body, params).content)

    def get_versioned(self, path: str, model: type[M], **params: object) -> VersionedValue[M]:
        """An element with its version. Raises: as `ask`."""
        return _versioned_value(self._send_request("GET", path, None, params), model)

    def change(
        self,
        method: str,
        path: str,
        model: type[M],
        *,
        body: BaseModel | None = None,
        etag: str | None = None,
        key: str | None = None,
        **params: object,
    ) -> VersionedValue[M]:
        """A write; returns the element with its new version.

        `etag` is the version it was based on. With a `key`, a repeated write takes effect once; the
        client generates one if none is given, and retries with it.

        Raises: as `ask`.
        """
        headers = {"Idempotency-Key": key or secrets.token_urlsafe(24)}
        if etag is not None:
            headers["If-Match"] = etag
        return _versioned_value(self._send_request(method, path, body, params, headers), model)

    def post_once(
        self,
        method: str,
        path: str,
        model: type[M],
        *,
        body: BaseModel | None = None,
        etag: str | None = None,
    ) -> M:
        """A write without an idempotency key, with its response. Raises: as `ask`."""
        based_on = {} if etag is None else {"If-Match": etag}
        response = self._send_request(
            method, path, body, {}, based_on, is_sent_again=_was_nothing_done
        )
        return model.model_validate_json(response.content)

    def upload(self, path: str, model: type[M], data: bytes, **params: object) -> M:
        """A file as the body of a request, with its response. Raises: as `ask`."""
        request = self._http.build_request(
            "POST", path, params=_query_parameters(params), content=data, timeout=_timeout(path),
            headers={"Content-Type": "application/octet-stream"},
        )  # fmt: skip
        response = self._retry(partial(self._http.send, request), _was_nothing_done)
        return model.model_validate_json(response.content)

    def fetch(self, path: str) -> httpx.Response:
        """A resource that can be read once; repeated only if nothing was done. Raises: as `ask`."""
        return self._send_request("GET", path, None, {}, is_sent_again=_was_nothing_done)

    def replace(
        self, path: str, model: type[M], *, body: BaseModel, etag: str
    ) -> VersionedValue[M]:
        """Replace an element of a given version. Raises: as `ask`."""
        based_on = {"If-Match": etag}
        response = self._send_request(
            "PUT", path, body, {}, based_on, is_sent_again=_was_nothing_done
        )
        return _versioned_value(response, model)

    def send(
        self, method: str, path: str, *, body: BaseModel | None = None, etag: str | None = None
    ) -> None:
        """A write without an idempotency key and without a response. Raises: as `ask`."""
        based_on = {} if etag is None else {"If-Match": etag}
        self._send_request(method, path, body, {}, based_on, is_sent_again=_was_nothing_done)

    def pages(
        self, path: str, model: type[P], *, place: str = "page", **params: object
    ) -> Iterator[P]:
        """The pages of a list from the first or the given one, each requested when it is reached.

        `place` is the parameter that takes the `next` of the preceding page.

        Raises: as `ask`.
        """
        while True:
            page = model.model_validate_json(self._send_request("GET", path, None, params).content)
            yield page
            if page.next is None:
                return
            params[place] = page.next

    def events(
        self, path: str, *, last: str | None = None, **params: object
    ) -> Generator[StreamEvent]:
        """An endless stream of events; after an interruption it continues from the last event.

        Raises: Problem: an error response of the API, or it is unavailable for too long.
        """
        headers = {"Accept": "text/event-stream"}
        timeout = httpx.Timeout(_BETWEEN_EVENTS_S, connect=2)
        while True:
            before = last
            request = self._http.build_request(
                "GET", path, params=_query_parameters(params), timeout=timeout,
                headers=headers | ({"Last-Event-ID": last} if last else {}),
            )  # fmt: skip
            response = self._retry(partial(self._http.send, request, stream=True), _is_away)
            with closing(response), suppress(httpx.TransportError):
                for event in EventSource(response).iter_sse():
                    if event.data:  # a heartbeat has none
                        last = event.id or last
                        yield StreamEvent(event.id, event.event, event.data)
            if last == before:  # the stream was cut off before its first event
                time.sleep(_AGAIN_S)

    def _send_request(
        self,
        method: str,
        path: str,
        body: BaseModel | None,
        params: Mapping[str, object],
        headers: Mapping[str, str] | None = None,
        *,
        is_sent_again: SentAgain = _is_away,
    ) -> httpx.Response:
        content = None
        if body is not None:  # secrets leave the client in clear only here
            headers = {"Content-Type": "application/json", **(headers or {})}
            content = to_json(
                {
                    name: value.get_secret_value() if isinstance(value, SecretStr) else value
                    for name, value in body.model_dump(exclude_unset=True).items()
                }
            )
        request = self._http.build_request(
            method, path, params=_query_parameters(params), headers=headers, content=content,
            timeout=_timeout(path),
        )  # fmt: skip
        return self._retry(partial(self._http.send, request), is_sent_again)

    def _retry(self, send: Send, is_sent_again: SentAgain) -> httpx.Response:
        """The final response after retries."""
        patient = Retrying(
            retry=retry_if_exception(is_sent_again),
            stop=stop_before_delay(self._patience_s),
            wait=_wait,
            reraise=True,
        )
        return patient(_answer, send)


def _timeout(path: str) -> httpx.Timeout:
    return _IMPORT_TIMEOUT if path.startswith("/imports") else TIMEOUT


def _answer(send: Send) -> httpx.Response:
    try:
        response = send()
    except httpx.TransportError as error:
        raise unreachable(error) from error
    if response.is_success:
        return response
    response.read()
    raise problem_in(response)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    seconds = error.retry_after_s if isinstance(error, Unavailable) else None
    return _AGAIN_S if seconds is None else seconds


def _versioned_value(response: httpx.Response, model: type[M]) -> VersionedValue[M]:
    return VersionedValue(model.model_validate_json(response.content), response.headers.get("etag"))


def _query_parameters(params: Mapping[str, object]) -> dict[str, Any]:
    """The parameters without None; dates in ISO form."""

    def text(value: object) -> object:
        if isinstance(value, tuple | list):
            return [str(member) for member in cast("Iterable[object]", value)]
        return value.isoformat() if isinstance(value, date) else value

    return {name: text(value) for name, value in params.items() if value is not None}


class ApiSection:
    """A group of operations that share a transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
