"""Favorites and last needs of a user, as ids and codes in the browser's storage alone.

The server receives a list when a screen shows it, and looks up its names with the rights that the
user has then. Favorites stay for the account until another one uses the browser; the sign-in page
removes the needs.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from explorer.components import component_value, draw, is_dark, no_op
from explorer.i18n import _

ListName = Literal["favorites", "needs"]
MOST: Final[Mapping[ListName, int]] = {"favorites": 20, "needs": 5}
"""The entries of each list at most; an older one gives way."""
STORAGE: Final[Mapping[ListName, str]] = {
    "favorites": "kontaktvej-favorites", "needs": "kontaktvej-needs",
}  # fmt: skip
"""The names under which the browser stores the lists."""
_KEY: Final = "shortcuts"


def star(account: str, node_id: str, name: str) -> None:
    """Draw the button that makes a node a favorite of an account, or no longer one."""
    data = _data(account, "favorites") | {
        "node": node_id, "text": _("Favorite"), "label": _("Favorite: {name}", name=name),
    }  # fmt: skip
    draw("shortcuts", key=f"{_KEY}-star", data=data, width="content")


def keep_need(account: str, need: str) -> None:
    """Add a need, as the parameters of its address, to the last ones of an account."""
    draw("shortcuts", key=f"{_KEY}-need", data=_data(account, "needs") | {"need": need})


def stored_entries(account: str, name: ListName, label: str) -> tuple[str, ...] | None:
    """Draw the button that empties a list, and return the list; None until the browser sends it.

    `label`: what the button empties, for screen readers.
    """
    key = f"{_KEY}-{name}"
    data = _data(account, name) | {"text": _("Clear"), "label": label}
    draw("shortcuts", key=key, data=data, width="content", on_stored_change=no_op)
    sent: Any = component_value(key, "stored")
    if sent is None:
        return None
    return tuple(entry for entry in sent["entries"] if isinstance(entry, str))[: MOST[name]]


def _data(account: str, name: ListName) -> dict[str, object]:
    return {
        "account": account, "storage": STORAGE[name], "most": MOST[name], "dark": is_dark(),
    }  # fmt: skip
