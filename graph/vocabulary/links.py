"""Which types of link there are, between which labels, and how a path may use them."""

from enum import Enum, auto

from graph.vocabulary.structure import Label
from graph.vocabulary.word import Term

_ACTOR = frozenset({Label.ACTOR})
_AREA = frozenset({Label.AREA})
_AUTHORITY = frozenset({Label.AUTHORITY})
_NETWORK = frozenset({Label.NETWORK})
_PERSON = frozenset({Label.PERSON})
_CIVILIAN = frozenset({Label.RESOURCE_INDIVIDUAL})
_ORGANIZATION = frozenset({Label.ORGANIZATION})


class PathUse(Enum):
    """What a path search does with a type of link."""

    FORWARD = auto()  # a hop, from source to target only
    BOTH = auto()  # a hop, either way
    RESOLVE = auto()  # turns a post into person, deputy and detail on a date
    SCOPE = auto()  # turns an area or authority into posts; never crossed
    NONE = auto()

    @property
    def is_hop(self) -> bool:
        """May a path walk such a link."""
        return self in (PathUse.FORWARD, PathUse.BOTH)


class LinkType(Term):
    """A dated, directed tie. Labels read from the source to the target.

    Source: domain.md §4, one line for each type.
    """

    sources: frozenset[Label]
    targets: frozenset[Label]
    use: PathUse

    def __init__(
        self,
        _id: str,
        _da: str,
        _en: str,
        sources: frozenset[Label],
        targets: frozenset[Label],
        use: PathUse,
    ) -> None:
        self.sources, self.targets, self.use = sources, targets, use

    # A table: a line for each word.
    # fmt: off
    HOLDS = "HOLDS", "er indehaver af", "holds", _PERSON, _ACTOR, PathUse.RESOLVE
    DEPUTIZES_FOR = (
        "DEPUTIZES_FOR", "er stedfortræder for", "deputizes for",
        _PERSON | _ACTOR, _ACTOR, PathUse.RESOLVE)
    BELONGS_TO = (
        "BELONGS_TO", "hører til", "belongs to",
        _ACTOR, _AUTHORITY | _ORGANIZATION, PathUse.SCOPE)
    PART_OF = (
        "PART_OF", "er en del af", "is part of",
        _AUTHORITY | _NETWORK, _AUTHORITY | _NETWORK, PathUse.SCOPE)
    COVERS = (
        "COVERS", "dækker", "covers",
        _AUTHORITY | _NETWORK | _ACTOR | _ORGANIZATION, _AREA, PathUse.SCOPE)
    LIES_IN = "LIES_IN", "ligger i", "lies in", _AREA, _AREA, PathUse.SCOPE
    ENTRY_POINT_FOR = (
        "ENTRY_POINT_FOR", "er indgang for", "is the entry point for",
        _ACTOR, _AREA, PathUse.SCOPE)
    MEMBER_OF = (
        "MEMBER_OF", "er medlem af", "is a member of",
        _ACTOR | _ORGANIZATION | _CIVILIAN, _NETWORK, PathUse.BOTH)
    COORDINATES = "COORDINATES", "koordinerer", "coordinates", _ACTOR, _NETWORK, PathUse.BOTH
    SUPPORTS = "SUPPORTS", "støtter", "supports", _ACTOR, _ACTOR | _NETWORK, PathUse.BOTH
    REFERS_TO = "REFERS_TO", "henviser til", "refers to", _ACTOR, _ACTOR, PathUse.FORWARD
    ESCALATES_TO = "ESCALATES_TO", "eskalerer til", "escalates to", _ACTOR, _ACTOR, PathUse.FORWARD
    KNOWS = "KNOWS", "kender", "knows", _PERSON, _PERSON, PathUse.BOTH
    DOOR_OPENER_FOR = (
        "DOOR_OPENER_FOR", "er døråbner for", "is the door opener for",
        _ACTOR, _CIVILIAN, PathUse.FORWARD)
    REPRESENTS = (
        "REPRESENTS", "repræsenterer", "represents", _CIVILIAN, _ORGANIZATION, PathUse.FORWARD)
    SUCCEEDED_BY = (
        "SUCCEEDED_BY", "er afløst af", "is succeeded by",
        frozenset(Label), frozenset(Label), PathUse.NONE)
    GOVERNED_BY = (
        "GOVERNED_BY", "er omfattet af", "is governed by",
        _AUTHORITY | _NETWORK, frozenset({Label.PLAN}), PathUse.NONE)
    REACHED_BY = (
        "REACHED_BY", "træffes på", "is reached by",
        _AUTHORITY | _ACTOR | _PERSON | _CIVILIAN | _ORGANIZATION,
        frozenset({Label.CONTACT_DETAIL}), PathUse.RESOLVE)
    GAVE_CONSENT = (
        "GAVE_CONSENT", "gav samtykke", "gave consent",
        _CIVILIAN, frozenset({Label.CONSENT}), PathUse.RESOLVE)
    # fmt: on
