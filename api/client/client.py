"""`ApiClient`: a method for each question, and how it is signed in and out.

A question is a line: `ask` what is answered, `see` a thing with its version, `change` it, go
through `pages`, follow `events`. Each raises a `Problem` where the API answers something else.
"""

from datetime import date
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict, SecretStr, field_serializer

from api.client.line import Language, Line
from api.schemas.found import Paths
from api.schemas.handover import Handover
from api.schemas.health import Ready, Revision
from api.schemas.impact import SmallestTable
from api.schemas.names import NameHit, Names
from api.schemas.needs import (
    AskedHandover,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Need,
)
from api.schemas.reach import Reach
from api.schemas.stops import PathsThroughStops
from api.schemas.why_not import WhyNotAnswer


class ApiClient:
    """The API as one caller asks it; a context manager, and safe under threads.

    `token` is that of a session or an API token; without one, `sign_in` gets a session. `lang`:
    the language of all words. While the API is away it is asked again for `patience_s` at most.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        token: str | None = None,
        lang: Language = "da",
        *,
        patience_s: float = 10,
    ) -> None:
        self._line = Line(base_url, token=token, lang=lang, patience_s=patience_s)

    def __enter__(self) -> Self:
        """Itself; it hangs up at the end."""
        return self

    def __exit__(
        self,
        _cls: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hangs up; a session goes on until it is signed out."""
        self._line.close()

    # ---- who asks

    def sign_in(self, login: str, password: str, totp: str | None = None) -> None:
        """Opens a session, as which everything is asked from now on.

        Raises: NotSignedIn: wrong, locked, disabled or unknown; nobody is told which.
        """
        proof = _SignIn(
            login=login,
            password=SecretStr(password),
            totp=None if totp is None else SecretStr(totp),
        )
        session = self._line.ask("POST", "/sessions", _Session, body=proof)
        self._line.bear(session.token.get_secret_value())

    def sign_out(self) -> None:
        """Ends the session."""
        self._line.do("DELETE", "/sessions/current")
        self._line.bear(None)

    # ---- whom do I contact?

    def names(self, text: str, *, on: date | None = None, limit: int = 20) -> tuple[NameHit, ...]:
        """Who has a name like this, best first: `kontaktvej.names("ssp thisted")`."""
        return self._line.ask("GET", "/names", Names, text=text, on=on, limit=limit).found

    def paths(self, need: Need) -> Paths:
        """Whom to contact, through whom: `kontaktvej.paths(Need(area="mun-0787", sector="YOUTH"))`.

        No path is no problem: `none` says why, and what would have to exist.
        """
        return self._line.ask("POST", "/paths", Paths, body=need)

    def paths_through(self, asked: AskedStops) -> PathsThroughStops:
        """The same through stops: `AskedStops(target="act-ihm-0787", stops=("act-cde-1",))`."""
        return self._line.ask("POST", "/paths/stops", PathsThroughStops, body=asked)

    def why_not(self, asked: AskedWhyNot) -> WhyNotAnswer:
        """Why no path goes through: `AskedWhyNot(target="act-ihm-0787", node="net-ihn-1462")`."""
        return self._line.ask("POST", "/paths/why-not", WhyNotAnswer, body=asked)

    def reach(self, asked: AskedReach) -> Reach:
        """How far it is to each municipality: `AskedReach(start="aut-pet-fc", sector="YOUTH")`."""
        return self._line.ask("POST", "/reach", Reach, body=asked)

    def handover(self, asked: AskedHandover) -> Handover:
        """Who hands over: `AskedHandover(from_area="mun-0240", to_area="mun-0265")`."""
        return self._line.ask("POST", "/handover", Handover, body=asked)

    def table(self, asked: AskedTable) -> SmallestTable:
        """Who must be there: `AskedTable(area="mun-0787", required=("POLICE", "YOUTH"))`."""
        return self._line.ask("POST", "/table", SmallestTable, body=asked)

    # ---- is it well?

    def is_ready(self) -> bool:
        """Can the graph be asked? Raises: Unavailable: not for as long as we are patient."""
        return self._line.ask("GET", "/health/ready", Ready).is_ready

    def revision(self) -> int:
        """The counter raised by each write; asking for it keeps no session alive."""
        return self._line.ask("GET", "/health/revision", Revision).revision


class _SignIn(BaseModel):
    """Who signs in; the secrets are shown nowhere but on the wire."""

    login: str
    password: SecretStr
    totp: SecretStr | None

    @field_serializer("password", "totp", when_used="json-unless-none")
    def _sent(self, secret: SecretStr) -> str:
        return secret.get_secret_value()


class _Session(BaseModel):
    """What is needed of a session."""

    model_config = ConfigDict(extra="ignore")

    token: SecretStr
