"""Schema of a replica: labels, link types and properties, with their counts in a View."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from api.analysis.examples import EXAMPLES
from api.analysis.query_runner import MOST_BYTES, MOST_ROWS, QUERY_S
from api.analysis.query_validator import MOST_CHARACTERS, PROCEDURES
from api.analysis.replica_content import CIVILIANS, LABELS, OF_POSTS, TYPES, names_of
from api.schemas.analysis import AnalysisSchema
from graph.access.view import View
from graph.snapshot.columns import LABELS as ALL_LABELS
from graph.snapshot.columns import TYPES as ALL_TYPES
from graph.snapshot.field_types import FieldKind, class_of, field_types
from graph.vocabulary import Label, Language, LinkType

Ends = tuple[LinkType, Label, Label]
_TYPE_OF: Final = {
    FieldKind.TEXT: "STRING",
    FieldKind.TEXTS: "LIST<STRING>",
    FieldKind.DATE: "DATE",
    FieldKind.NUMBER: "INTEGER",
    FieldKind.SHARE: "FLOAT",
    FieldKind.FLAG: "BOOLEAN",
    FieldKind.WORD: "STRING",
    FieldKind.WORDS: "LIST<STRING>",
}


def query_schema(
    view: View, lang: Language, *, revision: int, query_s: float = QUERY_S
) -> AnalysisSchema:
    """The schema of the replica for the View of an analyst. O(links).

    `revision` is that of all Views of the caller, who may hold other roles as well.
    """
    ends = view.memo("analysis ends", lambda: _ends(view))
    told = {
        "revision": revision,
        "on": view.on,
        "labels": [
            {"label": label.value, "count": len(view.rows(label)), "properties": _properties(label)}
            for label in LABELS
        ],
        "links": [_link(link_type, ends) for link_type in TYPES],
        "examples": [
            {
                "id": one.id,
                "title": one.title(lang),
                "query": one.query,
                "of_area": one.of_area,
                "of_time": one.of_time,
            }
            for one in EXAMPLES
        ],
        "procedures": sorted(PROCEDURES),
        "most_characters": MOST_CHARACTERS,
        "most_rows": MOST_ROWS,
        "most_bytes": MOST_BYTES,
        "most_s": query_s,
    }
    return AnalysisSchema.model_validate(told)


def _ends(view: View) -> Counter[Ends]:
    rows = np.flatnonzero(view.open_links)
    label, types = view.nodes.label, view.links.type[rows]
    of = (label[view.links.source[rows]], label[view.links.target[rows]])
    known = frozenset(LABELS)
    found: Counter[Ends] = Counter()
    for (code, source, target), count in Counter(
        zip(types.tolist(), *(one.tolist() for one in of), strict=True)
    ).items():
        ends = (ALL_LABELS[int(source)], ALL_LABELS[int(target)])
        if known.issuperset(ends):
            found[ALL_TYPES[int(code)], *ends] = count
    return found


def _link(link_type: LinkType, ends: Counter[Ends]) -> Mapping[str, Any]:
    of = sorted(
        (source.value, target.value, count)
        for (one, source, target), count in ends.items()
        if one is link_type
    )
    return {
        "type": link_type.value,
        "count": sum(count for _, _, count in of),
        "ends": [{"source": one, "target": other, "count": count} for one, other, count in of],
        "properties": _properties(link_type),
    }


def _properties(what: Label | LinkType) -> list[Mapping[str, Any]]:
    known = field_types(class_of(what))
    found: list[Mapping[str, Any]] = [
        {
            "name": name,
            "type": _TYPE_OF[known[name].kind],
            "word": None if (words := known[name].words) is None else words.__name__,
        }
        for name in names_of(what)
    ]
    if what is Label.AREA:
        found.append({"name": CIVILIANS, "type": _TYPE_OF[FieldKind.NUMBER]})
    if what is Label.ACTOR:
        found += [{"name": name, "type": _TYPE_OF[kind]} for name, kind in OF_POSTS.items()]
    return found
