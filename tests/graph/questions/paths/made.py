"""Things by hand, the least of each that is valid, and short ways to ask a small world."""

from datetime import date
from itertools import pairwise
from typing import Any, Final

from graph.model import (
    Actor,
    Area,
    Consent,
    DoorOpenerFor,
    GaveConsent,
    Holds,
    Knows,
    Link,
    MemberOf,
    Network,
    Node,
    Person,
    RefersTo,
    ResourceIndividual,
    Thing,
)
from graph.vocabulary import (
    AreaKind,
    Channel,
    ConsentPurpose,
    LegalGate,
    NetworkKind,
    ObtainedHow,
    PostKind,
    ResourceKind,
    Sector,
    Visibility,
)
from tests.graph.questions.paths.worlds import (
    ON,
    NamedPath,
    Question,
    World,
    asked,
)

FROM_A_TO_Z: Final = Question(starts=("a",), targets={"z": 0})


def post(post_id: str, kind: PostKind = PostKind.SSP_COORDINATOR, **fields: Any) -> Actor:
    """A post that is always open unless told otherwise."""
    given: dict[str, Any] = {"hours": "00:00-24:00", **fields}
    return Actor(
        id=post_id, kind=kind, name="En post", tier=min(kind.tiers), sector=Sector.YOUTH,
        is_unit_only=kind.is_unit_only, source="demo", **given,
    )  # fmt: skip


def network(network_id: str, kind: NetworkKind = NetworkKind.SSP) -> Network:
    """A cooperation body."""
    return Network(
        id=network_id, kind=kind, name="Et samarbejde", gate=kind.gate, levels=kind.levels,
        source="demo",
    )  # fmt: skip


def person(person_id: str, **fields: Any) -> Person:
    """Somebody all may see unless told otherwise."""
    given: dict[str, Any] = {"visibility": Visibility.OPEN, **fields}
    return Person(id=person_id, name="En Person", source="demo", **given)


def holds(person_id: str, post_id: str, **fields: Any) -> Holds:
    """Somebody in a seat."""
    return Holds(
        id=f"h-{person_id}-{post_id}", source_id=person_id, target_id=post_id, source="demo",
        **fields,
    )  # fmt: skip


def refers(link_id: str, source_id: str, target_id: str, **fields: Any) -> RefersTo:
    """A referral, perfect in every part unless told otherwise."""
    given: dict[str, Any] = {
        "gate": LegalGate.INTERNAL, "strength": 1.0, "verified_on": ON, **fields,
    }  # fmt: skip
    return RefersTo(
        id=link_id, source_id=source_id, target_id=target_id, source="demo",
        **given,
    )  # fmt: skip


def knows(link_id: str, one: str, other: str, **fields: Any) -> Knows:
    """An acquaintance, confirmed, strong and fresh unless told otherwise."""
    given: dict[str, Any] = {"strength": 1.0, "verified_on": ON, **fields}
    first, second = sorted((one, other))
    return Knows(
        id=link_id, source_id=first, target_id=second, declared_by=first, is_confirmed=True,
        source="demo", **given,
    )  # fmt: skip


def civilian(civilian_id: str) -> tuple[Node | Link, ...]:
    """A civilian with a consent in force for everybody in the world."""
    consent_id = f"c-{civilian_id}"
    return (
        ResourceIndividual(
            id=civilian_id, display_name="Mor til fire", kind=ResourceKind.ROLE_MODEL,
            visibility=Visibility.AREA, source="demo",
        ),
        consent(consent_id),
        GaveConsent(
            id=f"g-{civilian_id}", source_id=civilian_id, target_id=consent_id, source="demo"
        ),
    )  # fmt: skip


def consent(consent_id: str, **fields: Any) -> Consent:
    """A receipt for contact."""
    given: dict[str, Any] = {
        "given_on": date(2026, 1, 1), "expires_on": date(2027, 1, 1), **fields,
    }  # fmt: skip
    return Consent(
        id=consent_id, purposes=frozenset({ConsentPurpose.CONTACT}), audience=frozenset({"dk"}),
        channels=frozenset({Channel.MEDIATED}), is_mediated_only=True,
        obtained_how=ObtainedHow.MEETING, text_version="da-3", is_adult=True, recorded_by="x",
        renewal_by="x", source="demo", **given,
    )  # fmt: skip


def opens(link_id: str, post_id: str, civilian_id: str) -> DoorOpenerFor:
    """A door opener."""
    return DoorOpenerFor(
        id=link_id, source_id=post_id, target_id=civilian_id, consent_id=f"c-{civilian_id}",
        strength=1.0, verified_on=ON, source="demo",
    )  # fmt: skip


def area() -> Area:
    """All of the world."""
    return Area(id="dk", kind=AreaKind.COUNTRY, code="DK", name="Danmark", source="demo")


def world_of(*things: Thing, **standing: int) -> World:
    """A world by hand."""
    return World(things=(area(), *things), standing=standing)


def paths(world: World, question: Question = FROM_A_TO_Z) -> list[str]:
    """The nodes of each path, as one text."""
    return ["-".join(path.nodes) for path in asked(world, question).paths]


def best(world: World, question: Question = FROM_A_TO_Z) -> NamedPath:
    """The first path."""
    return asked(world, question).paths[0]


def chain(*ids: str, **fields: Any) -> list[Thing]:
    """Referrals from each to the next."""
    return [refers(f"l-{one}-{other}", one, other, **fields) for one, other in pairwise(ids)]


def posts(ids: str) -> list[Thing]:
    """A post for each letter."""
    return [post(one) for one in ids]


def meets(who: str, where: str) -> MemberOf:
    """A perfect membership."""
    return MemberOf(
        id=f"m-{who}-{where}", source_id=who, target_id=where, gate=LegalGate.INTERNAL,
        strength=1.0, verified_on=ON, source="demo",
    )  # fmt: skip
