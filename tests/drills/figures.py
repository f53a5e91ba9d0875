"""What a drill measured: told on the terminal, and kept in `build/drills.json`, a line each."""

import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

BUILD = Path("build/drills.json")


def note(drill: str, **figures: float | str) -> None:
    """Notes the figures of a drill, with the machine they were measured on."""
    told = ", ".join(f"{name} {value}" for name, value in figures.items())
    sys.stdout.write(f"{drill}: {told}\n")
    BUILD.parent.mkdir(exist_ok=True)
    row = {
        "drill": drill,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()} {platform.system()}, Python {platform.python_version()}",
        **figures,
    }
    with BUILD.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(row) + "\n")
