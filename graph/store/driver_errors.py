"""Translation of errors of the database driver into GraphErrors that name the fix."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from neo4j.exceptions import (
    AuthConfigurationError,
    AuthError,
    ClientError,
    ConfigurationError,
    ConnectionAcquisitionTimeoutError,
    ConstraintError,
    DatabaseError,
    DriverError,
    Forbidden,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
    UnsupportedServerProduct,
)

from graph.errors import (
    Fault,
    GraphError,
    Invalid,
    OutcomeUnknown,
    StoreUnavailable,
    TooExpensive,
)
from graph.store.disk import damage_error
from graph.vocabulary import Rule

_TIME_IS_OVER: Final = frozenset(
    f"Neo.ClientError.Transaction.{title}"
    for title in (
        "TransactionTimedOut",
        "TransactionTimedOutClientConfiguration",
        "LockClientStopped",  # while it waited for a lock
        "LockAcquisitionTimeout",
    )
)
_MEMORY_IS_FULL: Final = "MemoryPoolOutOfMemoryError"
_IS_CLOSED: Final = "Driver closed"
_CANNOT_SAVE: Final = "Neo.DatabaseError.Transaction."  # e.g. TransactionLogError: a disk failure
# No statement of the store divides: Neo4j itself divides by a number read from a damaged file.
_DIVIDED: Final = "Neo.ClientError.Statement.ArithmeticError"


@contextmanager
def translate_errors(place: str) -> Generator[None]:
    """Translate driver errors into GraphErrors; `place` is the address of the database.

    An error that indicates a bug of this program is raised unchanged.

    Raises:
        StoreUnavailable: the database does not answer, refuses the user, or is unsuitable.
        OutcomeUnknown: the connection was lost during a commit.
        TooExpensive: a transaction took longer than its time limit.
        Invalid: an id exists already.
    """
    try:
        yield
    except (Neo4jError, DriverError) as error:
        meaning = _graph_error(error, place)
        if meaning is None:
            raise
        raise meaning from error


def _graph_error(error: Neo4jError | DriverError, place: str) -> GraphError | None:
    """Return the GraphError for a driver error; None for a bug of this program."""
    if isinstance(error, Neo4jError) and error.code in _TIME_IS_OVER:
        return TooExpensive("the database gave up: the time limit of the transaction is over")
    match error:
        case ConstraintError():
            return Invalid((Fault("", "id", Rule.DUPLICATE),))
        case AuthError():
            return StoreUnavailable(
                f"the graph database at {place} refused the user or password; "
                "fix: check NEO4J_USERNAME and NEO4J_PASSWORD"
            )
        case Forbidden():
            return StoreUnavailable(
                f"the graph database at {place} does not let this user read, write and make "
                "constraints; fix: give the user those rights"
            )
        case ClientError() if "DatabaseNotFound" in (error.code or ""):
            return StoreUnavailable(
                f"{place} has no database of that name; fix: check NEO4J_DATABASE"
            )
        case IncompleteCommit():
            return OutcomeUnknown(
                f"the graph database at {place} went away while it saved, so the outcome is not "
                "known; fix: the same write with the same idempotency key settles it"
            )
        case ConfigurationError() | AuthConfigurationError() | UnsupportedServerProduct():
            return StoreUnavailable(f"{place} cannot be used as a graph database: {error}")
        case ServiceUnavailable() | SessionExpired() | ConnectionAcquisitionTimeoutError():
            return StoreUnavailable(
                f"the graph database at {place} does not answer; "
                "fix: try again; if NEO4J_URI is set, start that server or check the address"
            )
        case DriverError() if str(error) == _IS_CLOSED:  # the driver was replaced during the call
            return StoreUnavailable(f"the connection to the graph database at {place} is new")
        case TransientError() if _MEMORY_IS_FULL in (error.code or ""):
            return TooExpensive(
                f"the memory of the graph database at {place} does not hold this transaction; "
                "fix: write less at a time, or give that server more memory"
            )
        case TransientError():
            return StoreUnavailable(f"the graph database at {place} is not ready: {error.code}")
        case DatabaseError() if (error.code or "").startswith(_CANNOT_SAVE):
            return StoreUnavailable(
                f"the graph database at {place} could not save; fix: see whether its disk is full, "
                "restart it, then try again"
            )
        # The database could not read its files.
        case Neo4jError() if isinstance(error, DatabaseError) or error.code == _DIVIDED:
            return damage_error(f"the graph database at {place}", str(error.code))
        case _:
            return None
