"""Runs a command without a network: `python -m tests.unplugged make e2e`.

It runs in a network namespace of its own (Linux only), which has only the loopback interface:
every request to another host fails at once.
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

REFUSED: Final = "this system lends no network without a cable"
_INSIDE: Final = "--inside"
_SIOCSIFFLAGS: Final = 0x8914  # sets the flags of an interface, as `ip link set lo up` does
_UP: Final = 0x1


def is_lent() -> bool:
    """Whether the system permits a new network namespace; containers often do not."""
    tool = shutil.which("unshare")
    if tool is None:
        return False
    tried = [tool, "--map-root-user", "--net", "true"]
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0


def unplugged(command: Sequence[str]) -> list[str]:
    """Return the command that runs a command in a network namespace of its own."""
    return [
        "unshare", "--map-root-user", "--net", sys.executable, "-m", "tests.unplugged", _INSIDE,
        *command,
    ]  # fmt: skip


def _run_inside(command: list[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _UP))
    others = [name for _, name in socket.if_nameindex() if name != "lo"]
    if others:
        sys.exit(f"There is a way out: {', '.join(others)}")
    os.execvp(command[0], command)


def main(arguments: list[str]) -> None:
    """Run a command without a network; the exit status is that of the command."""
    if arguments[:1] == [_INSIDE]:
        _run_inside(arguments[1:])
    if not is_lent():
        sys.exit(f"Kontaktvej cannot be tried unplugged: {REFUSED}.")
    os.execvp("unshare", unplugged(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
