"""The file of own kinds: rows are written as they were read, and a change is seen at once."""

import logging
import os
import stat
from pathlib import Path

import pytest
from filelock import Timeout
from hypothesis import given
from hypothesis import strategies as st

from graph import own_kinds_file as written
from graph.errors import InvalidVocabulary, StoreUnavailable
from graph.own_kinds import KINDS, NO_OWN_KINDS, OwnKindUse, read_own_kinds
from graph.own_kinds_file import (
    OwnKindsFile,
    Values,
    file_text,
    own_kinds_file,
    row_values,
    with_row,
    without_row,
)
from graph.vocabulary import LegalGate, NetworkKind, PostKind
from tests.fixtures.own_kinds import OWN_KINDS, TEXT, file_in

COMMENTED = """# Ours.

# Agreed with the youth department.
[[kind]]
id = "FIRST"
of = "PostKind"   # a post
is_a = "OUTREACH_WORKER"
label_da = "Første"
label_en = "First"

# The second.
[[kind]]
id = "SECOND"
of = "PostKind"
is_a = "MENTOR"
label_da = "Anden \\"2\\""
label_en = "Second"
tiers = [
  "MUNICIPAL",
]

# The end.
"""


def with_changed_row(own_id: str, text: str = COMMENTED, **values: str) -> str:
    kinds = read_own_kinds(text)
    row: dict[str, object] = {**row_values(kinds.by_id[own_id], kinds), **values}
    return with_row(text, row)  # pyright: ignore[reportArgumentType]  # texts only


# ---- the text


def test_the_kinds_of_a_file_are_written_as_they_were_read() -> None:
    rows = [row_values(kind, OWN_KINDS) for kind in OWN_KINDS.rows]
    text = file_text(rows)
    assert read_own_kinds(text).rows == OWN_KINDS.rows
    assert text.startswith("# ")
    assert text.count("[[kind]]") == len(rows)
    assert 'gate = "GENERAL"' in text, "what a row narrows"
    assert "tiers" not in text, "what a row inherits stands above it"


@st.composite
def rows(draw: st.DrawFn) -> list[Values]:
    """Rows of a usable file: of shipped kinds, with labels of any characters that pass."""
    drawn: list[Values] = []
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from([word for kinds in KINDS.values() for word in kinds]))
        mark = draw(st.sampled_from(['"', "\\", "'", "[[kind]]", "#", " = ", "ø", "–", "𝄞"]))
        row: dict[str, object] = {
            "id": f"OWN_{number}", "of": type(kind).__name__, "is_a": kind.value,
            "label_da": f"Egen {mark} {number}", "label_en": f"{mark}Own {number}",
        }  # fmt: skip
        if isinstance(kind, PostKind) and draw(st.booleans()):
            row["tiers"] = [draw(st.sampled_from(sorted(kind.tiers))).value]
            row["is_unit_only"] = True
        if isinstance(kind, NetworkKind) and draw(st.booleans()):
            row["gate"] = LegalGate.CONTACT_ONLY.value
        drawn.append(row)  # pyright: ignore[reportArgumentType]  # as above
    return drawn


@given(rows(), st.data())
def test_any_rows_are_read_as_they_were_written(drawn: list[Values], data: st.DataObject) -> None:
    text = ""
    for row in drawn:
        text = with_row(text, row)
    kinds = read_own_kinds(text)
    assert kinds.rows == read_own_kinds(file_text(drawn)).rows
    assert [row_values(kind, kinds)["label_da"] for kind in kinds.rows] == [
        row["label_da"] for row in drawn
    ]
    if drawn:
        gone = str(data.draw(st.sampled_from(drawn))["id"])
        left = read_own_kinds(without_row(text, gone))
        assert left.rows == tuple(kind for kind in kinds.rows if kind.id != gone)


def test_changing_a_row_preserves_the_text_of_the_other_rows() -> None:
    text = with_changed_row("FIRST", label_da="Den første")
    assert text == COMMENTED.replace('"Første"', '"Den første"').replace("   # a post", "")
    text = with_changed_row("SECOND", label_en="Another")
    assert text.startswith(COMMENTED[: COMMENTED.index('id = "SECOND"')])
    assert 'tiers = ["MUNICIPAL"]' not in text, "it is all that a mentor may have"
    assert text.endswith('label_en = "Another"\n\n# The end.\n')
    assert with_row(COMMENTED, {"id": "NEW"}) == f'{COMMENTED}\n[[kind]]\nid = "NEW"\n'


def test_a_row_is_removed_with_the_comment_right_above_it() -> None:
    text = without_row(COMMENTED, "FIRST")
    assert text == f"# Ours.\n\n{COMMENTED[COMMENTED.index('# The second.') :]}"
    text = without_row(COMMENTED, "SECOND")
    assert text == f"{COMMENTED[: COMMENTED.index('# The second.')]}# The end.\n"
    assert read_own_kinds(without_row(text, "FIRST")).rows == ()


def test_rows_of_a_file_with_inline_tables_can_be_changed_and_removed() -> None:
    text = (
        'kind = [{id = "A1", of = "PlanKind", is_a = "COOPERATION_PLAN", label_da = "A", '
        'label_en = "A"}, {id = "B1", of = "PlanKind", is_a = "A1", label_da = "B", '
        'label_en = "B"}]\n'
    )
    (left,) = read_own_kinds(with_changed_row("B1", text, label_da="Ny")).rows[1:]
    assert (left.id, left.label_da) == ("B1", "Ny")
    assert read_own_kinds(without_row(text, "B1")).rows == read_own_kinds(text).rows[:1]


