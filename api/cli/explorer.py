"""The explorer beside the API: a process of its own, that speaks to it as anybody else does."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from api.cli.console import OUT
from api.cli.language import said
from api.cli.safe_to_serve import NotServed
from api.etags import EXPLORER_KEY, web_key
from api.settings import Settings
from graph.vocabulary import Language

_PREFIX: Final = "KONTAKTVEJ_EXPLORER_"
_STOP_S: Final = 10


@contextmanager
def explorer_beside(chosen: Settings, api_url: str, lang: Language) -> Generator[str]:
    """Serves the screens for as long as it is open, and says where once they answer: the address.

    What is set for the explorer holds; what is not follows from the API: its address, its
    certificate, the proxy in front, and the key by which it tells each browser's address. The
    explorer ends with this process, however that ends.
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
                "Explorer kunne ikke starte; se ovenfor.",
                "The explorer could not start; see above.",
            )
        OUT.print(
            said(
                f"Explorer: {address} (åbn den i en browser)",
                f"Explorer: {address} (open it in a browser)",
                lang,
            ),
            soft_wrap=True,
        )
        yield address
    finally:
        process.stdin.close()  # whoever reads there knows by it that nobody is left
        _ended(process)
        process.stdout.close()


def _derived(chosen: Settings, api_url: str) -> dict[str, str]:
    key = chosen.place().keys / EXPLORER_KEY
    web_key(key.parent, key.name)  # made before the explorer looks for it
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
