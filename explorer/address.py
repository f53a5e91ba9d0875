"""The query string as state of a screen: ids, codes and dates; never a name or typed text.

A control shows what the query string holds and writes what was chosen, so that Back, Forward, a
reload and a shared link all repeat the same query.

Hiding a screen is a convenience; the API enforces access to its data.
"""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast
from urllib.parse import urlencode, urlsplit

import streamlit as st

from api.schemas.accounts import Role

_ALL_BUT_ADMIN: Final[frozenset[Role]] = frozenset(
    ("COORDINATOR", "OUTREACH", "ANALYST", "STEWARD", "DPO", "SERVICE")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A screen: its module in `explorer/views`, its path, its title as a message id."""

    module: str
    path: str
    title: str
    roles: frozenset[Role] | None
    """None: every user, also one without a role."""
    uploaders: frozenset[Role] = frozenset()
    """The roles that send files on it."""


FIND: Final = Screen(module="find", path="", title="Find contact path", roles=_ALL_BUT_ADMIN)
REGISTER: Final = Screen(module="register", path="register", title="Register", roles=_ALL_BUT_ADMIN)
MAP: Final = Screen(
    module="coverage_map",
    path="kort",
    title="Coverage map",
    roles=frozenset(("COORDINATOR", "OUTREACH", "ANALYST", "STEWARD")),
)
NETWORK: Final = Screen(
    module="network",
    path="netvaerk",
    title="Network",
    roles=frozenset(("COORDINATOR", "OUTREACH", "ANALYST")),
)
CURATION: Final = Screen(
    module="curation",
    path="vedligehold",
    title="Curation",
    roles=frozenset(("COORDINATOR", "OUTREACH", "STEWARD", "DPO")),
)
IMPORT: Final = Screen(
    module="list_import",
    path="import",
    title="Import lists",
    roles=frozenset(("STEWARD",)),
    uploaders=frozenset(("STEWARD",)),
)
OWN_KINDS: Final = Screen(
    module="own_kinds", path="arter", title="Own kinds", roles=frozenset(("STEWARD",))
)
ANALYSIS: Final = Screen(
    module="analysis",
    path="analyse",
    title="Analysis",
    roles=frozenset(("ANALYST",)),
    uploaders=frozenset(("ANALYST",)),
)
ACCOUNTS: Final = Screen(
    module="accounts",
    path="konti",
    title="Accounts",
    roles=frozenset(("ADMIN", "DPO")),
    uploaders=frozenset(("ADMIN",)),
)
AUDIT: Final = Screen(module="audit", path="log", title="Audit log", roles=None)
MY_ACCOUNT: Final = Screen(module="my_account", path="min-konto", title="My account", roles=None)

SCREENS: Final = (
    FIND, REGISTER, MAP, NETWORK, CURATION, IMPORT, OWN_KINDS, ANALYSIS, ACCOUNTS, AUDIT,
    MY_ACCOUNT,
)  # fmt: skip
"""In the order of the navigation; the first is the start screen."""
PATHS: Final = tuple(screen.path for screen in SCREENS)
UPLOADERS: Final = frozenset[Role]().union(*(screen.uploaders for screen in SCREENS))


_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._\-]{0,119}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
Value = str | int | date | Iterable[str] | None


def is_code(value: str) -> bool:
    """Whether a value may stand in an address: an id, a code or a date."""
    return _CODE.fullmatch(value) is not None


def text(name: str) -> str | None:
    """The code of a parameter; None if it is absent or not a valid code."""
    code = st.query_params.get(name)
    return code if code is not None and _CODE.fullmatch(code) else None


def many(name: str) -> tuple[str, ...]:
    """All codes of a parameter, in order."""
    return tuple(code for code in st.query_params.get_all(name) if _CODE.fullmatch(code))


def number(name: str) -> int | None:
    """The whole number of a parameter, of at most five digits."""
    code = text(name)
    return int(code) if code is not None and code.isdecimal() and len(code) < 6 else None


def moment() -> datetime | None:
    """The minute in `at`, in Danish local time: 2026-11-28T22:00."""
    value = text("at") or ""
    try:
        return datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
    except ValueError:
        return None


def day(name: str = "on") -> date | None:
    """The ISO date of a parameter; for `on` the date of `at`, where that is present."""
    at = moment() if name == "on" else None
    if at is not None:
        return at.date()
    try:
        return date.fromisoformat(text(name) or "")
    except ValueError:
        return None


def answer_day(today: date) -> date:
    """The date of an answer: today where the address names none, or a minute of an earlier day."""
    at = moment()
    return today if at is not None and at.date() < today else day() or today


def change(**values: Value) -> None:
    """Write parameters; None removes one. The browser's Back undoes it.

    Raises: ValueError: a value that could be a name.
    """
    parameters = {**here(), **_to_parameters(values)}
    st.query_params.from_dict({name: codes for name, codes in parameters.items() if codes})


def choose(name: str, key: str, options: Container[object], /, **besides: Value) -> None:
    """Write the choice made in a control, and the parameters that change with it.

    A browser that still shows outdated options may send one of them by its label, which the control
    returns unchanged: then nothing was chosen, and nothing is written.
    """
    choice: object = st.session_state[key]
    values = cast("Iterable[Value]", choice if isinstance(choice, list | tuple) else (choice,))
    chosen_values = [value for value in values if value is not None]
    if all(value in options for value in chosen_values):
        change(**{name: [str(value) for value in chosen_values if value != ""], **besides})


def link(screen: Screen, **values: Value) -> str:
    """The address of a screen with those parameters."""
    pairs = [(name, code) for name, codes in _to_parameters(values).items() for code in codes]
    return f"/{screen.path}" + (f"?{urlencode(pairs)}" if pairs else "")


def explorer() -> str:
    """The address of the explorer as the browser sees it: `https://kontaktvej.example`."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""


def here() -> Mapping[str, list[str]]:
    """All parameters of the current address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _to_parameters(values: Mapping[str, Value]) -> dict[str, list[str]]:
    parameters: dict[str, list[str]] = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            parameters[name] = [value.isoformat(timespec="minutes")]
        elif isinstance(value, str | int | date):
            parameters[name] = [str(value)]
        else:
            parameters[name] = [str(code) for code in value or ()]
        if not all(map(_CODE.fullmatch, parameters[name])):
            raise ValueError(f"{name} is no code: it would put words into the address")
    return parameters
