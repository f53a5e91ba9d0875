import pytest
from neo4j.exceptions import (
    AuthError,
    ConstraintError,
    CypherSyntaxError,
    DatabaseError,
    DriverError,
    Forbidden,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graph.errors import Invalid, StoreUnavailable, TooExpensive
from graph.store.driver_errors import translate_errors


class LogFull(DatabaseError):
    @property
    def code(self) -> str:
        return "Neo.DatabaseError.Transaction.TransactionLogError"


class Unreadable(DatabaseError):
    @property
    def code(self) -> str:
        return "Neo.DatabaseError.Schema.RelationshipTypeAccessFailed"


class MemoryIsFull(TransientError):
    @property
    def code(self) -> str:
        return "Neo.TransientError.General.MemoryPoolOutOfMemoryError"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ServiceUnavailable("gone"), "does not answer; fix: try again"),
        (SessionExpired("gone"), "does not answer"),
        (AuthError("no"), "NEO4J_PASSWORD"),
        (Forbidden("no"), "rights"),
        (TransientError("later"), "not ready"),
        (IncompleteCommit("cut"), "outcome is not known"),
        (LogFull("append"), "disk is full"),
        (Unreadable("read"), "damaged and cannot be read"),
    ],
)
def test_an_outage_names_the_place_and_what_to_do(
    error: Neo4jError | DriverError, message: str
) -> None:
    with (
        pytest.raises(StoreUnavailable, match=f"bolt://there.*{message}"),
        translate_errors("bolt://there"),
    ):
        raise error


def test_a_transaction_that_exceeds_the_memory_raises_too_expensive() -> None:
    with (
        pytest.raises(TooExpensive, match=r"bolt://there.*write less at a time"),
        translate_errors("bolt://there"),
    ):
        raise MemoryIsFull("1.4 GiB")


def test_a_constraint_error_raises_invalid_with_an_existing_id() -> None:
    with pytest.raises(Invalid, match="exists already"), translate_errors("bolt://there"):
        raise ConstraintError("Node(1) already exists")


def test_syntax_errors_and_key_errors_are_not_translated() -> None:
    with pytest.raises(CypherSyntaxError), translate_errors("bolt://there"):
        raise CypherSyntaxError("MTACH")
    with pytest.raises(KeyError), translate_errors("bolt://there"):
        raise KeyError("bo")
