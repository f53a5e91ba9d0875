"""What breaks if somebody or something leaves, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.entities import NodeName
from api.schemas.wire import Wire
from api.schemas.words import (
    Cooperation,
    Label,
    LinkType,
    NetworkKind,
    PostKind,
    Rung,
    SuccessorWhy,
)


class LocalWay(Wire):
    """The cheapest way to somebody who meets in a cooperation of a municipality.

    `rung`: 0 the target answers for the municipality itself, 1 for what it lies in, 2 for the
    country. `cost` in micro-nats, `chance` our estimate that it gets there in time.
    """

    target: NodeName
    rung: int = Field(examples=[0])
    hops: int = Field(examples=[3])
    cost: int = Field(examples=[866369])
    chance: float = Field(examples=[0.42])


class Loss(Wire):
    """A municipality and a cooperation reached worse than before; without `after`, no more.

    `farther`: where it is lost, the way to the first rung beyond where somebody is still reached.
    """

    area: NodeName
    cooperation: Cooperation
    before: LocalWay
    after: LocalWay | None = None
    farther: LocalWay | None = None


class Successor(Wire):
    """Somebody who could take over a post, and the post they sit on, or stand in at.

    Without `person` a team or line stands in. `km`: between the places both answer for.
    """

    why: SuccessorWhy
    post: NodeName
    person: NodeName | None = None
    km: int | None = Field(default=None, examples=[29])


class HangingPost(Wire):
    """A post that goes, or loses a holder, a deputy or a network; who answers there afterwards.

    Without `tie` it goes itself. `rung` is CLOSED where nobody answers afterwards.
    """

    post: NodeName
    kind: PostKind
    tie: LinkType | None = Field(default=None, examples=["HOLDS"])
    areas: tuple[NodeName, ...]
    rung: Rung = Field(examples=["DEPUTY"])
    who: NodeName | None = None
    successors: tuple[Successor, ...]


class HangingNetwork(Wire):
    """A network that goes, or loses somebody: how many posts meet there and answer.

    `coordinates`: whoever leaves coordinates it.
    """

    network: NodeName
    kind: NetworkKind
    is_gone: bool = Field(examples=[False])
    coordinates: bool = Field(examples=[True])
    posts_before: int = Field(examples=[4])
    posts_after: int = Field(examples=[3])
    coordinators_after: int = Field(examples=[1])


class Relation(Wire):
    """A working relation: who leaves, by which link, and who is left."""

    type: LinkType = Field(examples=["KNOWS"])
    node: NodeName
    other: NodeName


class Impact(Wire):
    """What leaves, and what is lost: by municipality, then cooperation.

    Ways begin at the national posts, or at `start`. `needs`: how many pairs of municipality and
    cooperation were reached before; `lost` are not any more, `worse` at a higher cost. `cut_off`:
    municipalities that nothing leads to any more. `civilians`: how many lose their last door
    opener, in fives; not told where they are fewer.
    """

    node: NodeName
    label: Label = Field(examples=["Person"])
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["5f0c2a9e7b31"])
    start: NodeName | None = None
    needs: int = Field(examples=[392])
    lost: int = Field(examples=[4])
    worse: int = Field(examples=[2])
    cut_off: tuple[NodeName, ...]
    losses: tuple[Loss, ...]
    posts: tuple[HangingPost, ...]
    networks: tuple[HangingNetwork, ...]
    relations: tuple[Relation, ...]
    civilians: int | None = Field(default=None, examples=[5])
