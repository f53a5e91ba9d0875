"""The seal of a row stays the same in all versions: a log outlives its version by years.

The sealed text is repeated here, so that a change of it fails a test: after a change, older rows
would be reported as broken, and words in them would no longer be found.
"""

import base64
import hmac
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import pytest

from api.audit.chain import FIRST, SEALED, Anchors, Seals, UnreadableAnchor, add_key, open_seals
from api.audit.entry import AuditKind, Entry, instant
from api.audit.log import AuditLog, audit_log, logged_parameters
from api.audit.verify import BreakReason, BrokenRow, verify
from graph.store.encryption.key_file import KeyringRefused, MasterKeys, write_master_keys
from graph.store.encryption.sealing import OwnerKey, open_sealed
from tests.api.audit.logs import NOON, fill, open_log

KEY: Final = bytes(range(32))
OLDER: Final = bytes(range(32, 64))
RING: Final = MasterKeys(current="k1", keys={"k0": OLDER, "k1": KEY})
ROW: Final = Entry(
    kind=AuditKind.SHOWN, action="read_names", request_id="r1", caller="acc-1",
    subjects=("Åse", "p2"), asked={"text": "x", "area": "dk"}, result=200,
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.json"


@pytest.fixture
def seals(path: Path) -> Seals:
    return Seals(path, RING)


def digest(text: str, key: bytes = KEY) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def test_the_seal_of_a_row_is_computed_over_a_fixed_text(seals: Seals) -> None:
    stored = {"seq": 7, "at": "2026-11-25T12:00:00.000+00:00", "key_id": "k1", "prev": FIRST}
    sealed_over = (
        f"7|2026-11-25T12:00:00.000+00:00|{FIRST}|"
        '{"action":"read_names","asked":"{\\"area\\":\\"dk\\",\\"text\\":\\"x\\"}",'
        '"caller":"acc-1","change_set":null,"count":null,"key_id":"k1","kind":"shown","ms":null,'
        '"purpose":null,"request_id":"r1","result":200,"role":null,'
        '"subjects":"[\\"Åse\\",\\"p2\\"]","via":null}'
    )
    row = {**stored, **ROW.columns(), "mac": "of no weight"}
    assert seals.mac(row, "2026-11") == digest(f"row|2026-11|{sealed_over}")
    assert seals.mac(row, None) == digest(sealed_over)  # of versions that sealed no month
    older = sealed_over.replace('"key_id":"k1"', '"key_id":"k0"')
    assert seals.mac({**row, "key_id": "k0"}, None) == digest(older, OLDER)


def test_empty_subjects_and_parameters_are_stored_as_null() -> None:
    columns = Entry(kind=AuditKind.DONE, action="a", request_id="r").columns()
    assert (columns["subjects"], columns["asked"]) == (None, None)


def test_the_seal_of_a_dropped_month_is_computed_over_a_fixed_text(seals: Seals) -> None:
    month_digest = {"month": "2024-01", "key_id": "k1", "last": "ø", "mac": "of no weight"}
    assert seals.month_digest_mac(month_digest) == digest(
        'stub|{"key_id":"k1","last":"ø","month":"2024-01"}'
    )


def test_a_typed_word_has_one_digest_per_key_ignoring_case_and_spaces(
    seals: Seals, path: Path
) -> None:
    assert seals.term("  SSP \n A\u030arhus ") == digest("term|ssp århus")
    assert seals.terms("ssp århus") == {digest("term|ssp århus", key) for key in (KEY, OLDER)}
    write_master_keys(path, MasterKeys(current="k2", keys={"k2": KEY}))
    assert seals.terms("x") == {digest("term|x")}


def test_a_sealed_text_opens_with_a_key_derived_from_the_keyring(seals: Seals) -> None:
    secret = hmac.digest(KEY, b"sealed texts", "sha256")
    other = Seals(Path("none"), MasterKeys(current="k1", keys={"k1": KEY}))
    assert other.decrypt(seals.encrypt("RETURN 1")) == "RETURN 1"
    ciphertext = base64.b64decode(seals.encrypt("RETURN 1").rpartition(":")[2])
    opened = open_sealed(
        ciphertext, key=OwnerKey(key_id="k1", secret=secret), node_id="audit", owner="audit",
        field="asked",
    )  # fmt: skip
    assert opened == "RETURN 1"
    with pytest.raises(KeyError, match="k9"):
        seals.decrypt("sealed:k9:AAAA")


def test_a_key_that_another_process_added_is_known(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.json"
    seals = open_seals(path, is_new=True)
    assert not seals.knows("k9")
    assert seals.knows(add_key(path))


def test_adding_a_key_to_a_missing_keyring_leaves_only_a_private_lock_file(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.json"
    path.parent.mkdir(mode=0o700)
    with pytest.raises(KeyringRefused, match=r"audit\.json is missing"):
        add_key(path)
    rights = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert rights == {"audit.lock": 0o600}


def test_an_instant_is_written_in_utc_to_the_millisecond() -> None:
    summer = datetime(2026, 7, 1, 14, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=2)))
    assert instant(summer) == "2026-07-01T12:30:00.123+00:00"
    assert instant(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000+00:00"


def test_anchors_are_read_back_with_the_time_of_the_newest(tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors")
    assert anchors.last_at() is None
    anchors.add(1, "a" * 64, at=NOON)
    anchors.add(9, "b" * 64, at=NOON.replace(hour=13))
    anchors.add(9, "b" * 64, at=NOON.replace(hour=14))
    assert (anchors.all(), anchors.last_at()) == ({1: "a" * 64, 9: "b" * 64}, NOON.replace(hour=14))
    assert (tmp_path / "anchors").stat().st_mode & 0o777 == 0o600


def test_an_incomplete_anchor_line_left_by_a_crash_is_skipped(tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors")
    anchors.add(1, "a" * 64, at=NOON)
    with anchors.path.open("a") as file:
        file.write("2026-11-25T13:00")
    anchors.add(2, "b" * 64, at=NOON)
    assert anchors.all() == {1: "a" * 64, 2: "b" * 64}


@pytest.mark.parametrize("line", ["x" * 90, f"{'1' * 24} two {'a' * 64}", f"2026 1 {'c' * 64}"])
def test_a_changed_anchor_line_is_reported_by_its_number(tmp_path: Path, line: str) -> None:
    anchors = Anchors(tmp_path / "anchors")
    anchors.add(1, "a" * 64, at=NOON)
    with anchors.path.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(UnreadableAnchor, match="line 2"):
        anchors.all()
    with open_log(tmp_path) as log:
        fill(log, 1)
        assert verify(log, anchors).broken == BrokenRow(seq=0, why=BreakReason.ANCHORS_UNREADABLE)


QUERY = "MATCH (n:Network) WHERE n.kind = $kind RETURN n"


def sealed_query(log: AuditLog, text: str) -> str:
    parameters = logged_parameters(
        log, {"query": text, "purpose": "VERIFY"}, ("purpose",), ("query",)
    )
    assert parameters["purpose"] == "VERIFY"
    query: str = parameters["query"]
    return query


def test_a_sealed_text_opens_with_current_and_older_keys_of_the_log(tmp_path: Path) -> None:
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        sealed = sealed_query(log, QUERY)
    assert sealed.startswith(SEALED)
    assert "Network" not in sealed
    add_key(tmp_path / "keys" / "audit.json")
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        assert log.decrypt_parameters({"query": sealed, "other": 1}) == {"query": QUERY, "other": 1}
        assert log.decrypt_parameters({"query": ["x", sealed]}) == {"query": ["x", QUERY]}
        assert sealed_query(log, QUERY).split(":")[1] != sealed.split(":")[1]


def test_the_same_text_is_sealed_differently_each_time(tmp_path: Path) -> None:
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        assert sealed_query(log, QUERY) != sealed_query(log, QUERY)


def test_a_text_changed_or_sealed_with_other_keys_is_returned_undecrypted(tmp_path: Path) -> None:
    with (
        audit_log(tmp_path / "audit", tmp_path / "keys") as log,
        audit_log(tmp_path / "other", tmp_path / "others") as other,
    ):
        sealed = sealed_query(log, QUERY)
        for changed in (sealed[:-8] + "AAAAAAA=", sealed[:-9], f"{SEALED}none:AAAA", SEALED):
            assert log.decrypt_parameters({"query": changed}) == {"query": changed}
        assert other.decrypt_parameters({"query": sealed}) == {"query": sealed}


def test_a_query_about_a_citizen_is_logged_only_as_a_digest(tmp_path: Path) -> None:
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        text = sealed_query(log, "MATCH (n) WHERE n.name = '010190-1234' RETURN n")
    assert text.startswith("hmac:")


def test_an_anchor_after_an_incomplete_line_gets_a_line_of_its_own(
    tmp_path: Path,
) -> None:
    anchors, at = Anchors(tmp_path / "anchors"), datetime(2026, 11, 25, 9, tzinfo=UTC)
    anchors.add(1, "a" * 64, at=at)
    anchors.add(2, "b" * 64, at=at)
    whole = anchors.path.read_text("utf-8")
    assert whole.count("\n") == 2
    anchors.path.write_text(f"{whole}2026-11-25T09", "utf-8")
    anchors.add(3, "c" * 64, at=at)
    assert anchors.path.read_text("utf-8").splitlines()[2] == "2026-11-25T09"
    assert anchors.path.read_text("utf-8").count("\n") == 4
    assert anchors.all() == {1: "a" * 64, 2: "b" * 64, 3: "c" * 64}
    assert anchors.last_at() == at


def test_an_undecodable_anchor_line_is_reported_and_a_later_one_still_dated(
    tmp_path: Path,
) -> None:
    anchors, at = Anchors(tmp_path / "anchors"), datetime(2026, 11, 25, 9, tzinfo=UTC)
    anchors.path.write_bytes(b"\xff" * 80 + b"\n")
    anchors.add(2, "b" * 64, at=at)
    with pytest.raises(UnreadableAnchor, match="line 1"):
        anchors.all()
    assert anchors.last_at() == at
