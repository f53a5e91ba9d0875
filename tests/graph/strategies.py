"""Elements drawn at random by Hypothesis: each valid by itself, whatever it is linked to."""

from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from graph.model import LINK_CLASSES, NODE_CLASSES, Element, Knows, Link, Node, months_later
from graph.vocabulary import Channel, Competence, LegalGate, Term, Visibility

Payload = dict[str, Any]
NODE_TYPES = tuple(NODE_CLASSES.values())
LINK_TYPES = tuple(LINK_CLASSES.values())
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
IDS = st.integers(1, 9999).map("id-{}".format)
# From syllables: random letters would in time form a word that the content filter refuses.
SYLLABLES = ("lyng", "toft", "kær", "ås", "ø", "vang", "holm", "bjerg", "sø", "ry")
WORDS = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map("".join)
TEXTS = st.lists(WORDS, min_size=2, max_size=4).map(" ".join)
_CIVIL_COMPETENCES = [Competence.CLUBS, Competence.INTERPRETING, Competence.VOLUNTEERING]

_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "id": IDS,
    "revision": st.integers(1, 9999),
    "source": st.sampled_from(["demo", "form", "import:2026-11", "cvr"]),
    "external_id": st.integers(0, 9999).map("Enhed/{}".format),
    "batch": st.integers(0, 99).map("import-{}".format),
    "own_kind": st.sampled_from(["DEMOKRATIKONSULENT", "BOLIGNET"]),
    "own_sector": st.just("TRYGHED"),
    "own_competences": st.frozensets(st.sampled_from(["BROBYGNING", "FORAELDREGRUPPER"])),
    "code": st.integers(0, 9999).map("{:04}".format),
    "population": st.integers(0, 10_000_000),
    "lat": st.floats(54, 58),
    "lon": st.floats(8, 16),
    "meets_every_days": st.integers(1, 366),
    "review_every_days": st.integers(30, 366),
    "hours": st.sampled_from(
        ["MO-FR 09:00-15:00", "00:00-24:00", "SA 10:00-12:00; SU 10:00-11:00"]
    ),
    "languages": st.frozensets(st.sampled_from(["da", "en", "so", "ar", "zh-Hant"])),
    "aliases": st.frozensets(TEXTS, max_size=3),
    "cvr": st.integers(0, 99_999_999).map("{:08}".format),
    "website": st.just("https://vindrosen.example"),
    "url": st.just("https://kystby.example/plan.pdf"),
    "hint": st.sampled_from(["+45 •• •• •• 78", "•••••"]),
    "value": st.none(),
    "audience": st.frozensets(IDS, min_size=1, max_size=3),
    "text_version": st.sampled_from(["da-3", "en-1"]),
    "is_adult": st.just(True),
    "order": st.integers(1, 99),
    "share": st.floats(0.01, 1),
    "strength": st.floats(0, 1),
}
_TOGETHER = (
    ("population", "population_on"),
    ("lat", "lon"),
    ("absent_from", "absent_to"),
    ("verified_on", "verified_by"),
)
_RISING = (("valid_from", "valid_to"), ("absent_from", "absent_to"))


@st.composite
def payloads(draw: st.DrawFn, cls: type[Element]) -> Payload:
    """Draw field values that the class accepts."""
    drawn = draw(_loose(cls))
    for pair in _TOGETHER:
        if any(drawn.get(name) is None for name in pair):
            drawn.update({name: None for name in pair if name in drawn})
    for start, end in _RISING:
        if drawn.get(start) and drawn.get(end) and drawn[start] >= drawn[end]:
            drawn[end] = drawn[start] + timedelta(days=1)
    drawn.update(draw(_mended(cls, drawn)))
    return drawn


@cache
def _loose(cls: type[Element]) -> st.SearchStrategy[Payload]:
    hints = get_type_hints(cls)
    return st.fixed_dictionaries(
        {field.name: _values(field.name, hints[field.name]) for field in fields(cls)}
    )


def _values(name: str, hint: Any) -> st.SearchStrategy[Any]:
    parts = get_args(hint) if type(None) in get_args(hint) else (hint,)
    if name in _BY_NAME:
        known = _BY_NAME[name]
    elif name.endswith(("_id", "_by")):
        known = IDS
    else:
        known = _of_type(parts[0])
    return st.none() | known if type(None) in parts else known


def _of_type(hint: Any) -> st.SearchStrategy[Any]:
    if get_args(hint):
        return st.frozensets(st.sampled_from(list(get_args(hint)[0])), min_size=1)
    if issubclass(hint, Term):
        return st.sampled_from(list(hint))
    return {str: TEXTS, date: DAYS, bool: st.booleans()}[hint]


@st.composite
def _mended(draw: st.DrawFn, cls: type[Element], drawn: Payload) -> Payload:
    """Return the values required by the rules between fields of one class."""
    match cls.__name__:
        case "Network":
            return {"gate": drawn["kind"].gate}
        case "Actor":
            unit_only = drawn["kind"].is_unit_only or drawn["is_unit_only"]
            tiers = sorted(drawn["kind"].tiers)
            return {"tier": draw(st.sampled_from(tiers)), "is_unit_only": unit_only}
        case "ResourceIndividual":
            return {
                "competences": draw(st.frozensets(st.sampled_from(_CIVIL_COMPETENCES))),
                "visibility": draw(st.sampled_from([Visibility.AREA, Visibility.NAMED])),
            }
        case "Plan":
            return {"due_on": drawn["adopted_on"] and months_later(drawn["adopted_on"], 48)}
        case "Consent":
            expires_on = months_later(drawn["given_on"], draw(st.integers(1, 24)))
            channels = {"channels": frozenset({Channel.MEDIATED})}
            return {"expires_on": expires_on, **(channels if drawn["is_mediated_only"] else {})}
        case _:
            return _mended_link(cls, drawn)


def _mended_link(cls: type[Element], drawn: Payload) -> Payload:
    if not issubclass(cls, Link):
        return {}
    source, target = sorted([f"a{drawn['source_id']}", f"b{drawn['target_id']}"])
    joined: Payload = {"source_id": source, "target_id": target}
    if cls is Knows:
        joined |= {"declared_by": source, "gate": LegalGate.CONTACT_ONLY, "is_confirmed": True}
    return joined


@st.composite
def graphs(draw: st.DrawFn) -> list[Element]:
    """Draw some nodes, and links between them; the labels of the ends do not matter here."""
    node_types = draw(st.lists(st.sampled_from(NODE_TYPES), min_size=2, max_size=4))
    nodes: list[Node] = []
    for at, cls in enumerate(node_types):
        payload = draw(payloads(cls))
        payload["id"] = f"node-{at}"
        nodes.append(cls(**payload))
    links: list[Link] = []
    for at, cls in enumerate(draw(st.lists(st.sampled_from(LINK_TYPES), max_size=4))):
        payload = draw(payloads(cls))
        ends = draw(st.lists(st.sampled_from(nodes), min_size=2, max_size=2, unique_by=id))
        source, target = sorted(node.id for node in ends)
        payload |= {"id": f"link-{at}", "source_id": source, "target_id": target}
        if cls is Knows:
            payload["declared_by"] = source
        links.append(cls(**payload))
    return [*nodes, *links]
