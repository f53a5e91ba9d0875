"""Is it well, at which revision, and what does it say of itself?"""

from typing import Any

from pydantic import RootModel

from api.client.transport import ApiSection, at
from api.schemas.health import Ready, Revision
from api.schemas.problems import ProblemKind


class Checking(ApiSection):
    """The machine, and the API itself."""

    def live(self) -> Ready:
        """The process answers. Raises: Unreachable: not for as long as we are patient."""
        return self._line.ask("GET", "/health/live", Ready)

    def ready(self) -> Ready:
        """The graph can be asked. Raises: Unavailable: not for as long as we are patient."""
        return self._line.ask("GET", "/health/ready", Ready)

    def revision(self) -> Revision:
        """The counter raised by each write; asking for it keeps no session alive."""
        return self._line.ask("GET", "/health/revision", Revision)

    def openapi(self) -> dict[str, Any]:
        """The whole API as OpenAPI 3.1."""
        return self._line.ask("GET", "/openapi.json", RootModel[dict[str, Any]]).root

    def problem_kind(self, slug: str) -> ProblemKind:
        """What a kind of problem means and what to do: `problem_kind(problem.slug)`."""
        return self._line.ask("GET", at("problems", slug), ProblemKind)
