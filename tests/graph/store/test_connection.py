import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from graph.errors import StoreUnavailable
from graph.store.connection import connect
from tests.databases import Server
from tests.wire import wire_to

SENDERS = 4
RENEWALS = 60


@pytest.mark.slow
def test_renewing_the_driver_during_messages_leaves_no_connection_open(server: Server) -> None:
    with wire_to(server.uri) as wire:
        ended = Event()
        with connect(
            wire.uri, user=server.user, password=server.password, database=server.database
        ) as connection:

            def send() -> int:
                answered = 0
                while not ended.is_set():
                    try:
                        connection.read(lambda tx: tx.run("RETURN $x", x="x" * 20_000).consume())
                    except StoreUnavailable:
                        continue
                    answered += 1
                return answered

            with ThreadPoolExecutor(SENDERS) as pool:
                senders = [pool.submit(send) for _ in range(SENDERS)]
                for _ in range(RENEWALS):
                    connection.renew()
                    Event().wait(0.01)
                ended.set()
            assert sum(sender.result() for sender in senders) > 0
        while wire.connections():
            Event().wait(0.01)  # fails by the test's time limit if a connection stays


SCRIPT = """
import sys
import graph.store.connection
assert "neo4j" in sys.modules
assert not {"pandas", "pyarrow"} & set(sys.modules)
import pandas
import neo4j._optional_deps as found
assert found.pd is None
print(pandas.DataFrame({"a": [1]}).shape)
"""


def test_the_driver_does_not_import_pandas_or_pyarrow_and_others_still_can() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("(1, 1)\n", 0), done.stderr
