"""Rights in words, and the controls that choose one."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, get_args

import streamlit as st

from api.client import ApiClient, NewGrant
from api.schemas.accounts import Grant, GrantArea, Level, Role
from explorer import screen_state, session
from explorer.i18n import _, danish_key, day, typed_date

PEOPLE: Final[tuple[Role, ...]] = tuple(role for role in get_args(Role) if role != "SERVICE")
PROGRAMS: Final[tuple[Role, ...]] = ("SERVICE",)
_LEVELS: Final[tuple[Level, ...]] = get_args(Level)
_KEPT_S: Final = 600
_ONE_DAY: Final = timedelta(days=1)
_WIDEST: Final = ("COUNTRY", "REGION", "POLICE_DISTRICT")


def area_names(client: ApiClient) -> Mapping[str, str]:
    """The areas that a grant can name, by id: the widest first, then in Danish order.

    Those that begin later say when.

    Raises: Problem: as the API reports.
    """
    areas = screen_state.fetch(
        client, "grant-areas", client.grant_areas, fresh_s=_KEPT_S, quietly=True
    ).found
    kinds = session.terms("AreaKind")
    ranks = {kind: place for place, kind in enumerate(_WIDEST)}
    in_order = sorted(
        areas,
        key=lambda area: (ranks.get(area.kind or "", len(ranks)), danish_key(area.name or area.id)),
    )

    def text(area: GrantArea) -> str:
        parts = (area.name, kinds.get(area.kind or "", area.kind), between(area.valid_from, None))
        return " · ".join(filter(None, parts)) if area.name else area.id

    return {area.id: text(area) for area in in_order}


def short_name(names: Mapping[str, str], area: str) -> str:
    """The name of an area without its kind; its id where it has none."""
    return names.get(area, area).partition(" · ")[0]


def in_words(grant: Grant | NewGrant, names: Mapping[str, str]) -> str:
    """A right as one line: role, areas, levels unless it has all of them, and dates."""
    areas = sorted((short_name(names, area) for area in grant.areas), key=danish_key)
    parts = [session.term("Role", grant.role), ", ".join(areas)]
    levels = [level for level in _LEVELS if grant.levels is None or level in grant.levels]
    if len(levels) < len(_LEVELS):
        parts.append(", ".join(session.term("PreventionLevel", level) for level in levels))
    parts += [between(grant.valid_from, grant.valid_to)]
    return " · ".join(filter(None, parts))


def between(begins: date | None, ends: date | None) -> str:
    """The dates of a right in words; `ends` is the day after the last."""
    parts: list[str] = []
    if begins is not None:
        parts.append(_("from {day}", day=day(begins)))
    if ends is not None:
        parts.append(_("to {day} inclusive", day=day(ends - _ONE_DAY)))
    return " ".join(parts)


def after(last: date | None) -> date | None:
    """The end of a right whose last day is given."""
    return None if last is None else last + _ONE_DAY


def choose(names: Mapping[str, str], roles: Sequence[Role], *, key: str) -> NewGrant | None:
    """Draw the choice of role, areas, levels and dates; None until a role is chosen."""
    left, right = st.columns([1, 2])
    role: Role | None = left.selectbox(
        _("Role"), roles, index=0 if len(roles) == 1 else None, key=f"{key}-role",
        format_func=session.terms("Role").__getitem__, placeholder=_("Choose a role"),
    )  # fmt: skip
    areas: list[str] = []
    if role != "ADMIN":
        areas = right.multiselect(
            _("Areas"), list(names), key=f"{key}-areas", format_func=names.__getitem__,
            placeholder=_("Choose one or more"),
        )  # fmt: skip
    levels: list[Level] = list(_LEVELS)
    begins: date | None = None
    last: date | None = None
    with st.expander(_("Levels and dates: all levels from today, without an end"),
                     key=f"{key}-more"):  # fmt: skip
        first, second, third = st.columns([2, 1, 1])
        levels = first.multiselect(
            _("Prevention levels"), _LEVELS, default=_LEVELS, key=f"{key}-levels",
            format_func=session.terms("PreventionLevel").__getitem__,
            placeholder=_("Choose one or more"),
        )  # fmt: skip
        begins = second.date_input(_("First day"), None, format=typed_date(), key=f"{key}-first")
        last = third.date_input(_("Last day"), None, format=typed_date(), key=f"{key}-last")
    if role is None:
        return None
    return NewGrant(
        role=role, areas=frozenset(areas), levels=frozenset(levels), valid_from=begins,
        valid_to=after(last),
    )  # fmt: skip
