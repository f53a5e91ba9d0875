"""Where the API listens, and why it cannot."""

import errno
import socket
from typing import Final

from api.cli.safe_to_serve import NotServed

BACKLOG: Final = 1024


def listening(host: str, port: int) -> socket.socket:
    """A socket that others can already connect to; they wait until the API has started.

    Raises: NotServed: the address cannot be used; says why.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        ear = socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG)
    except OSError as error:
        danish, english = _WHY.get(
            error.errno or 0, (error.strerror or str(error), error.strerror or str(error))
        )
        place = f"{host}:{port}"
        raise NotServed(
            f"Kan ikke lytte på {place}: {danish}", f"Cannot listen on {place}: {english}"
        ) from error
    ear.set_inheritable(True)
    return ear


_WHY: Final = {
    errno.EADDRINUSE: (
        "porten er i brug. Vælg en anden med --port, eller stop den, der bruger den.",
        "the port is in use. Choose another with --port, or stop whoever uses it.",
    ),
    errno.EACCES: (
        "porte under 1024 kræver særlige rettigheder. Vælg en anden med --port.",
        "ports below 1024 need special rights. Choose another with --port.",
    ),
    errno.EADDRNOTAVAIL: (
        "maskinen har ikke den adresse. Vælg en anden med --host.",
        "this machine has no such address. Choose another with --host.",
    ),
    socket.EAI_NONAME: (
        "navnet kendes ikke. Vælg en anden adresse med --host.",
        "no such name is known. Choose another address with --host.",
    ),
}
