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
from graph.access.view import View, memoize_by_view
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
    ends = _ends(view)
    links: list[Mapping[str, Any]] = []
    for link_type in TYPES:
        of_type = sorted(
            (source.value, target.value, count)
            for (kind, source, target), count in ends.items()
            if kind is link_type
        )
        links.append(
            {"type": link_type.value, "count": sum(count for _, _, count in of_type),
             "ends": [{"source": source, "target": target, "count": count}
                      for source, target, count in of_type],
             "properties": _properties(link_type)}
        )  # fmt: skip
    schema = {
        "revision": revision,
        "on": view.on,
        "labels": [
            {"label": label.value, "count": len(view.rows(label)), "properties": _properties(label)}
            for label in LABELS
        ],
        "links": links,
        "examples": [
            {
                "id": example.id,
                "title": example.title(lang),
                "query": example.query,
                "of_area": example.of_area,
                "of_time": example.of_time,
            }
            for example in EXAMPLES
        ],
        "procedures": sorted(PROCEDURES),
        "most_characters": MOST_CHARACTERS,
        "most_rows": MOST_ROWS,
        "most_bytes": MOST_BYTES,
        "most_s": query_s,
    }
    return AnalysisSchema.model_validate(schema)


@memoize_by_view
def _ends(view: View) -> Counter[Ends]:
    rows = np.flatnonzero(view.open_links)
    label, types = view.nodes.label, view.links.type[rows]
    of = (label[view.links.source[rows]], label[view.links.target[rows]])
    labels = frozenset(LABELS)
    counts: Counter[Ends] = Counter()
    for (code, source, target), count in Counter(
        zip(types.tolist(), *(column.tolist() for column in of), strict=True)
    ).items():
        ends = (ALL_LABELS[int(source)], ALL_LABELS[int(target)])
        if labels.issuperset(ends):
            counts[ALL_TYPES[int(code)], *ends] = count
    return counts


def _properties(what: Label | LinkType) -> list[Mapping[str, Any]]:
    types = field_types(class_of(what))
    properties: list[Mapping[str, Any]] = [
        {
            "name": name,
            "type": _TYPE_OF[types[name].kind],
            "word": None if (words := types[name].words) is None else words.__name__,
        }
        for name in names_of(what)
    ]
    if what is Label.AREA:
        properties.append({"name": CIVILIANS, "type": _TYPE_OF[FieldKind.NUMBER]})
    if what is Label.ACTOR:
        properties += [{"name": name, "type": _TYPE_OF[kind]} for name, kind in OF_POSTS.items()]
    return properties
