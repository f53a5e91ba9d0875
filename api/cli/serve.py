"""`kontaktvej serve`: serves the API with uvicorn, in one or several processes.

It can serve the explorer, too, as a child process.
"""

import asyncio
import errno
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from ipaddress import ip_address
from multiprocessing import parent_process
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Any, Final, cast
from urllib.parse import urlsplit

from filelock import FileLock, Timeout
from pydantic import ValidationError

from api.audit.entry import DEMO, AuditKind, Entry
from api.cli.console import OUT, CommandRefused, _, language
from api.cli.local_store import open_store_with_notice
from api.cli.options import UNAVAILABLE, Lang, flag, option
from api.cli.vocabulary import require_kinds_in_use
from api.danish_time import danish_minute, danish_now
from api.i18n import N_, bilingual
from api.settings import DemoSettings, S, Settings, describe_settings, load_settings
from api.text.format import format_minute
from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.model.base import random_id
from graph.paths.policy_file import load_policy
from graph.store.encryption.key_file import require_private
from graph.store.location import StoreLocation
from graph.vocabulary import Language

if TYPE_CHECKING:
    from fastapi import FastAPI
    from uvicorn import Config, Server
    from uvicorn.supervisors import Multiprocess


def require_safe(settings: Settings, place: StoreLocation) -> None:
    """Require encrypted connections.

    Raises: CommandRefused: traffic would be in clear, or the certificate cannot be used.
    """
    if (settings.certificate is None) != (settings.certificate_key is None):
        raise CommandRefused(
            *bilingual("Certificate and key belong together: give both, --certificate and --key.")
        )
    if not (is_here(settings.host) or settings.certificate or settings.behind_proxy):
        raise CommandRefused(
            *bilingual(
                "{host} can be reached by others: give --certificate and --key, or "
                "--behind-proxy where a proxy in front ends TLS.",
                host=settings.host,
            )
        )
    bolt = urlsplit(place.uri or "")
    is_sealed = bolt.scheme.endswith(("+s", "+ssc"))
    if place.uri and not (is_sealed or is_here(bolt.hostname or "") or settings.plain_bolt):
        raise CommandRefused(
            *bilingual(
                "NEO4J_URI reaches another machine without TLS: write neo4j+s:// or "
                "bolt+s://, or allow it with KONTAKTVEJ_PLAIN_BOLT=true."
            )
        )
    for file in (settings.certificate, settings.certificate_key):
        if file is not None and not file.is_file():
            raise CommandRefused(*bilingual("{file} does not exist.", file=file))
    if settings.certificate is not None and settings.certificate_key is not None:
        require_private(settings.certificate_key)
        _require_pair(settings.certificate, settings.certificate_key)


def _require_pair(certificate: Path, key: Path) -> None:
    try:
        SSLContext(PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except OSError as error:
        raise CommandRefused(
            *bilingual(
                "The certificate {certificate} and the key {key} do not belong together, or one "
                "of them cannot be read as PEM.",
                certificate=certificate,
                key=key,
            )
        ) from error


def require_own_secrets(home: Path) -> None:
    """Require private secret files. Raises: KeyringRefused: names one that is open to others."""
    for file in secret_files(home):
        require_private(file)


def secret_files(home: Path) -> Iterator[Path]:
    """The folders and files of a data folder that only this user may access, if they exist."""
    for folder in ("keys", "accounts", "audit"):
        if (home / folder).is_dir():
            yield home / folder
            yield from sorted((home / folder).iterdir())
    if (home / "neo4j" / "password").exists():
        yield home / "neo4j" / "password"


def is_here(host: str) -> bool:
    """Whether an address is reachable only from this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


BACKLOG: Final = 1024


def open_listener(host: str, port: int) -> socket.socket:
    """A listening socket; connections wait in its backlog until the API has started.

    Raises: CommandRefused: the address cannot be used, for the reason given.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG)
    except OSError as error:
        why = _WHY.get(error.errno or 0, error.strerror or str(error))
        text = bilingual(
            "Cannot listen on {place}: {why}", place=f"{host}:{port}", why=partial(_, why)
        )
        raise CommandRefused(*text) from error
    listener.set_inheritable(True)
    return listener


