"""What breaks if somebody or something leaves, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import NodeName
from api.schemas.words import (
    AvailabilityState,
    FitGroup,
    Label,
    LinkType,
    NetworkKind,
    PostKind,
    Reference,
    Rung,
    SuccessorWhy,
    Tier,
    Worsening,
)


class BestContact(Wire):
    """The best contact that is reached, and the best way there.

    `fit` is the number of its class, 1 for the best, and `group` who is in that; `rung` who answers
    on the date, `state` whether from the first opening on. `is_old`: the way rests on a check that
    is more than a year old, or on none. `cost` in micro-nats, `chance` our estimate that it gets
    there in time; no hops: whoever asks is it.
    """

    post: NodeName
    fit: int = Field(examples=[1])
    group: FitGroup = Field(examples=["COORDINATOR"])
    rung: Rung = Field(examples=["HOLDER"])
    state: AvailabilityState = Field(examples=["ANSWERING"])
    is_old: bool = Field(examples=[False])
    hops: int = Field(examples=[3])
    cost: int = Field(examples=[866369])
    chance: float = Field(examples=[0.42])


class Loss(Wire):
    """What is reached worse in a municipality than before; without `after`, no more.

    `tier` is that of the posts ways begin at: the national one, or the municipality's police
    district; without it they were named. `what` got worse first: the contact's class, who answers,
    the age of the checks, the hops, the cost.
    """

    area: NodeName
    reference: Reference
    tier: Tier | None = Field(default=None, examples=["DISTRICT"])
    what: Worsening = Field(examples=["HOPS"])
    before: BestContact
    after: BestContact | None = None


class Successor(Wire):
    """Somebody who could take over a post, and the post they sit on, or stand in at.

    Without `person` a team or line stands in, or where `is_hidden`, somebody whose name is not for
    you. `km`: between the places both answer for.
    """

    why: SuccessorWhy
    post: NodeName
    person: NodeName | None = None
    is_hidden: bool = Field(examples=[False])
    km: int | None = Field(default=None, examples=[29])


class HangingPost(Wire):
    """A post that goes, or loses a holder, a deputy or a network; who answers there afterwards.

    Without `tie` it goes itself. `rung` is CLOSED where nobody answers afterwards. `is_hidden`:
    somebody answers whose name is not for you.
    """

    post: NodeName
    kind: PostKind
    tie: LinkType | None = Field(default=None, examples=["HOLDS"])
    areas: tuple[NodeName, ...]
    rung: Rung = Field(examples=["DEPUTY"])
    who: NodeName | None = None
    is_hidden: bool = Field(examples=[False])
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
    """What leaves, and what is lost or worse: by municipality, reference and tier.

    Ways begin at the national posts and at the head of crime prevention of the municipality's
    police district, or at `start` alone. `needs`: how many were reached before; `lost` are not any
    more, `worse` are less well. `cut_off`: municipalities that nothing leads to any more.
    `civilians`: how many lose their last door opener, in fives; not told where they are fewer.
    """

    node: NodeName
    label: Label = Field(examples=["Person"])
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["5f0c2a9e7b31"])
    start: NodeName | None = None
    needs: int = Field(examples=[980])
    lost: int = Field(examples=[4])
    worse: int = Field(examples=[2])
    cut_off: tuple[NodeName, ...]
    losses: tuple[Loss, ...]
    posts: tuple[HangingPost, ...]
    networks: tuple[HangingNetwork, ...]
    relations: tuple[Relation, ...]
    civilians: int | None = Field(default=None, examples=[5])
