"""On whom the country hangs, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import NodeName
from api.schemas.words import Label, LinkType, NetworkKind, PostKind, Reference, Worsening


class Bridge(Wire):
    """Whoever leaves, and how much is lost or worse then, counted as in `impact`.

    `references` and `losses` count both, by what is asked for and by what got worse first;
    `municipalities` are those where anything is; to those `cut_off` nothing leads any more.
    """

    node: NodeName
    kind: PostKind | NetworkKind | None = None
    lost: int = Field(examples=[3])
    worse: int = Field(examples=[1])
    references: dict[Reference, int] = Field(examples=[{"SSP": 1, "INFOHOUSE": 2}])
    losses: dict[Worsening, int] = Field(examples=[{"CLASS": 1, "HOPS": 2}])
    municipalities: tuple[NodeName, ...]
    cut_off: tuple[NodeName, ...]


class Articulation(Wire):
    """A post or network without which so many posts are not joined to the top any more."""

    node: NodeName
    label: Label = Field(examples=["Actor"])
    behind: int = Field(examples=[7])


class BridgeLink(Wire):
    """The only link that joins so many posts to the top; `source` is nearer to it."""

    id: str = Field(examples=["refers-to-0315-1"])
    type: LinkType = Field(examples=["REFERS_TO"])
    source: NodeName
    target: NodeName
    behind: int = Field(examples=[1])


class Bridges(Wire):
    """Those whose leaving makes something worse: most first, a hundred at most.

    `bridges` go by the rules of paths; `articulations` and `links` by the graph of who works with
    whom alone, however far one walks. `worse_only`: so many, told or not, lose nothing. `apart`: so
    many posts are joined to the top by nothing. `is_cut`: there is more than is told.
    """

    label: Label = Field(examples=["Actor"])
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["5f0c2a9e7b31"])
    start: NodeName | None = None
    needs: int = Field(examples=[980])
    bridges: tuple[Bridge, ...]
    worse_only: int = Field(examples=[312])
    articulations: tuple[Articulation, ...]
    links: tuple[BridgeLink, ...]
    apart: int = Field(examples=[0])
    is_cut: bool = Field(examples=[False])
