"""Wire models of impact, bridges, cuts, metrics and relations."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.base import Sorted, Wire
from api.schemas.entities import NodeName
from api.schemas.words import (
    AvailabilityState,
    FitGroup,
    Label,
    LinkType,
    Metric,
    NetworkKind,
    PostKind,
    Reference,
    Rung,
    SuccessorWhy,
    Tier,
    Worsening,
)


class BestContact(Wire):
    """The best contact that can be reached, and the best path there.

    `fit` is the number of its class, 1 for the best, and `group` names that class; `rung` is who
    answers on the date, `state` whether they answer from the first opening on. `is_old`: the path
    relies on a link that was not checked for a year, or never. `cost` is in micro-nats, `chance` an
    estimate that a call gets there in time; no hops: it is the asker.
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
    """What is harder to reach in a municipality than before; without `after`, unreachable.

    `tier` is that of the posts where paths start: national, or police district; missing if a start
    was given. `what` is the first thing that got worse: the class of the contact, who answers, the
    age of checks, the hops, the cost.
    """

    area: NodeName
    reference: Reference
    tier: Tier | None = Field(default=None, examples=["DISTRICT"])
    what: Worsening = Field(examples=["HOPS"])
    before: BestContact
    after: BestContact | None = None


class PostSuccessor(Wire):
    """Somebody who could take over a post, and the post they hold or deputize for now.

    Without `person` it is a team or line, or, if `is_hidden`, somebody whose name you may not see.
    `km`: the distance between the places of the two posts.
    """

    why: SuccessorWhy
    post: NodeName
    person: NodeName | None = None
    is_hidden: bool = Field(examples=[False])
    km: int | None = Field(default=None, examples=[29])


class HangingPost(Wire):
    """A post that is lost, or loses a holder, a deputy or a network; who answers afterwards.

    Without `tie` the post itself is lost. `rung` is CLOSED if no one answers afterwards.
    `is_hidden`: somebody answers whose name you may not see.
    """

    post: NodeName
    kind: PostKind
    tie: LinkType | None = Field(default=None, examples=["HOLDS"])
    areas: tuple[NodeName, ...]
    rung: Rung = Field(examples=["DEPUTY"])
    who: NodeName | None = None
    is_hidden: bool = Field(examples=[False])
    successors: tuple[PostSuccessor, ...]


class HangingNetwork(Wire):
    """A network that is lost, or loses somebody: how many posts meet there and answer.

    `coordinates`: the one who leaves coordinates it.
    """

    network: NodeName
    kind: NetworkKind
    is_gone: bool = Field(examples=[False])
    coordinates: bool = Field(examples=[True])
    posts_before: int = Field(examples=[4])
    posts_after: int = Field(examples=[3])
    coordinators_after: int = Field(examples=[1])


class Relation(Wire):
    """A working relation: who leaves, by which link, and who stays."""

    type: LinkType = Field(examples=["KNOWS"])
    node: NodeName
    other: NodeName


class Impact(Wire):
    """What is lost or worse without a node: by municipality, reference and tier.

    Paths start at the national posts and at the head of crime prevention of the police district, or
    at `start` alone. `needs`: how many were reached before; `lost`: no longer reached; `worse`:
    harder to reach. `cut_off`: municipalities that can no longer be reached. `civilians`: how many
    lose their last door opener, rounded down to a multiple of five; missing if there are fewer.
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


class Bridge(Wire):
    """A node, and how much is lost or worse without it, counted as in `Impact`.

    `references` and `losses` count both, by what is asked for and by what got worse first;
    `municipalities` are those concerned, `cut_off` those that can no longer be reached.
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
    """A post or network without which `behind` posts are no longer joined to the national level."""

    node: NodeName
    label: Label = Field(examples=["Actor"])
    behind: int = Field(examples=[7])


class BridgeLink(Wire):
    """The only link that joins `behind` posts to the national level; `source` is nearer to it."""

    id: str = Field(examples=["refers-to-0315-1"])
    type: LinkType = Field(examples=["REFERS_TO"])
    source: NodeName
    target: NodeName
    behind: int = Field(examples=[1])


