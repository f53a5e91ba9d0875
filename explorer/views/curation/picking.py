"""Choosing a person, a post or a network by name; which one stands in the address."""

from collections.abc import Collection

from api.client import ApiClient, Invalid, NotFound
from api.schemas.words import Label
from explorer import address, session
from explorer.components import held
from explorer.components.combobox import (
    MAX_OPTIONS,
    ComboboxOptions,
    ComboboxValue,
    combobox,
    options,
)
from explorer.i18n import _, ngettext
from explorer.labels import Labels


def pick(
    client: ApiClient, words: Labels, label: str, place: str, labels: Collection[Label]
) -> str | None:
    """Draws the field; the id that is chosen, as `place` in the address says."""

    def search(text: str) -> ComboboxOptions:
        return _found(client, words, text, labels)

    now = address.one(place)
    key = f"pick-{place}"
    combobox(
        label, search, key=key, value=_value(now), clear=_("Clear"),
        placeholder=_("Write at least two letters"),
        on_pick=lambda: address.change(**{place: held(key, "value")}),
    )  # fmt: skip
    return now


def _value(node_id: str | None) -> ComboboxValue | None:
    """None also for what the caller may not see: then nothing is chosen."""
    if node_id is None:
        return None
    try:
        return ComboboxValue(id=node_id, name=session.name_of(node_id) or node_id)
    except NotFound:
        return None


def _found(
    client: ApiClient, words: Labels, text: str, labels: Collection[Label]
) -> ComboboxOptions:
    if not text:
        return ComboboxOptions()
    try:
        answer = client.names(text, label=sorted(labels), limit=MAX_OPTIONS)
    except Invalid:
        return ComboboxOptions(
            refused=_(
                "The field looks like a CPR number. Search for a post, a place or a subject, "
                "never for citizens."
            )
        )
    found = options(answer, words)
    if not found:
        return ComboboxOptions(status=_("None found. Try fewer letters, or a place in Denmark."))
    return ComboboxOptions(
        options=found,
        status=ngettext("{count} found", "{count} found", len(found)),
    )
