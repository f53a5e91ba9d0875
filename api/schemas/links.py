"""Which links there are, on the wire. What is not told or empty is left out."""

from pydantic import Field

from api.schemas.entities import Checked, Fields, NodeName
from api.schemas.wire import Wire


class LinkCard(Wire):
    """A link from its source to its target; `fields` holds all that is told of it."""

    id: str = Field(examples=["coordinates-ssp-0787"])
    type: str = Field(examples=["COORDINATES"])
    source: NodeName
    target: NodeName
    check: Checked | None = None
    fields: Fields = Field(examples=[{"function": "COORDINATOR", "strength": 0.9}])


class Links(Wire):
    """Some links by id; where there are more, `next` is the `page` to ask for."""

    found: tuple[LinkCard, ...]
    next: str | None = None