class Bridges(Wire):
    """The nodes whose loss makes something worse: the worst first, a hundred at most.

    `bridges` follow the rules of paths; `articulations` and `links` only the graph of who works
    with whom, at any number of steps. `worse_only`: the number of nodes, listed or not, whose loss
    makes paths worse but none impossible. `apart`: the number of posts that are not joined to the
    national level at all. `is_cut`: there are more.
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


class FewestNodes(Wire):
    """A set of nodes. `is_exact`: there is no smaller one; else none smaller than `at_least`."""

    nodes: tuple[NodeName, ...]
    at_least: int = Field(examples=[2])
    is_exact: bool = Field(examples=[True])


class Cut(Wire):
    """What would cut a municipality off from the right contacts; without `reference`, from all.

    `tier`: where paths start, as in `Loss`. `fit`: the number of the class of posts that is cut
    off. `people`: the fewest whose loss leaves no path, `bus_factor` their number; missing if no
    number of people is enough. `posts`: the fewest posts; missing if there is no path now. The
    asker stays, with their posts.
    """

    area: NodeName
    reference: Reference | None = None
    tier: Tier | None = Field(default=None, examples=["DISTRICT"])
    fit: int | None = Field(default=None, examples=[1])
    people: FewestNodes | None = None
    posts: FewestNodes | None = None
    bus_factor: int | None = Field(default=None, examples=[1])


class Cuts(Wire):
    """Ordered by municipality and tier, then by reference; all references together come last."""

    area: NodeName | None = None
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["5f0c2a9e7b31"])
    start: NodeName | None = None
    cuts: tuple[Cut, ...]


class MetricRow(Wire):
    """A post or network, and its value."""

    node: NodeName
    label: Label = Field(examples=["Actor"])
    kind: PostKind | NetworkKind = Field(examples=["SSP_COORDINATOR"])
    value: float = Field(examples=[0.12])


class KindMean(Wire):
    """All nodes of a kind: their number, mean and highest value."""

    kind: PostKind | NetworkKind = Field(examples=["SSP_COORDINATOR"])
    nodes: int = Field(examples=[98])
    mean: float = Field(examples=[0.03])
    highest: float = Field(examples=[0.12])


class Community(Wire):
    """Posts and networks with more ties to each other than to others.

    `districts`: those that most of its posts answer for. `members`: the first fifty.
    """

    number: int = Field(examples=[1])
    posts: int = Field(examples=[140])
    networks: int = Field(examples=[48])
    districts: tuple[NodeName, ...]
    members: tuple[NodeName, ...]


class DistrictTies(Wire):
    """How many ties join the posts of a district to each other, and to those of other districts."""

    district: NodeName
    within: int = Field(examples=[412])
    outward: int = Field(examples=[9])


class MetricsWords(Wire):
    """The name of the measure, what it means here, and what it does not mean."""

    name: str = Field(examples=["Nærhed"])
    meaning: str


class Metrics(Wire):
    """A measure of who works with whom, and how it was computed.

    `value`: the modularity of communities, or the coefficient of districts. `sampled`: the number
    of nodes that paths were computed from; if missing, all, so `rows` are exact. `by_kind` has all
    kinds.
    """

    measure: Metric
    kinds: Annotated[tuple[PostKind | NetworkKind, ...], Sorted]
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["5f0c2a9e7b31"])
    method: str = Field(examples=["networkx.harmonic_centrality"])
    version: str = Field(examples=["3.6.1"])
    parameters: dict[str, int] = Field(examples=[{"sources": 197, "seed": 1}])
    sampled: int | None = Field(default=None, examples=[197])
    nodes: int = Field(examples=[1465])
    links: int = Field(examples=[6150])
    value: float | None = Field(default=None, examples=[0.83])
    rows: tuple[MetricRow, ...]
    by_kind: tuple[KindMean, ...]
    communities: tuple[Community, ...]
    districts: tuple[DistrictTies, ...]
    is_cut: bool = Field(examples=[True])
    words: MetricsWords


class NetworkRelations(Wire):
    """A network, its posts and people, and how many pairs of them know each other.

    `share`: the part of the pairs; missing if there are none.
    """

    network: NodeName
    kind: NetworkKind = Field(examples=["SSP"])
    posts: int = Field(examples=[5])
    people: int = Field(examples=[4])
    pairs: int = Field(examples=[6])
    known: int = Field(examples=[2])
    share: float | None = Field(default=None, examples=[0.33])


class Relations(Wire):
    """Networks, those in which the fewest know each other first.

    `known`: pairs of all people who know each other; `apart`: how many of these meet in no network.
    `is_cut`: there are more networks.
    """

    area: NodeName | None = None
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    networks: tuple[NetworkRelations, ...]
    known: int = Field(examples=[898])
    apart: int = Field(examples=[12])
    is_cut: bool = Field(examples=[False])
