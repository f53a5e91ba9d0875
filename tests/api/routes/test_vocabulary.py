"""Every word of the wire has an identifier and two labels."""

from api.audit.retention import Hold
from api.routes.system import ENUMERATIONS
from graph.exchange.imports.comparison import HolderChoice
from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.preview import PreviewNote, RowState
from graph.exchange.imports.records.record_formats import RecordFormat
from graph.exchange.imports.records.source_records import RecordNote
from graph.exchange.imports.sent_file import ImportFormat
from graph.exchange.imports.tabular import ReadingNotice
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.values import DateOrder
from graph.progress import Stage
from graph.store.installation import Part
from graph.vocabulary import PostKind, Term
from tests.fixtures.app import Headers, TestApp

ON_THE_HOST = {Hold, Part}
"""Enumerations that are shown on the host only, and never sent."""
OF_IMPORTS = {
    DateOrder, HolderChoice, ImportFormat, ImportRule, PreviewNote, ReadingNotice, RecordFormat,
    RecordNote, RowState, Stage, TargetField,
}  # fmt: skip
"""Enumerations of imports, whose answers carry the words themselves."""


def all_subclasses(cls: type[Term]) -> set[type[Term]]:
    known = set(cls.__subclasses__())
    return known.union(*(all_subclasses(item) for item in known))


def test_the_vocabulary_lists_every_enumeration_except_host_and_import_ones() -> None:
    ours = {item for item in all_subclasses(Term) if item.__module__.startswith(("graph", "api"))}
    assert set(ENUMERATIONS.values()) == ours - ON_THE_HOST - OF_IMPORTS


def test_the_vocabulary_labels_words_in_the_requested_language_and_in_both(
    app: TestApp, admin: Headers
) -> None:
    body = app.get("/vocabulary", admin, lang="en").json()
    by_key = {enumeration["name"]: enumeration["words"] for enumeration in body["enumerations"]}
    assert [item["id"] for item in by_key["PostKind"]] == [kind.value for kind in PostKind]
    assert by_key["Freshness"][1] == {
        "id": "STALE", "label": "Due for checking", "label_da": "Skal kontrolleres",
        "label_en": "Due for checking", "code": None,
    }  # fmt: skip
    assert next(item for item in by_key["Competence"] if item["id"] == "SSP")["code"] == "27.25"
    danish = app.get("/vocabulary", admin).json()["enumerations"]
    assert all(word["label"] == word["label_da"] for item in danish for word in item["words"])
    assert app.get("/vocabulary").status_code == 401
