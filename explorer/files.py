"""File downloads: passed from the API to the browser, by a ticket or at once by a form.

They never pass through Streamlit's media store, whose addresses need no session. The request is in
the body of a form, never in an address.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Final, TypeVar

import streamlit as st
from anyio import to_thread
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api.client import (
    ApiClient,
    AskedContacts,
    AskedExport,
    AskedMap,
    AskedMatrix,
    AskedMetrics,
    AskedQueryExport,
    NotFound,
    NotSignedIn,
    Problem,
)
from api.client.client import DownloadedFile
from api.schemas.exports import Ticket
from explorer import session
from explorer.frame import ScreenContext
from explorer.i18n import Language, _, gettext_in, plain
from explorer.page import SESSION, language_of, sign_in_address
from explorer.problem_states import anchor, draw, show_problems
from explorer.reveal import draw_beyond, draw_refusal, is_exceedable
from explorer.session import client_for
from explorer.settings import ExplorerSettings

T = TypeVar("T")
_PATH: Final = "/eksport"
_QUESTIONS: Final = "/spoergsmaal"
_REFUSED_ROWS: Final = "/afviste-raekker"
_MOST_OF_FIELD: Final = 400_000
"""The longest request: 5,000 ids of nodes."""
ZIP: Final = "ZIP"
"""The format of a CSV file together with the file that describes it."""
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")


class Exports:
    """The routes that download a file with the session of the request."""

    def __init__(self, settings: ExplorerSettings) -> None:
        self._settings = settings

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route(_PATH, self.make_and_fetch, methods=["POST"]),
            Route(f"{_PATH}/{{ticket}}", self.fetch, methods=["GET"]),
            Route(f"{_QUESTIONS}/{{question}}", self.fetch_question, methods=["GET"]),
            Route(f"{_REFUSED_ROWS}/{{list}}", self.fetch_refused_rows, methods=["GET"]),
        ]

    async def fetch(self, request: Request) -> Response:
        """Return the file of a ticket, once; 404 if it is used, expired or another user's."""
        ticket = str(request.path_params["ticket"])
        return await self._file_response(
            request,
            lambda client: client.export(ticket),
            lambda lang: gettext_in(
                lang, "The file was fetched already, or its five minutes are over."
            ),
        )

    async def make_and_fetch(self, request: Request) -> Response:
        """Return the file that a form requests; the API checks and logs it as any other export."""
        form = await request.form(max_fields=3, max_files=0, max_part_size=_MOST_OF_FIELD)
        what, body, format = (str(form.get(name, "")) for name in ("export", "asked", "format"))
        return await self._file_response(
            request,
            lambda client: fetch_export(client, what, body, format),
            lambda lang: gettext_in(lang, "Does not exist, or you have no access."),
        )

    async def fetch_question(self, request: Request) -> Response:
        """Return a saved query as a file."""
        question = str(request.path_params["question"])

        def file(client: ApiClient) -> DownloadedFile:
            text = client.question_file(question).model_dump_json(exclude_none=True, indent=1)
            return DownloadedFile(
                name=f"{question}.json", media_type="application/json", content=text.encode()
            )

        return await self._file_response(
            request, file, lambda lang: gettext_in(lang, "Does not exist, or you have no access.")
        )

    async def fetch_refused_rows(self, request: Request) -> Response:
        """Return the refused rows of a list that is imported, as CSV."""
        import_id = str(request.path_params["list"])
        return await self._file_response(
            request,
            lambda client: client.import_errors(import_id),
            lambda lang: gettext_in(lang, "Does not exist, or you have no access."),
        )

    async def _file_response(
        self,
        request: Request,
        ask: Callable[[ApiClient], DownloadedFile],
        not_found: Callable[[Language], str],
    ) -> Response:
        """Return a file as the API returns it to the caller; `not_found` is the text of a 404."""
        token, lang = request.cookies.get(SESSION), language_of(request)
        if token is None:
            return RedirectResponse(sign_in_address("/", ""), 303)

        def fetch_file() -> DownloadedFile:
            with client_for(self._settings, request, token) as client:
                return ask(client)

        try:
            file = await to_thread.run_sync(fetch_file)
        except NotSignedIn:
            return RedirectResponse(sign_in_address("/", ""), 303)
        except NotFound:
            return HTMLResponse(not_found(lang), 404)
        except ValueError:  # not sent by a form of the explorer
            return HTMLResponse("", 422)
        except Problem as problem:
            return HTMLResponse(problem.title, problem.status or 503)
        name = file.name if _NAME.fullmatch(file.name) else "kontaktvej"
        return Response(
            file.content,
            media_type=file.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
            },
        )


_MAKERS: Final[Mapping[str, Callable[[ApiClient, str], Ticket]]] = {
    "nodes": lambda api, body: api.make_export(AskedExport.model_validate_json(body)),
    "map": lambda api, body: api.make_map_export(AskedMap.model_validate_json(body)),
    "matrix": lambda api, body: api.make_matrix_export(AskedMatrix.model_validate_json(body)),
    "metrics": lambda api, body: api.make_metrics_export(AskedMetrics.model_validate_json(body)),
    "query": lambda api, body: api.make_query_export(AskedQueryExport.model_validate_json(body)),
}


