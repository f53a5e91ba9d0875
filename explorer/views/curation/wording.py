"""How links, their fields and what speaks against a change are said where they are curated."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Protocol, cast

from api.schemas.entities import NodeName
from api.schemas.links import LinkCard
from explorer import session
from explorer.i18n import number, plain, say, short_day

_OF_FIELD: Final = {
    "gate": "LegalGate",
    "levels": "PreventionLevel",
    "trigger": "Trigger",
    "function": "CoordinationFunction",
    "attendance": "Attendance",
    "kind": "SupportKind",
}


class Fault(Protocol):
    """A rule that speaks against a change, as a problem or a dry run tells it."""

    @property
    def field(self) -> str: ...  # noqa: D102 - said above

    @property
    def detail(self) -> str: ...  # noqa: D102 - said above


def name(node: NodeName) -> str:
    """What a node is called; its id where the caller may not know."""
    return node.name or node.id


def sentence(link: LinkCard) -> str:
    """`**SSP-koordinator, Kystby** koordinerer **SSP Kystby**`, in Markdown."""
    verb = session.term("LinkType", link.type)
    return f"**{plain(name(link.source))}** {plain(verb)} **{plain(name(link.target))}**"


def told(link: LinkCard) -> str:
    """The same as text alone."""
    return f"{name(link.source)} {session.term('LinkType', link.type)} {name(link.target)}"


def label(link: LinkCard) -> str:
    """The same as the label of a control."""
    return plain(told(link))


def field_name(field: str) -> str:
    """What a field of a link, a person or a consent is called."""
    return {
        "gate": say("Gate"),
        "levels": say("Prevention levels"),
        "strength": say("How strong"),
        "valid_from": say("True from"),
        "valid_to": say("True until"),
        "order": say("Place in the order"),
        "is_acute": say("For acute matters"),
        "is_acting": say("Acting"),
        "share": say("Share of the post"),
        "attendance": say("Attendance"),
        "is_lendable": say("May be lent"),
        "function": say("Function in the network"),
        "kind": say("Kind of support"),
        "trigger": say("Kind of need"),
        "since_on": say("Acquainted since"),
        "last_contact_on": say("Last in touch"),
        "is_confirmed": say("Confirmed by both"),
        "verified_on": say("Last checked"),
        "absent_from": say("Away from"),
        "absent_to": say("Back on"),
        "display_name": say("Name as shown"),
        "name": say("Name"),
        "visibility": say("Visible to"),
        "purposes": say("Purposes"),
        "audience": say("Given to"),
        "channels": say("By which channels"),
        "given_on": say("Given on"),
        "expires_on": say("Expires on"),
        "text_version": say("Version of the text"),
        "obtained_how": say("How it was given"),
        "is_adult": say("Is of age"),
        "target_id": say("Other end"),
        "source_id": say("First end"),
    }.get(field, field)


def value(field: str, told: Any) -> str:
    """A value in words: dates as dates are written, identifiers as the vocabulary says."""
    if told is None or told == []:
        return "–"
    if isinstance(told, bool):
        return say("yes") if told else say("no")
    if isinstance(told, list):
        return ", ".join(value(field, one) for one in cast("list[Any]", told))
    if isinstance(told, int | float):
        return number(told)
    if (day := day_in(told)) is not None:
        return short_day(day)
    return session.term(_OF_FIELD.get(field, ""), str(told))


def day_in(told: object) -> date | None:
    """The date a field holds, if it is one."""
    if not isinstance(told, str):
        return told if isinstance(told, date) else None
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def faults(found: Iterable[Fault]) -> list[str]:
    """What speaks against a change, a sentence for each field."""
    return [f"{_of(one.field)} {one.detail}.".strip() for one in found]


def _of(field: str) -> str:
    called = field_name(field)
    return "" if not field or called == field else f"{called}:"
