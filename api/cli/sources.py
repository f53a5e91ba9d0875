"""`kontaktvej sources`: the sources of imports, and their next lists fetched for the stewards.

Where a source comes from is said in `import-sources.toml` in the data folder, a table for each
source: a file, a folder whose newest file is read, or an address with its token.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from api.cli.console import ERR, OUT, _, error_text, language, table_with
from api.cli.import_choices import ends_of, format_of
from api.cli.local_store import command_settings, open_installation
from api.cli.options import NOT_UNDERSTOOD, Lang, flag
from api.cli.saved_imports import MOST_BYTES, leave_list
from api.i18n import N_, bilingual
from graph.errors import GraphError, InvalidNeed
from graph.exchange.imports import records
from graph.store.location import store_location

if TYPE_CHECKING:
    import httpx

_FILE: Final = "import-sources.toml"
_QUERY: Final = Path(records.__file__).with_name("os2mo.graphql")
_TIMEOUT_S: Final = 60.0
_HEADS: Final = (N_("Source"), N_("Area"), N_("Comes from"))


class SourcePlace(BaseModel):
    """Where the lists of a source come from, and how they are read.

    `token_file` has the bearer token of an address; with `token_url` and `client_id` it has the
    secret of the client for which a token is given there (OAuth 2, client credentials).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: str = Field(alias="from", min_length=1)
    format: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    ends: str | None = None
    token_file: Path | None = None
    token_url: str | None = None
    client_id: str | None = None

    @property
    def is_address(self) -> bool:
        """Whether the list is fetched from an address."""
        return self.origin.startswith(("https://", "http://"))

    @model_validator(mode="after")
    def _is_whole(self) -> "SourcePlace":
        if (self.token_url is None) != (self.client_id is None):
            raise ValueError("token_url and client_id belong together")
        if self.token_url is not None and self.token_file is None:
            raise ValueError("token_file has the secret of the client")
        if self.token_file is not None and not self.is_address:
            raise ValueError("a token is for an address")
        return self


_PLACES: Final = TypeAdapter(dict[str, SourcePlace])


def sources(
    fetches: Annotated[
        bool, flag(_("Fetch the next list of each, and leave what differs"), "--fetch")
    ] = False,
    lang: Lang = None,
) -> None:
    """List the sources of imports, or fetch their next lists.

    Raises:
        InvalidNeed: the file of places cannot be understood.
        Exit: a list could not be fetched or read, or waits for a choice.
    """
    locale = language(lang)
    places = places_in(store_location().home / _FILE)
    with open_installation(command_settings(), locale) as (_store, accounts):
        saved = {row.source: row.area for row in accounts.imports.saved_sources()}
    if not fetches:
        table = table_with(_(head, locale) for head in _HEADS)
        for name in sorted({*saved, *places}):
            origin = places[name].origin if name in places else "–"
            area = saved.get(name) or _("not imported on the screen yet", locale)
            table.add_row(name, area, origin)
        OUT.print(table)
        return
    failed = 0
    for name, place in places.items():
        OUT.print(f"{name}: {place.origin}", style="bold", soft_wrap=True)
        try:
            file, data = next_list(place)
            leave_list(
                file, data, name, form=format_of(place.format), sheet=place.sheet,
                encoding=place.encoding, ends=ends_of(place.ends), lang=locale,
            )  # fmt: skip
        except GraphError as error:
            ERR.print(error_text(error, locale))
            failed += 1
        except typer.Exit:  # it waits for a choice
            failed += 1
    if failed:
        raise typer.Exit(NOT_UNDERSTOOD)


def places_in(file: Path) -> Mapping[str, SourcePlace]:
    """Return the places of a file; none if there is no file. Raises: InvalidNeed."""
    if not file.is_file():
        return {}
    try:
        return _PLACES.validate_python(tomllib.loads(file.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = str(error)
        if isinstance(error, ValidationError):
            reason = "; ".join(
                f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
                for fault in error.errors(include_input=False)
            )
        raise InvalidNeed(_FILE, reason, reason) from None


def next_list(place: SourcePlace) -> tuple[str, bytes]:
    """Return the name and content of the next list, at most one byte more than is read.

    Raises: InvalidNeed: there is none, or its address does not give it.
    """
    import httpx  # 60 ms, imported on demand

    if not place.is_address:
        path = Path(place.origin)
        if path.is_dir():
            files = (file for file in path.iterdir() if file.is_file())
            shown = [file for file in files if not file.name.startswith(".")]
            path = max(shown, key=lambda file: file.stat().st_mtime, default=path)
        if not path.is_file():
            raise InvalidNeed("from", *bilingual("there is no file {file}", file=path))
        with path.open("rb") as stream:
            return path.name, stream.read(MOST_BYTES)
    try:
        with httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False) as client:
            headers: dict[str, str] = {}
            if place.token_file is not None:
                headers["Authorization"] = f"Bearer {_token(client, place, place.token_file)}"
            is_query = place.format is not None and place.format.casefold() == "os2mo"
            request = client.build_request(
                "POST" if is_query else "GET", place.origin, headers=headers,
                json={"query": _QUERY.read_text("utf-8")} if is_query else None,
            )  # fmt: skip
            answer = client.send(request, stream=True)
            _require_success(answer)
            data = bytearray()
            for part in answer.iter_bytes():
                data += part
                if len(data) >= MOST_BYTES:
                    break
            answer.close()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _not_fetched(type(error).__name__) from None
    return Path(httpx.URL(place.origin).path).name or "list", bytes(data[:MOST_BYTES])


def _token(client: "httpx.Client", place: SourcePlace, file: Path) -> str:
    """The token of a place. Raises: InvalidNeed: it cannot be had."""
    try:
        token = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise InvalidNeed("token_file", *bilingual("there is no file {file}", file=file)) from None
    if place.token_url is not None and place.client_id is not None:
        answer = client.post(
            place.token_url, data={"grant_type": "client_credentials"},
            auth=(place.client_id, token),
        )  # fmt: skip
        _require_success(answer)
        try:
            token = str(answer.json()["access_token"])
        except (ValueError, KeyError, TypeError):
            raise _not_fetched("access_token") from None
    return token


def _require_success(answer: "httpx.Response") -> None:
    if not answer.is_success:
        raise _not_fetched(f"{answer.status_code} {answer.reason_phrase}")


def _not_fetched(why: str) -> InvalidNeed:
    return InvalidNeed("from", *bilingual("the list cannot be fetched: {why}", why=why))
