"""A kind of problem, on the wire."""

from pydantic import Field

from api.schemas.wire import Wire


class ProblemKind(Wire):
    """What a problem of this `type` means, and what whoever met it can do."""

    type: str = Field(examples=["/problems/store-unavailable"])
    status: int = Field(ge=400, le=599, examples=[503])
    title: str = Field(examples=["The database does not answer"])
    explanation: str = Field(examples=["Ask again in a few seconds."])
