"""Serves the API with uvicorn, in one or several processes, optionally with the explorer."""

import asyncio
import errno
import gc
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast
from urllib.parse import urlsplit

from api.audit.entry import DEMO, AuditKind, Entry
from api.cli.console import OUT, _
from api.cli.local_store import open_store_with_notice
from api.danish_time import danish_now
from api.etags import EXPLORER_KEY, web_key
from api.i18n import N_, bilingual
from api.identity.demo import DemoLogin, demo_logins, demo_seats
from api.identity.store import first_code
from api.installed import opened_accounts, opened_audit, require_all_parts
from api.middleware import ACCESS
from api.settings import DemoSettings, S, Settings, describe_settings, load_settings
from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.errors import GraphError
from graph.paths.policy_file import load_policy
from graph.store.encryption.key_file import require_private
from graph.store.location import StoreLocation
from graph.vocabulary import Language


class NotServed(GraphError):
    """Why the API does not start, and the remedy, in both languages."""

    def __init__(self, danish: str, english: str) -> None:
        super().__init__(english)
        self._danish = danish

    def text(self, lang: Language) -> str:
        """The sentence for the operator."""
        return self._danish if lang == "da" else str(self)


def require_safe(chosen: Settings, place: StoreLocation) -> None:
    """Require encrypted connections. Raises: NotServed: traffic would cross a network in clear."""
    if (chosen.certificate is None) != (chosen.certificate_key is None):
        raise NotServed(
            *bilingual("Certificate and key belong together: give both, --certificate and --key."),
        )
    if not (is_here(chosen.host) or chosen.certificate or chosen.behind_proxy):
        raise NotServed(
            *bilingual(
                "{host} can be reached by others: give --certificate and --key, or "
                "--behind-proxy where a proxy in front ends TLS.",
                host=chosen.host,
            ),
        )
    bolt = urlsplit(place.uri or "")
    is_sealed = bolt.scheme.endswith(("+s", "+ssc"))
    if place.uri and not (is_sealed or is_here(bolt.hostname or "") or chosen.plain_bolt):
        raise NotServed(
            *bilingual(
                "NEO4J_URI reaches another machine without TLS: write neo4j+s:// or "
                "bolt+s://, or allow it with KONTAKTVEJ_PLAIN_BOLT=true."
            ),
        )
    for file in (chosen.certificate, chosen.certificate_key):
        if file is not None and not file.is_file():
            raise NotServed(*bilingual("{file} does not exist.", file=file))
    if chosen.certificate_key is not None:
        require_private(chosen.certificate_key)


def require_own_secrets(home: Path) -> None:
    """Require private secret files. Raises: KeyringRefused: names one that is open to others."""
    for folder in ("keys", "accounts", "audit"):
        if (home / folder).is_dir():
            require_private(home / folder)
            for file in sorted((home / folder).iterdir()):
                require_private(file)
    if (home / "neo4j" / "password").exists():
        require_private(home / "neo4j" / "password")


def is_here(host: str) -> bool:
    """Whether an address is reachable only from this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


BACKLOG: Final = 1024


def listening(host: str, port: int) -> socket.socket:
    """A listening socket; connections wait in its backlog until the API has started.

    Raises: NotServed: the address cannot be used, for the reason given.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        ear = socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG)
    except OSError as error:
        why = _WHY.get(error.errno or 0, error.strerror or str(error))
        text = bilingual(
            "Cannot listen on {place}: {why}", place=f"{host}:{port}", why=partial(_, why)
        )
        raise NotServed(*text) from error
    ear.set_inheritable(True)
    return ear


_WHY: Final = {
    errno.EADDRINUSE: N_(
        "the port is in use. Choose another with --port, or stop whoever uses it."
    ),
    errno.EACCES: N_("ports below 1024 need special rights. Choose another with --port."),
    errno.EADDRNOTAVAIL: N_("this machine has no such address. Choose another with --host."),
    socket.EAI_NONAME: N_("no such name is known. Choose another address with --host."),
}


_PREFIX: Final = "KONTAKTVEJ_EXPLORER_"
_STOP_S: Final = 10


