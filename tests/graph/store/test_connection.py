from concurrent.futures import ThreadPoolExecutor
from threading import Event

from graph.errors import StoreUnavailable
from graph.store.connection import connect
from tests.databases import Server
from tests.wire import wire_to

SENDERS = 4
RENEWALS = 60


def test_a_driver_left_in_the_middle_of_a_message_leaves_no_connection(server: Server) -> None:
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
            Event().wait(0.01)  # who never gets there runs into the time limit