# ---- the file


def test_without_the_setting_the_file_is_in_the_data_folder_and_may_be_missing(
    tmp_path: Path,
) -> None:
    file = own_kinds_file(None, tmp_path / "home")
    assert file.path == tmp_path / "home" / "vocabulary.toml"
    assert file.current() is NO_OWN_KINDS
    assert (file.text(), file.is_writable()) == ("", True)
    file.write(TEXT)
    assert file.current().rows == OWN_KINDS.rows
    if os.name == "posix":
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["vocabulary.toml"]


def test_a_file_named_by_the_setting_must_exist(tmp_path: Path) -> None:
    file = own_kinds_file(tmp_path / "own.toml", tmp_path)
    with pytest.raises(InvalidVocabulary, match="cannot be read"):
        file.current()


def test_a_file_that_is_replaced_keeps_its_mode_and_a_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(TEXT, "utf-8")
    (tmp_path / "own.toml").chmod(0o640)
    (tmp_path / "link.toml").symlink_to("own.toml")
    file = own_kinds_file(tmp_path / "link.toml", tmp_path)
    file.write("")
    assert (tmp_path / "link.toml").is_symlink()
    assert (tmp_path / "own.toml").read_text("utf-8") == ""
    assert stat.S_IMODE((tmp_path / "own.toml").stat().st_mode) == 0o640


def test_a_changed_file_is_reloaded_and_a_faulty_one_leaves_the_last_valid_kinds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, other = file_in(tmp_path), own_kinds_file(None, tmp_path)
    assert file.current() is file.current()
    other.write(without_row(TEXT, "FRITIDSKLUB"))
    assert "FRITIDSKLUB" not in file.current().by_id
    good = file.current()
    with caplog.at_level(logging.WARNING):
        other.write(TEXT.replace("OUTREACH_WORKER", "NOWHERE"))
        assert file.current() is good
        assert file.current() is good
    assert file.fault is not None
    assert "line 5: DEMOKRATIKONSULENT.is_a: is not a kind that exists" in str(file.fault)
    assert len(caplog.records) == 1, "logged once"
    file.path.unlink()
    assert file.current() is good, "a file that is lost takes no kinds away"
    assert "cannot be read" in str(file.fault)
    other.write(TEXT)
    assert file.current().rows == OWN_KINDS.rows
    assert file.fault is None


def test_a_file_without_a_kind_in_use_is_not_loaded(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    before = file.current()
    used = (
        OwnKindUse("FRITIDSKLUB", ("SPORTS_CLUB",), 2),
        OwnKindUse("FRITIDSKLUB", ("SPORTS_CLUB",), 1),
        OwnKindUse("GONE_BEFORE", ("MENTOR",), 1),
    )  # fmt: skip
    file.write(without_row(TEXT, "FRITIDSKLUB"))
    assert file.current(lambda: used) is before
    assert file.fault is not None
    assert file.fault.lines("en") == ("FRITIDSKLUB: in use by 3 in the register",)


def test_a_changed_file_is_not_loaded_while_the_store_is_unavailable(tmp_path: Path) -> None:
    def away() -> tuple[OwnKindUse, ...]:
        raise StoreUnavailable("away")

    file = file_in(tmp_path)
    before = file.current()
    file.write(without_row(TEXT, "FRITIDSKLUB"))
    assert file.current(away) is before
    assert "FRITIDSKLUB" not in file.current().by_id


def test_one_process_at_a_time_holds_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "_WAIT_S", 0)
    first, other = (
        file_in(tmp_path),
        OwnKindsFile(tmp_path / "x.toml", tmp_path / "vocabulary.lock"),
    )
    with first.hold(), pytest.raises(Timeout), other.hold():
        pass
    with other.hold():
        pass


# ---- nodes that do not fit


def test_nodes_that_a_narrower_row_would_leave_out_are_counted() -> None:
    kinds = read_own_kinds(
        TEXT.replace('label_en = "Safety guide"', 'label_en = "Safety guide"\nis_unit_only = true')
    )
    used = (
        OwnKindUse("SSP_KONSULENT", ("SSP_COORDINATOR",), 2, tier="MUNICIPAL", is_unit_only=False),
        OwnKindUse("SSP_KONSULENT", ("SSP_COORDINATOR",), 3, tier="NATIONAL", is_unit_only=True),
        OwnKindUse("BOLIGNET", ("SSP",), 4, tier="MUNICIPAL", gate="SSP_115"),
        OwnKindUse("BOLIGNET", ("SSP",), 5, tier="MUNICIPAL", gate="CONTACT_ONLY"),
        OwnKindUse("FRITIDSKLUB", ("SPORTS_CLUB",), 6),
        OwnKindUse("GONE", ("MENTOR",), 7, tier="MUNICIPAL"),
    )
    assert kinds.narrowed_out(used) == {
        ("SSP_KONSULENT", "is_unit_only"): 2,
        ("SSP_KONSULENT", "tiers"): 3,
        ("BOLIGNET", "gate"): 4,
    }
