"""The fields of each label as forms show them: control, label, and the rule in plain words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final, Literal, cast

import streamlit as st

from explorer import session
from explorer.i18n import _
from explorer.languages import language_names
from explorer.views.curation import editing, fields
from explorer.views.opening_hours import hours_code, hours_text

Shape = Literal["text", "word", "words", "languages", "texts", "hours", "number", "flag", "day"]
_MOST_LETTERS: Final = 120


@dataclass(frozen=True, slots=True)
class NodeField:
    """A field: its name, its shape, the enumeration of its words, and whether it is required.

    `own`: the field with the ids of own kinds beneath these words, where there is one.
    """

    name: str
    shape: Shape
    words: str = ""
    is_required: bool = False
    own: str = ""


_NAME: Final = NodeField("name", "text", is_required=True)
_TIER: Final = NodeField("tier", "word", "Tier", is_required=True)
_SECTOR: Final = NodeField("sector", "word", "Sector", is_required=True, own="own_sector")
_LANGUAGES: Final = NodeField("languages", "languages")
HOURS: Final = NodeField("hours", "hours")
COMPETENCES: Final = NodeField("competences", "words", "Competence", own="own_competences")


def _kind(enumeration: str) -> NodeField:
    return NodeField("kind", "word", enumeration, is_required=True, own="own_kind")


NODE_FIELDS: Final[Mapping[str, tuple[NodeField, ...]]] = {
    "Actor": (
        _NAME,
        _kind("PostKind"),
        _TIER,
        _SECTOR,
        HOURS,
        _LANGUAGES,
        COMPETENCES,
        NodeField("needs_deputy", "flag"),
        NodeField("is_unit_only", "flag"),
        NodeField("review_every_days", "number"),
    ),
    "Authority": (
        _NAME,
        _kind("AuthorityKind"),
        _TIER,
        _SECTOR,
        NodeField("seat", "text"),
        NodeField("name_en", "text"),
        NodeField("aliases", "texts"),
    ),
    "Network": (
        _NAME,
        _kind("NetworkKind"),
        NodeField("gate", "word", "LegalGate", is_required=True),
        NodeField("levels", "words", "PreventionLevel", is_required=True),
        NodeField("meets_every_days", "number"),
    ),
    "Organization": (
        _NAME,
        _kind("OrganizationKind"),
        NodeField("cvr", "text"),
        NodeField("website", "text"),
    ),
    "Person": (
        _NAME,
        NodeField("title", "text"),
        NodeField("visibility", "word", "Visibility", is_required=True),
        _LANGUAGES,
        COMPETENCES,
        NodeField("absent_from", "day"),
        NodeField("absent_to", "day"),
    ),
    "ResourceIndividual": (
        NodeField("display_name", "text", is_required=True),
        _kind("ResourceKind"),
        NodeField("visibility", "word", "Visibility", is_required=True),
        _LANGUAGES,
        NodeField("competences", "words", "Competence"),
    ),
    "Area": (
        _NAME,
        _kind("AreaKind"),
        NodeField("code", "text", is_required=True),
        NodeField("official_name", "text"),
        NodeField("name_en", "text"),
        NodeField("aliases", "texts"),
        NodeField("population", "number"),
        NodeField("population_on", "day"),
    ),
    "Plan": (
        NodeField("title", "text", is_required=True),
        _kind("PlanKind"),
        NodeField("adopted_on", "day"),
        NodeField("due_on", "day"),
        NodeField("url", "text"),
    ),
}
"""The fields that forms offer for each label, in their order; the API decides about each."""


def field_label(name: str) -> str:
    """The label of a field of a node; fields not listed here are labeled as in curation."""
    own = {
        "kind": _("Kind"),
        "own_kind": _("Own kind"),
        "own_sector": _("Own sector"),
        "own_competences": _("Own competences"),
        "tier": _("Tier"),
        "sector": _("Sector"),
        "levels": _("Prevention level"),
        "needs_deputy": _("Must have a deputy"),
        "is_unit_only": _("Answered by a unit"),
        "meets_every_days": _("Days between meetings"),
        "review_every_days": _("Days between checks"),
        "absent_from": _("Absent from"),
        "absent_to": _("Absent until"),
        "official_name": _("Full name"),
        "name_en": _("English name"),
        "aliases": _("Other names"),
        "code": _("Code"),
        "population": _("Inhabitants"),
        "population_on": _("Counted on"),
        "seat": _("Seat"),
        "cvr": _("CVR number"),
        "adopted_on": _("Adopted on"),
        "due_on": _("To be revised by"),
        "url": _("Address of the document"),
        "channel": _("Channel"),
        "value": _("Number or address"),
        "hint": _("Number or address"),
        "valid_from": _("From"),
        "valid_to": _("Ends"),
    }
    return own.get(name) or editing.field_name(name)


def rule(label: str, name: str) -> str:
    """The rule of a field in plain words; empty if there is none."""
    return {
        "name": _("First and last name.") if label == "Person" else _("At most 120 characters."),
        "display_name": _("The name the person has chosen to be shown by."),
        "tier": _("Must fit the kind of post.") if label == "Actor" else "",
        "gate": _("The legal ground of the kind of network, or a stricter one."),
        "levels": _("At least one."),
        "hours": _("For example: Mon-Fri 09:00-15:00; Thu 09:00-17:00. Empty: not known."),
        "is_unit_only": _("Nobody is named as holder."),
        "review_every_days": _("30 to 366 days."),
        "meets_every_days": _("1 to 366 days."),
        "absent_from": _("Fill in both dates or neither. The reason is never recorded."),
        "absent_to": _("The first day back."),
        "aliases": _("Separated by commas: towns, former names, postcodes with their town."),
        "code": _("Four digits for municipalities, police districts and regions."),
        "population_on": _("Fill in with the number of inhabitants."),
        "cvr": _("Eight digits."),
        "website": _("Begins with https://"),
        "url": _("Begins with https://"),
        "due_on": _("At most 4 years after adoption for a preparedness plan."),
    }.get(name, "")


def control(field: NodeField, value: Any, *, label: str, key: str, fault: str | None = None) -> Any:
    """Draw a field with its rule and fault; return the value as the API takes it, None if empty."""
    typed_value = _control(
        field, value, field_label(field.name) + (" *" if field.is_required else ""), key
    )
    below(rule(label, field.name), fault)
    return typed_value


def controls_of(form_fields: Iterable[NodeField]) -> dict[str, str]:
    """The control that each field is typed in, by the name of the field."""
    return {name: field.name for field in form_fields for name in (field.name, field.own) if name}


def own_in_place(field: NodeField, values: Mapping[str, Any]) -> Any:
    """The value of a field with known own kinds in place of the words above them."""
    own = session.own_kinds(field.words) if field.own else {}
    ids = [own_id for own_id in word_list(values.get(field.own)) if own_id in own]
    if not ids:
        return values.get(field.name)
    if field.shape == "word":
        return ids[0]
    parents = {own[own_id].parent for own_id in ids}
    return [*ids, *(word for word in word_list(values.get(field.name)) if word not in parents)]


def fields_of(field: NodeField, choice: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a choice: an own kind is sent together with the word that it is beneath.

    An own kind that is no longer known is kept while the previous words of the field are.
    """
    if not field.own:
        return {field.name: choice}
    own = session.own_kinds(field.words)
    ids = [word for word in word_list(choice) if word in own]
    unknown_ids = [word for word in word_list(before.get(field.own)) if word not in own]
    words = [own[word].parent if word in own else word for word in word_list(choice)]
    if field.shape == "word":
        if unknown_ids and choice == before.get(field.name):
            ids = unknown_ids
        values = {field.name: words[0] if words else None}
        is_told = bool(ids) or before.get(field.own) is not None
        return {**values, field.own: ids[0] if ids else None} if is_told else values
    if unknown_ids and {*word_list(before.get(field.name))} <= {*words}:
        ids += unknown_ids
    values = {field.name: list(dict.fromkeys(words)) or None}
    return {**values, field.own: ids or None} if ids or before.get(field.own) else values


