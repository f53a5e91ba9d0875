"""How links, their fields and what speaks against a change are said where they are curated."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Protocol, cast

from api.schemas.entities import LinkCard, NodeName
from explorer import session
from explorer.i18n import _, number, plain, short_day

_OF_FIELD: Final = {
    "gate": "LegalGate",
    "levels": "PreventionLevel",
    "trigger": "Trigger",
    "function": "CoordinationFunction",
    "attendance": "Attendance",
    "kind": "SupportKind",
}


class FieldFault(Protocol):
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
        "gate": _("Gate"),
        "levels": _("Prevention levels"),
        "strength": _("How strong"),
        "valid_from": _("True from"),
        "valid_to": _("True until"),
        "order": _("Place in the order"),
        "is_acute": _("For acute matters"),
        "is_acting": _("Acting"),
        "share": _("Share of the post"),
        "attendance": _("Attendance"),
        "is_lendable": _("May be lent"),
        "function": _("Function in the network"),
        "kind": _("Kind of support"),
        "trigger": _("Kind of need"),
        "since_on": _("Acquainted since"),
        "last_contact_on": _("Last in touch"),
        "is_confirmed": _("Confirmed by both"),
        "verified_on": _("Last checked"),
        "absent_from": _("Away from"),
        "absent_to": _("Back on"),
        "display_name": _("Name as shown"),
        "name": _("Name"),
        "visibility": _("Visible to"),
        "purposes": _("Purposes"),
        "audience": _("Given to"),
        "channels": _("By which channels"),
        "given_on": _("Given on"),
        "expires_on": _("Expires on"),
        "text_version": _("Version of the text"),
        "obtained_how": _("How it was given"),
        "is_adult": _("Is of age"),
        "target_id": _("Other end"),
        "source_id": _("First end"),
    }.get(field, field)


def value(field: str, told: Any) -> str:
    """A value in words: dates as dates are written, identifiers as the vocabulary says."""
    if told is None or told == []:
        return "–"
    if isinstance(told, bool):
        return _("yes") if told else _("no")
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


def faults(found: Iterable[FieldFault]) -> list[str]:
    """What speaks against a change, a sentence for each field."""
    return [f"{_of(one.field)} {one.detail}.".strip() for one in found]


def _of(field: str) -> str:
    called = field_name(field)
    return "" if not field or called == field else f"{called}:"
