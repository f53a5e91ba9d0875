"""Reading Kontaktvej's own export as Popolo or HSDS again changes nothing."""

import pytest

from graph.exchange.formats.hsds import hsds
from graph.exchange.formats.popolo import popolo
from graph.exchange.imports import ImportRegister
from graph.exchange.imports.records import (
    RecordFormat,
    detect_format,
    preview_records,
    read_records,
)
from graph.exchange.structure_format import Writer
from graph.vocabulary import Language
from tests.fixtures.snapshots import snapshot_of
from tests.graph.exchange.imports.office_lists import ON, options
from tests.graph.exchange.imports.records.record_files import readings, source_of
from tests.graph.exchange.selections import everything, rich_things, selection_of
from tests.graph.exchange.stamps import stamp


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(
    ("write", "form"), [(popolo, RecordFormat.POPOLO), (hsds, RecordFormat.HSDS)]
)
def test_an_export_that_is_read_again_changes_nothing(
    write: Writer, form: RecordFormat, lang: Language
) -> None:
    elements = rich_things()
    selection = selection_of(everything(elements), with_names=True)
    source = source_of(write(selection, stamp(selection), lang))
    assert detect_format(source) is form
    records = read_records(source, form, ON)
    register = ImportRegister.of(snapshot_of(elements), ON)
    preview = preview_records(records, readings(), register, options(source="kopi"))
    assert preview.questions == ()
    assert (preview.creates, preview.updates, preview.ends) == ((), (), ())
