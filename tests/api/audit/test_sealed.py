"""Is a query kept so that whoever reads the log can read it, and nobody without its keys?"""

from pathlib import Path

from api.audit.chain import SEALED, add_key
from api.audit.log import AuditLog, audit_log, logged_parameters

QUERY = "MATCH (n:Network) WHERE n.kind = $kind RETURN n"


def kept(log: AuditLog, text: str) -> str:
    told = logged_parameters(log, {"query": text, "purpose": "VERIFY"}, ("purpose",), ("query",))
    assert told["purpose"] == "VERIFY"
    query: str = told["query"]
    return query


def test_a_sealed_text_opens_with_the_keys_of_the_log_also_with_its_older_ones(
    tmp_path: Path,
) -> None:
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        sealed = kept(log, QUERY)
    assert sealed.startswith(SEALED)
    assert "Network" not in sealed
    add_key(tmp_path / "keys" / "audit.json")
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        assert log.opened({"query": sealed, "other": 1}) == {"query": QUERY, "other": 1}
        assert kept(log, QUERY).split(":")[1] != sealed.split(":")[1]


def test_the_same_text_is_sealed_differently_each_time(tmp_path: Path) -> None:
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        assert kept(log, QUERY) != kept(log, QUERY)


def test_what_was_changed_or_sealed_elsewhere_stays_as_it_is(tmp_path: Path) -> None:
    with (
        audit_log(tmp_path / "audit", tmp_path / "keys") as log,
        audit_log(tmp_path / "other", tmp_path / "others") as other,
    ):
        sealed = kept(log, QUERY)
        for changed in (sealed[:-8] + "AAAAAAA=", sealed[:-9], f"{SEALED}none:AAAA", SEALED):
            assert log.opened({"query": changed}) == {"query": changed}
        assert other.opened({"query": sealed}) == {"query": sealed}


def test_a_text_that_tells_of_a_citizen_is_kept_as_a_digest_alone(tmp_path: Path) -> None:
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        told = kept(log, "MATCH (n) WHERE n.name = '010190-1234' RETURN n")
    assert told.startswith("hmac:")