@contextmanager
def explorer_beside(chosen: Settings, api_url: str, lang: Language) -> Generator[str]:
    """Run the explorer as a child process and print its address once it responds.

    Settings of the explorer take precedence; the others follow from the API: its address, its
    certificate, the proxy in front, and the key with which it reports the address of each browser.
    The explorer ends with this process, however that ends.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "explorer.app", "--beside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**_derived(chosen, api_url), **os.environ},
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - asked for
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise NotServed(
                *bilingual("The explorer could not start; see above."),
            )
        OUT.print(
            _("Explorer: {address} (open it in a browser)", lang, address=address),
            soft_wrap=True,
        )
        yield address
    finally:
        process.stdin.close()  # the explorer detects by it that this process has ended
        _ended(process)
        process.stdout.close()


def _derived(chosen: Settings, api_url: str) -> dict[str, str]:
    key = chosen.place().keys / EXPLORER_KEY
    web_key(key.parent, key.name)  # created before the explorer reads it
    told = {"API_URL": api_url, "HOST": chosen.host, "ADDRESS_KEY": str(key.absolute())}
    if chosen.behind_proxy:
        told["BEHIND_TLS"] = "true"
        told["PROXIES"] = ",".join(chosen.proxies)
    if chosen.certificate is not None and chosen.certificate_key is not None:
        told["CERTIFICATE"] = str(chosen.certificate.absolute())
        told["CERTIFICATE_KEY"] = str(chosen.certificate_key.absolute())
    if chosen.allowed_hosts:
        told["ALLOWED_HOSTS"] = ",".join(chosen.allowed_hosts)
    return {_PREFIX + name: text for name, text in told.items()}


def _ended(process: "subprocess.Popen[str]") -> None:
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if TYPE_CHECKING:
    from uvicorn import Config

    from api.http_limits import ConnectionLimits

# The mark that seed.loader sets in a store, without importing the demo's names.
DEMO_MARK: Final = "demo_today"
STOP_S: Final = 10  # for requests in progress; the longest write takes 6
_KEEP_ALIVE_S: Final = 20
# Until an unresponsive process is replaced. A process does not respond while it loads: with
# uvicorn's 5 s, several processes on a busy machine were killed and restarted endlessly.
_SILENT_S: Final = 30
_ANSWERED_S: Final = 5  # to respond if a body did not arrive in time, before closing
_OTHER_FILES: Final = 256  # files that a process may open besides its connections
_LOGS: Final[dict[str, Any]] = {
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


def settings(kind: type[S], **options: object) -> S:
    """The settings; options take precedence over the environment.

    Raises: NotServed: one of them is invalid.
    """
    from pydantic import ValidationError

    try:
        return load_settings(kind, **options)
    except ValidationError as error:
        told = describe_settings(error)
        raise NotServed(*bilingual("Settings: {told}", told=told)) from None


def serve(chosen: Settings, *, lang: Language, has_explorer: bool = False) -> None:
    """Serve the store of this machine until Ctrl-C or SIGTERM, optionally with the explorer.

    Raises:
        InvalidPolicy: the policy file cannot be used.
        NotServed: it would be open to others, or the address cannot be used.
        StoreUnavailable: a secret file is open to others, which is named; or no store responds.
        PartsMissing, KeyMissing: keys, accounts, audit log or graph were lost.
    """
    load_policy(chosen.policy)  # a bad one is refused before anything is printed or listens
    place = chosen.place()
    require_safe(chosen, place)
    require_own_secrets(place.home)
    require_all_parts(place, chosen)
    with open_store_with_notice(place, lang) as store:
        store.require_keys()
        if store.mark(DEMO_MARK) is not None:
            raise NotServed(
                *bilingual(
                    "{home} holds the demo's fictional people: choose another folder in "
                    "KONTAKTVEJ_HOME, or run `kontaktvej demo --serve`.",
                    home=place.home,
                ),
            )
    with opened_accounts(place, chosen) as known:
        _tell_first_code(first_code(known), lang)
    _run(chosen, lang, has_explorer=has_explorer)


def demo_settings(*, port: int | None) -> DemoSettings:
    """The settings of the demo, checked before any data is loaded.

    Raises: InvalidPolicy, NotServed: as `serve`.
    """
    chosen = settings(DemoSettings, port=port)
    if not is_here(chosen.host):
        raise NotServed(
            *bilingual(
                "The demo is for this machine alone, not for {host}: unset KONTAKTVEJ_HOST.",
                host=chosen.host,
            ),
        )
    load_policy(chosen.policy)
    return chosen


def serve_demo(chosen: DemoSettings, *, lang: Language) -> None:
    """Serve the demo and its explorer on this machine only, until Ctrl-C or SIGTERM.

    Raises: NotServed, StoreUnavailable: as `serve`.
    """
    place = chosen.place()
    require_own_secrets(place.home)
    require_all_parts(place, chosen)
    with open_store_with_notice(place, lang) as store:
        snapshot, today = store.load(), danish_now().date()
    seats = demo_seats(View(snapshot, LOCAL_OPERATOR, today, today=today))
    with opened_audit(place, chosen) as log:
        log.append(
            Entry(kind=AuditKind.SYSTEM, action=DEMO, request_id=f"sys-{secrets.token_hex(8)}")
        )
    with (
        opened_accounts(place, chosen) as known,
        demo_logins(known, seats, folder=place.home) as logins,
    ):
        _tell_logins(logins, lang)
        _run(chosen, lang, has_explorer=True)


def _tell_first_code(code: str | None, lang: Language) -> None:
    if code is None:
        return
    OUT.print(
        _(
            "No account yet. Make the first one with the code {code} (30 minutes, "
            "once): POST /setup, see the README.",
            lang,
            code=code,
        ),
        soft_wrap=True,
    )


def _tell_logins(logins: Sequence[DemoLogin], lang: Language) -> None:
    text = _("Demo logins, until the demo stops:", lang)
    OUT.print(text)
    width = max(len(one.login) for one in logins)
    for one in logins:
        OUT.print(f"  {one.login:<{width}}  {one.password}", highlight=False, soft_wrap=True)


def _run(chosen: Settings, lang: Language, *, has_explorer: bool) -> None:
    from uvicorn import Server
    from uvicorn.supervisors import Multiprocess

    gc.enable()  # a server lives longer than a command
    _forbid_core_dumps()
    os.umask(0o077)
    with listening(chosen.host, chosen.port) as ear, ExitStack() as beside:
        url = _url(chosen, ear.getsockname()[1])
        if has_explorer:
            screens = beside.enter_context(explorer_beside(chosen, url, lang))
            chosen = with_screens(chosen, screens)
        OUT.print(_address(url, lang), soft_wrap=True)
        config = uvicorn_config(chosen)
        signal.signal(signal.SIGTERM, _end)  # raised again once uvicorn has stopped in good order
        if chosen.workers > 1:
            Multiprocess(config, sockets=[ear]).run()
        else:
            try:
                Server(config).run(sockets=[ear])
            except KeyboardInterrupt:  # raised again once uvicorn has stopped in good order
                return


def with_screens(chosen: Settings, address: str) -> Settings:
    """The settings with the explorer's address for links on action cards, unless configured.

    If the API serves other machines, the public address differs and must be configured.
    """
    if "screens_url" in chosen.model_fields_set or not is_here(chosen.host):
        return chosen
    return chosen.model_copy(update={"screens_url": f"{address}/"})


def uvicorn_config(chosen: Settings) -> "Config":
    """The configuration of uvicorn."""
    from uvicorn import Config

    from api.cli.worker import worker_app
    from api.http_limits import BoundedHttp

    return Config(
        partial(worker_app, chosen),
        factory=True,
        workers=chosen.workers,
        http=cast(
            "type[asyncio.Protocol]", partial(BoundedHttp, limits=_connection_limits(chosen))
        ),
        ws="none",
        lifespan="on",
        log_config=_LOGS,
        access_log=False,
        server_header=False,
        proxy_headers=chosen.behind_proxy,
        forwarded_allow_ips=list(chosen.proxies),
        backlog=BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
        timeout_worker_healthcheck=_SILENT_S,
        ssl_certfile=chosen.certificate,
        ssl_keyfile=chosen.certificate_key,
    )


def _connection_limits(chosen: Settings) -> "ConnectionLimits":
    """The connection limits, never above what the system lets a process open."""
    from api.http_limits import ConnectionLimits

    files = _files(chosen.most_connections + _OTHER_FILES)
    return ConnectionLimits(
        most=max(files - _OTHER_FILES, files // 2),
        slow_each=chosen.slow_each,
        head_s=chosen.arrival_s,
        body_s=chosen.arrival_s + _ANSWERED_S,
    )


def _files(wanted: int) -> int:
    """Raise the limit of open files to `wanted` as far as allowed, and return the limit."""
    if sys.platform == "win32":
        return wanted
    import resource

    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY or allowed >= wanted:
        return wanted
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        return wanted
    return allowed


def _url(chosen: Settings, port: int) -> str:
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    return f"{'https' if chosen.certificate else 'http'}://{host}:{port}"


def _address(address: str, lang: Language) -> str:
    return _(
        "Kontaktvej answers at {address} (try {address}/docs). Ctrl-C stops it.",
        lang,
        address=address,
    )


def _end(_signal: int, _frame: object) -> NoReturn:
    sys.exit(0)


def _forbid_core_dumps() -> None:
    """Disable core dumps, so that the memory of the API is never written to a file."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
