"""Where formal membership and working relations differ, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import NodeName
from api.schemas.words import NetworkKind


class NetworkRelations(Wire):
    """A network, its posts and the people on them; of how many pairs, so many know each other.

    `share` of the pairs; not told where there are none.
    """

    network: NodeName
    kind: NetworkKind = Field(examples=["SSP"])
    posts: int = Field(examples=[5])
    people: int = Field(examples=[4])
    pairs: int = Field(examples=[6])
    known: int = Field(examples=[2])
    share: float | None = Field(default=None, examples=[0.33])


class Relations(Wire):
    """Networks in which the fewest know each other first.

    `known`: pairs of all people who know each other; `apart`: of these, so many meet in no network
    at all. `is_cut`: there are more networks.
    """

    area: NodeName | None = None
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    networks: tuple[NetworkRelations, ...]
    known: int = Field(examples=[898])
    apart: int = Field(examples=[12])
    is_cut: bool = Field(examples=[False])
