"""Every enumeration of the product: identifiers are stored, Danish and English words are shown."""

from graph.vocabulary.competences import Competence
from graph.vocabulary.law import SECTION_115, LegalGate, PreventionLevel, Trigger
from graph.vocabulary.links import LinkType, PathUse
from graph.vocabulary.networks import Attendance, CoordinationFunction, NetworkKind, SupportKind
from graph.vocabulary.posts import KEY_POSTS, PUBLIC_LINES, PostKind
from graph.vocabulary.rules import Rule
from graph.vocabulary.structure import (
    AreaKind,
    AuthorityKind,
    Confidence,
    Label,
    OrganizationKind,
    PlanKind,
    ResourceKind,
    Sector,
    Tier,
)
from graph.vocabulary.trust import (
    FRESH_DAYS,
    STALE_DAYS,
    Channel,
    ConsentPurpose,
    Freshness,
    ObtainedHow,
    Visibility,
)
from graph.vocabulary.word import Language, Term

__all__ = [
    "FRESH_DAYS",
    "KEY_POSTS",
    "PUBLIC_LINES",
    "SECTION_115",
    "STALE_DAYS",
    "AreaKind",
    "Attendance",
    "AuthorityKind",
    "Channel",
    "Competence",
    "Confidence",
    "ConsentPurpose",
    "CoordinationFunction",
    "Freshness",
    "Label",
    "Language",
    "LegalGate",
    "LinkType",
    "NetworkKind",
    "ObtainedHow",
    "OrganizationKind",
    "PathUse",
    "PlanKind",
    "PostKind",
    "PreventionLevel",
    "ResourceKind",
    "Rule",
    "Sector",
    "SupportKind",
    "Term",
    "Tier",
    "Trigger",
    "Visibility",
]  # fmt: skip
