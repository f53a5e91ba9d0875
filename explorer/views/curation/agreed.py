"""What somebody agreed to, typed: for what, to whom, by which channels, from when until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ApiClient
from explorer import screen_state, session
from explorer.i18n import _
from explorer.views.curation import fields
from explorer.views.curation.wording import field_name

_LONGEST: Final = timedelta(days=730)  # the law's 24 months, rounded down


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """The authorities that a consent may be given to, by id."""

    names: Mapping[str, str]


def offices(client: ApiClient, post: str, besides: Iterable[str]) -> Offices:
    """The authority of a post, and those a consent names already."""
    of_post = partial(client.links, source=post, type="BELONGS_TO")
    found = screen_state.fetch(client, ("offices", post), lambda: next(of_post())).found
    own = [one.target for one in found]
    known = {one.id: one.name or one.id for one in own}
    for one in besides:
        if one not in known:
            known[one] = session.name_of(one) or one
    return Offices(names=known)


def typed(before: Mapping[str, Any], offices: Offices, today: date, *, key: str) -> dict[str, Any]:
    """Draws the controls, filled in from a consent before; what is typed, as the API takes it."""
    purposes, channels = session.terms("ConsentPurpose"), session.terms("Channel")
    choose = _("Choose one or more")
    told: dict[str, Any] = {
        "purposes": st.multiselect(
            field_name("purposes"), list(purposes), before.get("purposes", ["CONTACT"]),
            format_func=purposes.__getitem__, key=f"{key}-purposes", placeholder=choose,
        ),
        "audience": st.multiselect(
            field_name("audience"), list(offices.names), before.get("audience", [*offices.names]),
            format_func=offices.names.__getitem__, key=f"{key}-audience", placeholder=choose,
        ),
        "channels": st.multiselect(
            field_name("channels"), list(channels), before.get("channels", ["MEDIATED"]),
            format_func=channels.__getitem__, key=f"{key}-channels", placeholder=choose,
        ),
        "is_mediated_only": st.checkbox(
            _("Contact through the door opener alone"), before.get("is_mediated_only", True),
            key=f"{key}-mediated",
        ),
        "given_on": _day("given_on", today, key),
        "expires_on": _day("expires_on", today + _LONGEST, key),
        "obtained_how": fields.word(
            field_name("obtained_how"), "ObtainedHow", before.get("obtained_how", "MEETING"),
            key=f"{key}-how",
        ),
        "text_version": st.text_input(
            field_name("text_version"), before.get("text_version", ""), max_chars=20,
            key=f"{key}-text",
        ),
        "covers_art9": st.checkbox(
            _("Covers faith (GDPR art. 9)"), before.get("covers_art9", False),
            key=f"{key}-art9",
        ),
        "is_adult": st.checkbox(field_name("is_adult"), value=False, key=f"{key}-adult"),
    }  # fmt: skip
    return told


def _day(field: str, value: date, key: str) -> str | None:
    picked = fields.day(field_name(field), value, key=f"{key}-{field}")
    return None if picked is None else picked.isoformat()
