"""Kontaktvej's own format: written files are read back, and each fault has its place."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings

from graph.exchange.formats.native import native
from graph.exchange.imports import FileRefused, ImportRule, Preview, ReadingLimits, RowState
from graph.exchange.imports.native import (
    NativeData,
    is_native,
    native_columns,
    native_files,
    read_native,
    unpacked_native,
)
from graph.exchange.imports.native_preview import preview_native
from graph.exchange.native_layout import ABOUT, LINKS, NODES
from graph.exchange.selection import ExportSelection
from graph.exchange.zip_file import zip_files
from graph.model import (
    LINK_CLASSES,
    NODE_CLASSES,
    Actor,
    ContactDetail,
    Element,
    HopLink,
    Link,
    Node,
    Person,
    ReachedBy,
    Secret,
)
from graph.model.base import hint
from graph.vocabulary import Channel, Competence, Rule, Term
from tests.fixtures.calls import calls_of
from tests.graph.exchange.imports.native_folder import write_folder, write_native
from tests.graph.exchange.imports.office_lists import counts, denmark, options
from tests.graph.exchange.selections import everything, selection_of
from tests.graph.exchange.stamps import stamp
from tests.graph.strategies import graphs
from tests.kystby import elements

MADE_AT = datetime(2026, 11, 25, 10, tzinfo=UTC)


def preview_of(data: NativeData, present: Sequence[Element], **more: Any) -> Preview:
    return preview_native(data, {element.id: element for element in present}, 1, options(**more))


def read(files: dict[str, bytes]) -> list[Element]:
    return [row.element for row in read_native("mappe", files).elements]


def plain(elements: list[Element]) -> list[Element]:
    """Return the elements as the format holds them: sorted by id, at revision 1."""
    return sorted(
        (replace(element, revision=1) for element in elements), key=lambda element: element.id
    )


@settings(max_examples=200)
@given(graphs())
def test_a_written_graph_is_read_back_equal(elements: list[Element]) -> None:
    copies = read(write_native(elements))
    assert sorted(copies, key=lambda element: element.id) == plain(elements)


@pytest.mark.slow
def test_denmark_is_read_back_equal_and_its_files_from_folder_and_zip(tmp_path: Path) -> None:
    elements = list(denmark().elements())
    files = write_native(elements)
    assert sorted(read(files), key=lambda element: element.id) == plain(elements)
    write_folder(tmp_path / "mappe", files)
    assert is_native(tmp_path / "mappe")
    assert native_files(tmp_path / "mappe") == files
    packed = tmp_path / "pakke.zip"
    packed.write_bytes(zip_files(files, MADE_AT))
    assert is_native(packed)
    assert native_files(packed) == files
    assert zip_files(files, MADE_AT) == packed.read_bytes()


def test_contact_values_are_left_out_and_counted_unless_given() -> None:
    value = "+4505123478"
    detail = ContactDetail(
        id="d-1", channel=Channel.PHONE, hint=hint(Channel.PHONE, value), source="demo"
    )
    files = write_native([detail])
    assert value.encode() not in files[NODES]
    about = json.loads(files[ABOUT])
    assert about["left_out"] == [{"kind": "DETAILS", "count": 1}]
    with_value = write_native([detail], values={"d-1": Secret(value)})
    assert json.loads(with_value[ABOUT])["left_out"] == []
    (again,) = read(with_value)
    assert isinstance(again, ContactDetail)
    assert again.value is not None
    assert again.value.uncover() == value


def test_bars_and_backslashes_in_a_set_are_read_back() -> None:
    area = next(element for element in denmark().elements() if element.id == "mun-0787")
    odd = replace(area, aliases=frozenset({"a|b", "c\\d", "e", "\\|"}))
    assert read(write_native([odd])) == [odd]


def test_all_elements_of_kystby_are_read_back() -> None:
    town = [element for element in elements() if not isinstance(element, ContactDetail)]
    copies = read(write_native(town))
    assert len(copies) == len(town)


def test_a_file_of_a_zip_that_is_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zip_files({NODES: b"label;id\n" * 1_000, LINKS: b"", ABOUT: b"{}"}, MADE_AT)
    monkeypatch.setattr(ZipFile, "read", None)
    with pytest.raises(FileRefused) as refused:
        unpacked_native("pakke.zip", data, ReadingLimits(file=8_999))
    (fault,) = refused.value.faults
    assert (fault.rule, fault.place.file) == (ImportRule.FILE_TOO_LARGE, NODES)


GOOD = "label;id;source;kind;name;tier;sector"
POST = "Actor;act-x;form;SSP_COORDINATOR;SSP;MUNICIPAL;YOUTH"


@pytest.mark.parametrize(
    ("lines", "rule", "line", "column"),
    [
        ((GOOD,), ImportRule.EMPTY_FILE, None, None),
        ((f"{GOOD};note", f"{POST};x"), Rule.UNKNOWN_FIELD, 1, 7),
        ((f"{GOOD};name", f"{POST};x"), ImportRule.SAME_HEADER, 1, 7),
        (
            (GOOD.replace(";source", ""), POST.replace(";form", "")),
            ImportRule.MISSING_COLUMN,
            1,
            None,
        ),
        ((GOOD, POST.replace("Actor", "Borger")), Rule.UNKNOWN_WORD, 2, 0),
        ((GOOD, POST.replace("SSP_COORDINATOR", "KOK")), Rule.UNKNOWN_WORD, 2, 3),
        ((GOOD, POST.replace(";SSP;", ";;")), Rule.REQUIRED, 2, 4),
        ((GOOD, POST.replace("MUNICIPAL", "NATIONAL")), Rule.TIER_OF_KIND, 2, 5),
        ((f"{GOOD};valid_from", f"{POST};1.2.2026"), Rule.BAD_FORMAT, 2, 7),
        ((f"{GOOD};valid_from", f"{POST};2026-02-31"), Rule.BAD_FORMAT, 2, 7),
        ((f"{GOOD};needs_deputy", f"{POST};ja"), Rule.BAD_FORMAT, 2, 7),
        ((f"{GOOD};review_every_days", f"{POST};mange"), Rule.BAD_FORMAT, 2, 7),
        ((f"{GOOD};competences", f"{POST};SSP||KSP"), Rule.BAD_FORMAT, 2, 7),
        ((f"{GOOD};cvr", f"{POST};12345678"), Rule.UNKNOWN_FIELD, 2, 7),
        ((GOOD, POST, POST), Rule.DUPLICATE, 3, None),
        ((GOOD, f"{POST};x"), ImportRule.RAGGED_ROW, 2, None),
        ((GOOD, POST.replace(";SSP;", ";dømt for vold;")), Rule.OFFENSE, 2, 4),
        ((GOOD, POST.replace("act-x", "010190-1234")), Rule.CPR_NUMBER, 2, 1),
        ((GOOD, POST.replace(";SSP;", ';"SSP;')), ImportRule.QUOTES, 2, None),
    ],
)
def test_a_fault_has_its_rule_and_place(
    lines: tuple[str, ...], rule: Term, line: int | None, column: int | None
) -> None:
    with pytest.raises(FileRefused) as refused:
        read({NODES: "\r\n".join((*lines, "")).encode()})
    fault = refused.value.faults[0]
    assert (fault.rule, fault.place.line, fault.place.column) == (rule, line, column)


@pytest.mark.parametrize("about", [b"", b"[]", b"{}", b'{"format": "kontaktvej", "version": 2}'])
def test_another_format_or_version_is_refused(about: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        read({NODES: f"{GOOD}\r\n{POST}\r\n".encode(), ABOUT: about})
    assert refused.value.faults[0].rule is ImportRule.UNKNOWN_FORMAT


def test_a_folder_with_other_files_or_above_the_size_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / NODES).write_text("x", "utf-8")
    (tmp_path / "noter.txt").write_text("x", "utf-8")
    with pytest.raises(FileRefused):
        native_files(tmp_path)
    (tmp_path / "noter.txt").unlink()
    with pytest.raises(FileRefused):
        native_files(tmp_path, ReadingLimits(file=0))
    assert not is_native(tmp_path / "findes-ikke")


@pytest.mark.parametrize(
    ("file", "first", "classes"), [(NODES, "label", NODE_CLASSES), (LINKS, "type", LINK_CLASSES)]
)
def test_native_columns_are_label_or_type_and_each_field_but_the_revision_once(
    file: str, first: str, classes: Mapping[object, type[Node | Link]]
) -> None:
    columns = native_columns(file)
    assert columns[:2] == (first, "id")
    named = {field.name for cls in classes.values() for field in fields(cls)}
    assert sorted(columns[1:]) == sorted(named - {"revision"})


# ---- compared with a register


def _details(elements: list[Element]) -> list[Element]:
    value = Secret("+45 05 12 34 78")
    return [
        replace(element, value=value) if isinstance(element, ContactDetail) else element
        for element in elements
    ]


def test_a_town_is_new_in_an_empty_register_and_unchanged_the_second_time() -> None:
    town = _details(list(elements()))
    data = read_native("mappe", write_native(town, values=_values(town)))
    preview = preview_of(data, [])
    assert counts(preview) == {"NEW": len(town)}, [f.text("en") for f in preview.all_faults()][:3]
    stored = [
        replace(element, value=None) if isinstance(element, ContactDetail) else element
        for element in preview.change_set().creates
    ]
    again = preview_of(read_native("mappe", write_native(stored)), stored)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": len(town)}, 0)


def _values(elements: list[Element]) -> dict[str, Secret]:
    return {
        element.id: element.value
        for element in elements
        if isinstance(element, ContactDetail) and element.value is not None
    }


def test_details_without_values_are_refused_with_their_links() -> None:
    data = read_native("mappe", write_native(elements()))
    preview = preview_of(data, [])
    refused = {fault.rule for fault in preview.all_faults()}
    assert refused == {Rule.REQUIRED, Rule.MISSING_END}
    assert not any(isinstance(element, ContactDetail) for element in preview.creates)


def test_fields_are_compared_one_by_one() -> None:
    present = list(elements())
    changed = [
        replace(element, hours="MO-FR 08:00-12:00", review_every_days=90)
        if element.id == "ssp-post"
        else element
        for element in present
    ]
    data = read_native("mappe", write_native(changed))
    preview = preview_of(data, present)
    row = next(row for row in preview.rows if row.state is RowState.CONFLICT)
    assert {difference.field for difference in row.differences} == {"hours", "review_every_days"}
    assert len(preview.change_set()) == 0
    takeover = preview_of(data, present, takes_source=True)
    (post,) = takeover.updates
    assert (post.id, getattr(post, "review_every_days", 0)) == ("ssp-post", 90)


def test_links_to_a_missing_element_are_refused() -> None:
    town = [element for element in elements() if element.id != "ssp-post"]
    data = read_native("mappe", write_native(_details(town), values=_values(_details(town))))
    preview = preview_of(data, [])
    rules = {fault.rule for fault in preview.all_faults()}
    assert Rule.MISSING_END in rules
    ids = {element.id for element in preview.creates}
    for link in preview.creates:
        if isinstance(link, Link):
            assert {link.source_id, link.target_id} <= ids


def test_the_work_grows_linearly_with_the_faults_at_neighbors() -> None:
    def private(count: int) -> tuple[NativeData, list[Element]]:
        post = next(element for element in elements() if isinstance(element, Actor))
        details = [
            ContactDetail(
                id=f"d-{at}", channel=Channel.PHONE, hint="••", source="demo", is_work=False
            )
            for at in range(count)
        ]
        links = [
            ReachedBy(id=f"r-{at}", source_id=post.id, target_id=f"d-{at}", source="demo")
            for at in range(count)
        ]
        return read_native("mappe", write_native(links)), [post, *details]

    few, many = private(100), private(200)
    assert counts(preview_of(*many)) == {RowState.REFUSED: 200}
    assert calls_of(partial(preview_of, *many)) < 2.5 * calls_of(partial(preview_of, *few))


# ---- an export that is read again


_ABOUT_AMINA: dict[str, Any] = {
    "title": "SSP-konsulent", "external_id": "m-17", "languages": frozenset({"da", "so"}),
    "competences": frozenset({Competence.SSP}), "absent_from": date(2026, 12, 1),
    "absent_to": date(2026, 12, 8),
}  # fmt: skip


def _export_files(present: Sequence[Element]) -> dict[str, bytes]:
    """The files of an export of Kystby with the names of its people, and the links among them."""
    view = everything(present)
    unnamed = {node.id for node in selection_of(view, with_names=True).nodes if node.name is None}
    ids = [node.id for node in selection_of(view).nodes if node.id not in unnamed]
    selection = ExportSelection(view, ids, with_names=True)
    with ZipFile(BytesIO(native(selection, stamp(selection), "da"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_importing_an_own_export_under_its_source_changes_nothing() -> None:
    present = list(elements(amina=_ABOUT_AMINA))
    files = _export_files(present)
    assert b"Amina" in files[NODES]
    assert b"m-17" not in files[NODES]
    assert any(getattr(link, "verified_by", None) for link in present if isinstance(link, Link))
    preview = preview_of(
        read_native("pakke.zip", files), present, source="kystby", takes_source=True
    )
    assert set(counts(preview)) == {"UNCHANGED"}
    assert (preview.creates, preview.updates, preview.ends) == ((), (), ())


def test_given_fields_of_a_person_are_updated_and_empty_ones_are_unchanged() -> None:
    present = list(elements(amina=_ABOUT_AMINA))
    (amina,) = (element for element in present if element.id == "amina")
    update = replace(amina, title="SSP-koordinator", external_id=None, languages=frozenset())
    data = read_native("mappe", write_native([update]))
    preview = preview_of(data, present, source="kystby")
    (row,) = preview.rows
    assert [(difference.field, difference.source_says) for difference in row.differences] == [
        ("title", "SSP-koordinator")
    ]
    assert preview.updates == (
        replace(amina, title="SSP-koordinator", batch=preview.options.batch),
    )


def test_a_start_after_the_known_end_of_an_element_is_refused() -> None:
    present = list(elements(**{"ssp-post": {"valid_to": date(2026, 8, 1)}}))
    row = "Actor;ssp-post;kystby;SSP_COORDINATOR;SSP-koordinator, Kystby;MUNICIPAL;YOUTH;2026-09-01"
    files = {NODES: "\r\n".join((f"{GOOD};valid_from", row, "")).encode()}
    preview = preview_of(read_native("mappe", files), present, source="kystby")
    assert counts(preview) == {"REFUSED": 1}
    assert preview.updates == ()


def test_a_verification_date_after_the_import_is_refused() -> None:
    present = list(elements())
    link = next(link for link in present if isinstance(link, HopLink) and link.verified_on)
    for day, state in ((date(2026, 11, 25), "CHANGED"), (date(2026, 11, 26), "REFUSED")):
        data = read_native("mappe", write_native([replace(link, verified_on=day)]))
        preview = preview_of(data, present, takes_source=True)
        assert counts(preview) == {state: 1}
        assert {fault.rule for fault in preview.all_faults()} <= {ImportRule.CHECK_AHEAD}


def test_an_absent_column_changes_nothing_and_an_empty_hours_cell_clears_it() -> None:
    present = list(elements(**{"ssp-post": {"external_id": "p-4"}}))
    rows = ("Actor;ssp-post;kystby;SSP_COORDINATOR;SSP-koordinator, Kystby;MUNICIPAL;YOUTH",)
    data = read_native("mappe", {NODES: "\r\n".join((GOOD, *rows, "")).encode()})
    preview = preview_of(data, present, source="kystby")
    assert counts(preview) == {"UNCHANGED": 1}
    head, row = f"{GOOD};hours;external_id", f"{rows[0]};;"
    data = read_native("mappe", {NODES: "\r\n".join((head, row, "")).encode()})
    preview = preview_of(data, present, source="kystby")
    (post,) = preview.updates
    assert isinstance(post, Actor)
    assert (post.hours, post.external_id) == (None, "p-4")


def test_a_person_without_a_name_in_the_file_keeps_theirs_and_is_not_created() -> None:
    person = next(element for element in elements() if isinstance(element, Person))
    files = write_native([replace(person, valid_to=date(2027, 1, 1))])
    head, row = files[NODES].decode("utf-8-sig").splitlines()[:2]
    cells = dict(zip(head.split(";"), row.split(";"), strict=True))
    cells["name"] = ""
    data = read_native("mappe", {NODES: f"{head}\n{';'.join(cells.values())}\n".encode()})
    changed = preview_of(data, [person], source=person.source)
    assert [element.name for element in changed.updates if isinstance(element, Person)] == [
        person.name
    ]
    (refused,) = preview_of(data, []).all_faults()
    assert (refused.rule, refused.place.header) == (Rule.REQUIRED, "name")
