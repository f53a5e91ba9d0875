"""The nodes and links: frozen dataclasses whose rules refuse nonsense; and what a write is."""

from graph.model.base import Hop, Link, Node, Thing
from graph.model.changes import (
    LINK_CLASSES,
    NODE_CLASSES,
    Change,
    ChangeKind,
    ChangeSet,
    End,
    Reason,
)
from graph.model.fields import Mark, marked, months_later
from graph.model.ids import id_of, new_id
from graph.model.links import (
    BelongsTo,
    Coordinates,
    Covers,
    DeputizesFor,
    DoorOpenerFor,
    EntryPointFor,
    EscalatesTo,
    GaveConsent,
    GovernedBy,
    Holds,
    Knows,
    LiesIn,
    MemberOf,
    PartOf,
    ReachedBy,
    RefersTo,
    Represents,
    SucceededBy,
    Supports,
)
from graph.model.nodes import (
    Actor,
    Area,
    Authority,
    Network,
    Organization,
    Plan,
)
from graph.model.people import Consent, ContactDetail, Person, ResourceIndividual
from graph.model.rules import faults_among
from graph.model.secret import Secret
from graph.model.world import World, world_of

__all__ = [
    "LINK_CLASSES", "NODE_CLASSES",
    "Actor", "Area", "Authority", "BelongsTo", "Change", "ChangeKind", "ChangeSet", "Consent",
    "ContactDetail", "Coordinates", "Covers", "DeputizesFor", "DoorOpenerFor", "End",
    "EntryPointFor", "EscalatesTo", "GaveConsent", "GovernedBy", "Holds", "Hop", "Knows", "LiesIn",
    "Link", "Mark", "MemberOf", "Network", "Node", "Organization", "PartOf", "Person", "Plan",
    "ReachedBy", "Reason", "RefersTo", "Represents", "ResourceIndividual", "Secret", "SucceededBy",
    "Supports", "Thing", "World", "faults_among", "id_of", "marked", "months_later", "new_id",
    "world_of",
]  # fmt: skip
