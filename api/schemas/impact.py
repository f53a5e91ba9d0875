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


class PostSuccessor(Wire):
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
    successors: tuple[PostSuccessor, ...]


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


class FewestNodes(Wire):
    """Whom it takes; `is_exact`: no fewer do. Else no fewer than `at_least`."""

    nodes: tuple[NodeName, ...]
    at_least: int = Field(examples=[2])
    is_exact: bool = Field(examples=[True])


class Cut(Wire):
    """What would cut a municipality off from the right contacts, by a reference; without one, all.

    `tier`: where ways begin, as in `impact`. `fit`: the number of the class that is reached, whose
    posts the cut is from. `people`: the fewest whose leaving leaves no way, `bus_factor` how many
    that are; without them, no number of people does. `posts`: the fewest posts; without them there
    is no way now. Whoever asks stays, with their posts.
    """

    area: NodeName
    reference: Reference | None = None
    tier: Tier | None = Field(default=None, examples=["DISTRICT"])
    fit: int | None = Field(default=None, examples=[1])
    people: FewestNodes | None = None
    posts: FewestNodes | None = None
    bus_factor: int | None = Field(default=None, examples=[1])


class Cuts(Wire):
    """By municipality and tier, then reference, all of them together last."""

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
    """All of a kind: how many there are, their mean, and the highest."""

    kind: PostKind | NetworkKind = Field(examples=["SSP_COORDINATOR"])
    nodes: int = Field(examples=[98])
    mean: float = Field(examples=[0.03])
    highest: float = Field(examples=[0.12])


class Community(Wire):
    """Posts and networks with more ties among them than with others.

    `districts`: those most of its posts answer for. `members`: the first fifty.
    """

    number: int = Field(examples=[1])
    posts: int = Field(examples=[140])
    networks: int = Field(examples=[48])
    districts: tuple[NodeName, ...]
    members: tuple[NodeName, ...]


class DistrictTies(Wire):
    """How many ties join posts of a district to each other, and to those of others."""

    district: NodeName
    within: int = Field(examples=[412])
    outward: int = Field(examples=[9])


class MetricsWords(Wire):
    """What the measure is called, and what it means here and what it does not."""

    name: str = Field(examples=["Nærhed"])
    meaning: str


class Metrics(Wire):
    """One measure of who works with whom, and how it was made.

    `value`: the modularity of communities, or the coefficient of districts. `sampled`: so many
    nodes were walked from; without it all, and `rows` are exact. `by_kind` are of all kinds.
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
