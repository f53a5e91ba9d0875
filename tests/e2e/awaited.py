"""Does a screen still owe an answer to what the browser told it? `awaited.js` reads its line."""

import json
from pathlib import Path
from typing import Final

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def _messages() -> dict[str, object]:
    """Of Streamlit's messages, what `awaited.js` tells them by."""

    def begins(message: type[Message], field: str) -> int:
        """The byte before a field, as protobuf writes it: its number, and whether it has a length.

        Source: protobuf.dev, Encoding.
        """
        known = message.DESCRIPTOR.fields_by_name[field]
        return known.number << 3 | (0 if known.type == known.TYPE_ENUM else 2)

    return {
        "rerun": begins(BackMsg, "rerun_script"),
        "begins": begins(ForwardMsg, "new_session"),
        "ends": begins(ForwardMsg, "script_finished"),
        "before": [begins(ForwardMsg, field) for field in ("hash", "metadata")],
        "early": ForwardMsg.FINISHED_EARLY_FOR_RERUN,
    }


_SOURCE: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
WATCHING: Final = f"({_SOURCE})({json.dumps(_messages())})"
"""Runs in a page before anything of it does."""
ANSWERED: Final = "() => !window.awaited"
"""In such a page: whether all that was told is answered."""