_WHY: Final = {
    errno.EADDRINUSE: N_(
        "the port is in use. Choose another with --port, or stop the program that uses it."
    ),
    errno.EACCES: N_("ports below 1024 need special rights. Choose another with --port."),
    errno.EADDRNOTAVAIL: N_("this machine has no such address. Choose another with --host."),
    socket.EAI_NONAME: N_("no such name is known. Choose another address with --host."),
}


_STOP_S: Final = 10
_NOTICED_S: Final = 2  # in which the server, too, notices a signal to all processes
_log = logging.getLogger(__name__)


@contextmanager
def run_explorer(
    settings: Settings, api_url: str, lang: Language
) -> Generator[tuple[str, "subprocess.Popen[str]"]]:
    """Run the explorer as a child process and print its address once it responds.

    Settings of the explorer take precedence; the others follow from the API: its address, its
    certificate, the proxy in front, and the key with which it reports the address of each browser.
    The explorer ends with this process, however that ends.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "explorer.app", "--beside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**_explorer_environment(settings, api_url), **os.environ},
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - asked for
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise CommandRefused(*bilingual("The screens could not start; see above."))
        OUT.print(
            _("Screens: {address} (open it in a browser)", lang, address=address), soft_wrap=True
        )
        yield address, process
    finally:
        process.stdin.close()  # the explorer detects by it that this process has ended
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _explorer_environment(settings: Settings, api_url: str) -> dict[str, str]:
    from api.etags import EXPLORER_KEY, web_key

    key = settings.place().keys / EXPLORER_KEY
    web_key(key.parent, key.name)  # created before the explorer reads it
    values = {"API_URL": api_url, "HOST": settings.host, "ADDRESS_KEY": str(key.absolute())}
    if settings.behind_proxy:
        values["BEHIND_TLS"] = "true"
        values["PROXIES"] = ",".join(settings.proxies)
    if settings.certificate is not None and settings.certificate_key is not None:
        values["CERTIFICATE"] = str(settings.certificate.absolute())
        values["CERTIFICATE_KEY"] = str(settings.certificate_key.absolute())
    if settings.allowed_hosts:
        values["ALLOWED_HOSTS"] = ",".join(settings.allowed_hosts)
    return {f"KONTAKTVEJ_EXPLORER_{name}": value for name, value in values.items()}


# The mark that seed.loader sets in a store, without importing the demo's names.
DEMO_MARK: Final = "demo_today"
# For requests in progress. The write of a form takes at most 6 s; that of an import may take
# longer, and is not waited for.
STOP_S: Final = 10
_KEEP_ALIVE_S: Final = 20
# Until an unresponsive process is replaced. A process does not respond while it loads: with
# uvicorn's 5 s, several processes on a busy machine were killed and restarted endlessly.
_SILENT_S: Final = 30
_ANSWERED_S: Final = 5  # to respond if a body did not arrive in time, before closing
_KILLED_S: Final = 20  # more than the time given to requests in progress
_OTHER_FILES: Final = 256  # files that a process may open besides its connections


def checked_settings(kind: type[S], **options: object) -> S:
    """The settings; options take precedence over the environment.

    Raises: CommandRefused: one of them is invalid.
    """
    try:
        return load_settings(kind, **options)
    except ValidationError as error:
        faults = describe_settings(error)
        raise CommandRefused(*bilingual("Settings: {faults}", faults=faults)) from None


@contextmanager
def only_server(home: Path) -> Generator[None]:
    """Hold the lock of the server of a data folder; limits are counted per server.

    Raises: CommandRefused: another server has it.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(home / "serve.lock", mode=0o600, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise CommandRefused(
            *bilingual(
                "{home} is already served. Stop that server first, give it more processes with "
                "--workers, or choose another folder in KONTAKTVEJ_HOME.",
                home=home,
            )
        ) from None
    try:
        yield
    finally:
        lock.release()


def serve(
    host: Annotated[str | None, option(_("Address to listen on"), "--host")] = None,
    port: Annotated[int | None, option(_("Port"), "--port")] = None,
    workers: Annotated[int | None, option(_("Processes that answer"), "--workers")] = None,
    behind_proxy: Annotated[bool, flag(_("A proxy in front ends TLS"), "--behind-proxy")] = False,
    certificate: Annotated[Path | None, option(_("TLS certificate, PEM"), "--certificate")] = None,
    key: Annotated[Path | None, option(_("Its key, PEM"), "--key")] = None,
    explorer: Annotated[bool, flag(_("Start the screens, too"), "--explorer")] = False,
    lang: Lang = None,
) -> None:
    """Serve the API of this machine's store until Ctrl-C; what is not given is a setting.

    Raises:
        InvalidPolicy, InvalidVocabulary: a file of one's own cannot be used.
        CommandRefused: it would be open to others, the address cannot be used, the folder is served
            already, or nodes are of an own kind that is not in the file.
        StoreUnavailable: a secret file is open to others, which is named; or no store responds.
        PartsMissing, KeyMissing: keys, accounts, audit log or graph were lost.
    """
    from api.identity.store import first_code
    from api.installation import opened_accounts, require_all_parts

    settings = checked_settings(
        Settings, host=host, port=port, workers=workers, certificate=certificate,
        certificate_key=key, behind_proxy=behind_proxy or None,
    )  # fmt: skip
    load_policy(settings.policy)  # a bad one is refused before anything is printed or listens
    own_kinds = settings.own_kinds().load()
    place = settings.place()
    require_safe(settings, place)
    require_own_secrets(place.home)
    require_all_parts(place, settings)
    with only_server(place.home):
        with open_store_with_notice(place, language(lang)) as store:
            store.require_keys()
            if store.mark(DEMO_MARK) is not None:
                raise CommandRefused(
                    *bilingual(
                        "{home} holds the demo's fictional people: choose another folder in "
                        "KONTAKTVEJ_HOME, or run `kontaktvej demo --serve`.",
                        home=place.home,
                    )
                )
            require_kinds_in_use(store, own_kinds)
        with opened_accounts(place, settings) as accounts:
            code = first_code(accounts)
        if code is not None:
            text = _(
                "No account yet. Make the first one with the code {code} (until "
                "{minute}, once): POST /setup, see docs/api.md.",
                language(lang),
                code=code.code,
                minute=format_minute(danish_minute(code.ends_at), language(lang)),
            )
            OUT.print(text, soft_wrap=True)
        _run(settings, language(lang), has_explorer=explorer)


def demo_settings(*, port: int | None) -> DemoSettings:
    """The settings of the demo, checked before any data is loaded.

    Raises: InvalidPolicy, InvalidVocabulary, CommandRefused: as `serve`.
    """
    settings = checked_settings(DemoSettings, port=port)
    if not is_here(settings.host):
        raise CommandRefused(
            *bilingual(
                "The demo is for this machine alone, not for {host}: unset KONTAKTVEJ_HOST.",
                host=settings.host,
            )
        )
    load_policy(settings.policy)
    settings.own_kinds().load()
    return settings


def serve_demo(settings: DemoSettings, *, lang: Language) -> None:
    """Serve the demo and its explorer on this machine only, until Ctrl-C or SIGTERM.

    Raises: CommandRefused, StoreUnavailable: as `serve`.
    """
    from api.identity.demo import demo_logins, demo_seats
    from api.installation import opened_accounts, opened_audit, require_all_parts

    place = settings.place()
    require_own_secrets(place.home)
    require_all_parts(place, settings)
    with only_server(place.home):
        with open_store_with_notice(place, lang) as store:
            require_kinds_in_use(store, settings.own_kinds().load())
            snapshot, today = store.load(), danish_now().date()
        seats = demo_seats(View(snapshot, LOCAL_OPERATOR, today, today=today))
        with opened_audit(place, settings) as log:
            log.append(Entry(kind=AuditKind.SYSTEM, action=DEMO, request_id=random_id("sys")))
        with (
            opened_accounts(place, settings) as accounts,
            demo_logins(accounts, seats, folder=place.home) as logins,
        ):
            OUT.print(_("Demo logins, until the demo stops:", lang))
            width = max(len(demo.login) for demo in logins)
            for demo in logins:
                line = f"  {demo.login:<{width}}  {demo.password}"
                OUT.print(line, highlight=False, soft_wrap=True)
            _run(settings, lang, has_explorer=True)


def _run(settings: Settings, lang: Language, *, has_explorer: bool) -> None:
    from uvicorn import Server
    from uvicorn.config import STARTUP_FAILURE
    from uvicorn.supervisors import Multiprocess

    gc.enable()  # a server lives longer than a command
    if sys.platform != "win32":
        import resource

        # without core dumps, the memory of the API is never written to a file
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    screens: subprocess.Popen[str] | None = None
    have_screens_stopped = Event()
    with open_listener(settings.host, settings.port) as listener, ExitStack() as resources:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        scheme = "https" if settings.certificate else "http"
        url = f"{scheme}://{host}:{listener.getsockname()[1]}"
        if has_explorer:
            address, screens = resources.enter_context(run_explorer(settings, url, lang))
            settings = with_screens(settings, address)
        text = _("Kontaktvej answers at {url} (try {url}/docs). Ctrl-C stops it.", lang, url=url)
        OUT.print(text, soft_wrap=True)
        config = uvicorn_config(settings)
        # raised again once uvicorn has stopped in good order
        signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
        is_shared = settings.workers > 1
        server = Multiprocess(config, sockets=[listener]) if is_shared else Server(config)
        if screens is not None:
            watch = partial(_stop_with_screens, screens, server, have_screens_stopped)
            Thread(target=watch, daemon=True).start()
        if isinstance(server, Multiprocess):
            server.run()
            if any(worker.exitcode == STARTUP_FAILURE for worker in server.processes):
                sys.exit(UNAVAILABLE)
        else:
            try:
                server.run(sockets=[listener])
            except KeyboardInterrupt:  # raised again, too
                return
        if have_screens_stopped.is_set():
            sys.exit(UNAVAILABLE)


def _stop_with_screens(
    screens: "subprocess.Popen[str]", server: "Server | Multiprocess", have_stopped: Event
) -> None:
    """Stop the server if the screens end by themselves, so that both are started again."""
    from uvicorn import Server

    screens.wait()
    time.sleep(_NOTICED_S)
    if server.should_exit if isinstance(server, Server) else server.should_exit.is_set():
        return
    _log.error("the screens have stopped, so the API stops too")
    have_stopped.set()
    if isinstance(server, Server):
        server.should_exit = True
    else:
        server.should_exit.set()


def with_screens(settings: Settings, address: str) -> Settings:
    """The settings with the explorer's address for links on action cards, unless configured.

    If the API serves other machines, the public address differs and must be configured.
    """
    if "screens_url" in settings.model_fields_set or not is_here(settings.host):
        return settings
    return settings.model_copy(update={"screens_url": f"{address}/"})


def uvicorn_config(settings: Settings) -> "Config":
    """The configuration of uvicorn."""
    from uvicorn import Config

    from api.http_limits import BoundedHttp, ConnectionLimits
    from api.middleware import ACCESS

    log_config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "api.middleware.RedactingFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {ACCESS: {"level": "INFO"}, "neo4j": {"level": "CRITICAL"}},
    }
    files = _raised_file_limit(settings.most_connections + _OTHER_FILES)
    limits = ConnectionLimits(
        most=max(files - _OTHER_FILES, files // 2),  # never above what a process may open
        slow_each=settings.slow_each,
        head_s=settings.arrival_s,
        body_s=settings.arrival_s + _ANSWERED_S,
    )

    return Config(
        partial(worker_app, settings),
        factory=True,
        workers=settings.workers,
        http=cast("type[asyncio.Protocol]", partial(BoundedHttp, limits=limits)),
        ws="none",
        lifespan="on",
        log_config=log_config,
        access_log=False,
        server_header=False,
        proxy_headers=settings.behind_proxy,
        forwarded_allow_ips=list(settings.proxies),
        backlog=BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
        timeout_worker_healthcheck=_SILENT_S,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.certificate_key,
    )


def worker_app(settings: Settings) -> "FastAPI":
    """The application; a worker process also watches its parent.

    Raises: InvalidPolicy: the policy file cannot be used.
    """
    from api.main import served_app

    if parent_process() is not None:
        Thread(target=_end_with_parent, daemon=True).start()
    return served_app(settings)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)  # requests in progress are finished
    time.sleep(_KILLED_S)
    os._exit(1)


def _raised_file_limit(limit: int) -> int:
    """Raise the limit of open files to `limit` as far as allowed, and return the limit."""
    if sys.platform == "win32":
        return limit
    import resource

    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY or allowed >= limit:
        return limit
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
        return limit
    return allowed
