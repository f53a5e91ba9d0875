"""No mutated query that passes the gate does more than read."""

from collections import Counter
from random import Random, SystemRandom
from time import monotonic
from typing import LiteralString, cast

import pytest
from neo4j import GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import DriverError, Neo4jError

from api.analysis.examples import EXAMPLES
from api.analysis.query_validator import read_text, require_plan, validation_error
from api.analysis.replica_content import content_of
from api.errors import Refusal
from graph.access.policy import Role
from graph.errors import RefusedContent, StoreUnavailable
from graph.store.replica.replica import Replica
from graph.store.replica.results import QueryFailed
from tests.api import canaries
from tests.api.analysis import attacks
from tests.api.analysis.reads import PARAMETERS, READS
from tests.api.analysis.replicas import running_replica, state, view
from tests.drills.console import Sink, files_and_sockets, sink
from tests.drills.figures import note
from tests.drills.gate_fuzz import mutants

_DOES_MORE = (
    *attacks.WRITES, *attacks.NESTED_WRITES, *attacks.ADMINISTRATION, *attacks.FILES,
    *attacks.PROCEDURES,
)  # fmt: skip
FEW, MANY = 200, 100_000
SEED = 7
LOOK_EVERY = 5_000
PLAN_S, RUN_S = 10.0, 1.0
MOST_ROWS = 1_000
HIDDEN = tuple(
    one for one in canaries.canaries() if str(one) not in canaries.expected()[Role.ANALYST]
)
"""The markers that no analyst may see."""


def gate_verdict(replica: Replica, text: str) -> tuple[str, bool]:
    """Return the verdict of the gate on a text, and whether the text passes."""
    try:
        query = read_text(text)
        require_plan(replica.explain(query, PARAMETERS, timeout_s=PLAN_S), query)
    except (Refusal, RefusedContent, QueryFailed) as error:
        return _rule(error, text), False
    except StoreUnavailable:
        return "gone", False
    return "passes", True


def _rule(error: Exception, text: str) -> str:
    refusal = validation_error(error, text) if isinstance(error, QueryFailed) else error
    match refusal:
        case Refusal():
            return str(refusal.members["rule"])
        case _:
            return type(refusal).__name__


def run_in_write_session(replica: Replica, text: str) -> str:
    """Run a text in a session that may write: a query that passed the gate must not write.

    Returns the whole answer as one text.
    """
    engine, answered = replica.engine, list[str]()
    try:
        with (
            GraphDatabase.driver(
                engine.uri,
                auth=(engine.user, engine.password),
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            ) as driver,
            driver.session() as session,
            session.begin_transaction(timeout=RUN_S) as transaction,
        ):
            for row in transaction.run(cast("LiteralString", text), PARAMETERS):
                answered.append(repr(row))
                if len(answered) > MOST_ROWS:
                    break
            transaction.commit()
    except (Neo4jError, DriverError, RecursionError):
        pass
    return "\n".join(answered)


def fuzz(count: int, drawn: Random, there: Sink) -> Counter[str]:
    """Send mutants, and run those that pass in a writing session; replace a replica that ends."""
    seeds = [
        *READS, *(example.query for example in EXAMPLES),
        *(attack.text.replace("{sink}", there.address) for attack in _DOES_MORE),
    ]  # fmt: skip
    fates, texts = Counter[str](), mutants(seeds, count, drawn)
    content = content_of(view(canaries.elements()))
    while fates.total() - fates["ended"] < count:
        with running_replica(content) as replica:
            before, files = state(replica), files_and_sockets(replica)
            for text in texts:
                fate, is_read = gate_verdict(replica, text)
                fates[fate] += 1
                if is_read:
                    answered = run_in_write_session(replica, read_text(text))
                    assert canaries.found_in(answered, HIDDEN) == set(), text
                if not replica.is_alive:
                    fates["ended"] += 1
                    break
                if fates.total() % LOOK_EVERY == 0:
                    assert state(replica) == before, text
            else:
                assert state(replica) == before
                assert files_and_sockets(replica) == files
    return fates


@pytest.mark.drill
@pytest.mark.store
@pytest.mark.parametrize(
    "count",
    [pytest.param(FEW, marks=pytest.mark.ci_drill), pytest.param(MANY, marks=pytest.mark.worlds)],
)
def test_no_mutant_passing_the_gate_writes_leaks_connects_or_opens_files(count: int) -> None:
    seed = SEED if count == FEW else SystemRandom().randrange(2**32)
    began = monotonic()
    with sink() as there:
        fates = fuzz(count, Random(seed), there)
        assert there.calls == []
    assert fates["passes"] >= count / 50, fates
    assert fates["READ_ONLY"] >= count / 50, fates
    assert fates["ended"] <= count / 100, fates
    note("gate_fuzz", seed=float(seed), count=count, seconds=round(monotonic() - began),
         **{name: float(many) for name, many in sorted(fates.items())})  # fmt: skip
