"""A script for a page that tracks whether its screen is idle, by Streamlit's own messages."""

import json
from pathlib import Path
from typing import Final

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def _first_byte(message: type[Message], field: str) -> int:
    """Return the tag byte of a protobuf field: its number and its wire type.

    Source: protobuf.dev, Encoding.
    """
    descriptor = message.DESCRIPTOR.fields_by_name[field]
    return descriptor.number << 3 | (0 if descriptor.type == descriptor.TYPE_ENUM else 2)


_MESSAGES: Final = {
    "rerun": _first_byte(BackMsg, "rerun_script"),
    "begins": _first_byte(ForwardMsg, "new_session"),
    "ends": _first_byte(ForwardMsg, "script_finished"),
    "before": [_first_byte(ForwardMsg, field) for field in ("hash", "metadata")],
    "early": ForwardMsg.FINISHED_EARLY_FOR_RERUN,
}
_SOURCE: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
TRACK: Final = f"({_SOURCE})({json.dumps(_MESSAGES)})"
"""Script that runs in a page before its own scripts."""
IS_IDLE: Final = "() => !window.pending && !document.querySelector('[data-testid=stSkeleton]')"
"""Condition: no message is pending, and no element shows a skeleton."""
