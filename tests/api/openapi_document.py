"""The OpenAPI document of the application, as it is committed in `openapi.json`."""

import json
from pathlib import Path
from typing import Any, Final, NoReturn

from api.app import create_app

SNAPSHOT: Final = Path(__file__).with_name("openapi.json")


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the application, without opening any store."""
    return create_app(_unopened, _unopened, _unopened).openapi()


def snapshot() -> str:
    """Return the document as committed: a line per member, so that a diff is readable."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _unopened(*_given: object) -> NoReturn:
    raise AssertionError("a description opens nothing")
