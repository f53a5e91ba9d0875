"""The OpenAPI document of the application, as it is committed in `openapi.json`."""

import json
from pathlib import Path
from typing import Any, Final, NoReturn

from api.app import create_app

SNAPSHOT: Final = Path(__file__).with_name("openapi.json")


def document() -> dict[str, Any]:
    """What the application says of itself; nothing is opened for it."""
    return create_app(_unopened, _unopened, _unopened).openapi()


def snapshot() -> str:
    """The document as it is committed: a line for each member, so that a difference is read."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _unopened(*_given: object) -> NoReturn:
    raise AssertionError("a description opens nothing")