def fetch_export(client: ApiClient, what: str, body: str, format: str) -> DownloadedFile:
    """Make an export and return its file; `format` is for a query, or `ZIP` for any table.

    Raises: Problem: as the API reports; ValueError: no form of the explorer sends this request.
    """
    make = _MAKERS.get(what)
    if make is None:
        raise ValueError(f"no export is called {what}")
    if what == "query":
        query = json.loads(body)
        body = json.dumps({**query, "format": "CSV" if format == ZIP else format})
    ticket = make(client, body)
    file = client.export(ticket.ticket)
    if format != ZIP or ticket.about is None:
        return file
    about = client.export(ticket.about)
    content = zip_files({file.name: file.content, about.name: about.content})
    name = file.name.removesuffix(".csv") + ".zip"
    return DownloadedFile(name=name, media_type="application/zip", content=content)


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of files by name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def download(
    label: str, what: str, request: BaseModel, formats: Sequence[tuple[str, str]] = ()
) -> None:
    """Draw a button for each format that downloads the file with one click.

    `formats`: pairs of format and name; by default CSV, with and without its description.
    """
    offered = formats or (("CSV", "CSV"), (ZIP, _("CSV with description (ZIP)")))
    body = escape(request.model_dump_json(exclude_none=True))
    buttons = "".join(
        f'<button type="submit" name="format" value="{format}" '
        f'aria-label="{escape(f"{label}: {name}")}">{escape(name)}</button>'
        for format, name in offered
    )
    st.html(
        f'<form method="post" action="{_PATH}" target="_self" class="kv-fetch">'
        f"<span>{escape(label)}:</span>"
        f'<input type="hidden" name="export" value="{what}">'
        f'<input type="hidden" name="asked" value="{body}">{buttons}</form>'
    )


def question_address(question: str) -> str:
    """The address at which a saved query is downloaded."""
    return f"{_QUESTIONS}/{question}"


def refused_rows_address(import_id: str) -> str:
    """The address at which the refused rows of a list are downloaded."""
    return f"{_REFUSED_ROWS}/{import_id}"


def make(place: str, selection: object, ask: Callable[[], Ticket]) -> None:
    """Request the ticket of a file and store it in the session under `place`; or show why not."""
    with show_problems():
        st.session_state[place] = (selection, ask())


def make_contacts(
    context: ScreenContext, place: str, selection: object, request: AskedContacts
) -> None:
    """As `make`, for contact details; where the limit of the day is met, offer to go beyond it."""

    def go_beyond() -> None:
        request_file(request.model_copy(update={"purpose": "SERIOUS", "beyond": True}))

    def request_file(asked: AskedContacts) -> None:
        try:
            st.session_state[place] = (selection, context.client.reveal_contacts(asked))
        except Problem as problem:
            refuse(problem)

    def refuse(problem: Problem) -> None:
        if not is_exceedable(problem):
            draw(problem)
            return
        draw_refusal(problem)
        draw_beyond(f"{place}-beyond", go_beyond)

    request_file(request)


def offer(place: str, selection: object) -> None:
    """Draw the download link of the ticket stored under `place`, while `selection` is on screen.

    The link works once and within five minutes; data that the file lacks are listed before it.
    """
    entry: tuple[object, Ticket] | None = st.session_state.get(place)
    if entry is None or entry[0] != selection:
        return
    ticket = entry[1]
    for loss in ticket.losses:
        st.caption(plain(loss.text))
    anchor(_("Download {file}", file=ticket.file), f"{_PATH}/{ticket.ticket}")
    if ticket.about is not None:
        anchor(_("What the file is (JSON)"), f"{_PATH}/{ticket.about}")


def export(label: str, request: T, ask: Callable[[T], Ticket], *, key: str) -> None:
    """Draw the button that makes a file, and its download link while the request is the same."""
    if st.button(label, key=key):
        make(f"{key}-ticket", request, lambda: ask(request))
    offer(f"{key}-ticket", request)


MOST_NODES: Final = 5_000
"""The largest number of nodes that the API exports at once."""


def as_file(
    context: ScreenContext, nodes: tuple[str, ...], *, key: str, on: date | None = None
) -> None:
    """Draw the export of nodes in a chosen format, for users who may export; people appear by id.

    `on`: the date on which all the nodes are valid, where that is not the date of the screen.
    """
    if not nodes or not session.may(context.me, "EXPORT"):
        return
    on = on or (context.as_of)
    with st.expander(_("Download")):
        names = session.terms("ExportFormat")
        chosen_format = st.radio(
            _("Format"), list(names), key=f"{key}-format", format_func=names.__getitem__,
            horizontal=True,
        )  # fmt: skip
        request = AskedExport(format=chosen_format, nodes=nodes, on=on)
        export(_("Make the file"), request, context.client.make_export, key=f"{key}-make")
