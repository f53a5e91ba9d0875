"""Why cells of an answer are blank: the copy has no such field, or nothing is recorded there."""

import re
from collections.abc import Iterator

from api.schemas.analysis import AnalysisSchema, QueryAnswer
from explorer.i18n import _, ngettext

_FIELD = r"(\w+)\.(\w+)"


def blank_reasons(query: str, answer: QueryAnswer, schema: AnalysisSchema) -> Iterator[str]:
    """A sentence for each column with blank cells; none where every cell has a value."""
    for place, column in enumerate(answer.columns):
        blank = sum(row[place] is None for row in answer.rows)
        if not blank:
            continue
        lead = ngettext(
            "{column}: {count} blank.", "{column}: {count} blank.", blank, column=column
        )
        yield f"{lead} {_reason(query, column, schema)}"


def _reason(query: str, column: str, schema: AnalysisSchema) -> str:
    field = re.fullmatch(_FIELD, column) or re.search(
        rf"{_FIELD}\s+AS\s+`?{re.escape(column)}`?(?!\w)", query, re.IGNORECASE
    )
    if field is None:
        return _("The query found nothing there.")
    variable, name = field.groups()
    labels = re.findall(rf"[(\[]\s*{re.escape(variable)}\s*:\s*(\w+)", query)
    known = {one.label: {part.name for part in one.properties} for one in schema.labels} | {
        one.type: {part.name for part in one.properties} for one in schema.links
    }
    named = [label for label in labels if label in known]
    fields = set[str]().union(*(known[label] for label in named or known))
    if name in fields:
        return _("The register has no value there, or the query found nothing.")
    return _(
        "The copy for analysis has no field {field} of {label}: names of people, contact details "
        "and small numbers are left out of it.",
        field=name, label=", ".join(named) or variable,
    )  # fmt: skip