def word_list(value: Any) -> list[str]:
    """The words of a field, one or several."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def words_of(field: NodeField) -> dict[str, str]:
    """The words to choose from, with own kinds where the field may have some."""
    return session.kinds(field.words) if field.own else session.terms(field.words)


def below(rule: str, fault: str | None) -> None:
    """Draw the text below a field: the rule, and the fault that the API found in it."""
    lines = f'<p class="kv-rule">{escape(rule)}</p>' if rule else ""
    if fault:
        lines += f'<p class="kv-fault" role="alert">{escape(editing.sentence_of(fault))}</p>'
    if lines:
        st.html(lines)


def _control(field: NodeField, value: Any, label: str, key: str) -> Any:
    match field.shape:
        case "text":
            return _text(label, value or "", key)
        case "texts":
            typed_text = _text(label, ", ".join(value or ()), key, most=2000) or ""
            return sorted({part.strip() for part in typed_text.split(",")} - {""}) or None
        case "hours":
            typed_text = _text(label, hours_text(value) if value else "", key)
            return None if typed_text is None else hours_code(typed_text)
        case "word":
            terms = words_of(field)
            options = [*terms]
            return st.selectbox(
                label, options, index=options.index(value) if value in terms else None, key=key,
                format_func=terms.__getitem__, placeholder=_("Choose"),
            )  # fmt: skip
        case "words":
            return _multiselect(label, words_of(field), value, key)
        case "languages":
            return _multiselect(label, language_names(*(value or ())), value, key)
        case "number":
            start = None if value is None else int(value)
            return st.number_input(label, value=start, min_value=0, step=1, key=key)
        case "flag":
            return st.checkbox(label, value=bool(value), key=key)
        case "day":
            chosen_day = fields.day(label, editing.day_in(value), key=key)
            return None if chosen_day is None else chosen_day.isoformat()


def _text(label: str, value: str, key: str, *, most: int = _MOST_LETTERS) -> str | None:
    return st.text_input(label, value, max_chars=most, key=key, autocomplete="off").strip() or None


def _multiselect(label: str, words: Mapping[str, str], value: Any, key: str) -> list[str] | None:
    selection = st.multiselect(
        label, [*words], default=[word for word in value or () if word in words], key=key,
        format_func=words.__getitem__, placeholder=_("Choose one or more"),
    )  # fmt: skip
    return selection or None


# ---- what was typed


def changed_values(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The typed values that differ from before; empty ones as the API takes them."""
    return {
        name: ([] if isinstance(before.get(name), list) and value is None else value)
        for name, value in values.items()
        if _even(value) != _even(before.get(name))
    }


def _even(value: Any) -> Any:
    """A value for comparison: absent, empty and False are equal; list order is ignored."""
    if isinstance(value, list | tuple):
        return sorted(cast("Iterable[str]", value)) or None
    if isinstance(value, date):
        return value.isoformat()
    return None if value in (False, "") else value
