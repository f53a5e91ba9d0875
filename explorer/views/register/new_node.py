"""New posts, units, networks, places, organizations, people and plans: one form for each label.

A node that requires links is created with them in one change set: a post with its authority, a
network with its coordinator, a person with their post.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Final

import streamlit as st

from api.schemas.words import Label
from explorer import address, session
from explorer.address import CURATION
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.labels import Labels
from explorer.views.curation import fields
from explorer.views.register import drafts, edit_card, node_fields
from explorer.views.register.drafts import Draft, DraftBuilder
from explorer.views.register.node_fields import NODE_FIELDS

LABELS: Final = ("Actor", "Authority", "Network", "Organization", "Person", "Area", "Plan")
"""The labels created here; a resource individual is created with their consent."""
_NEW: Final = "@new"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tie:
    """A link that a new node is created with, from it or to it, and the labels of the other end.

    `fields` are sent with it; those in `same` are taken from the new node.
    """

    control: str
    link_type: str
    among: tuple[Label, ...]
    is_from: bool = True
    is_required: bool = True
    fields: Mapping[str, Any] | None = None
    same: tuple[str, ...] = ()


_TIES: Final[Mapping[str, tuple[_Tie, ...]]] = {
    "Actor": (
        _Tie(control="belongs", link_type="BELONGS_TO", among=("Authority", "Organization")),
        _Tie(control="covers", link_type="COVERS", among=("Area",), is_required=False),
    ),
    "Authority": (
        _Tie(control="covers", link_type="COVERS", among=("Area",)),
        _Tie(control="part", link_type="PART_OF", among=("Authority",), is_required=False),
    ),
    "Network": (
        _Tie(
            control="coordinator", link_type="COORDINATES", among=("Actor",), is_from=False,
            fields={"function": "COORDINATOR"}, same=("gate", "levels"),
        ),
        _Tie(control="covers", link_type="COVERS", among=("Area",)),
    ),
    "Organization": (_Tie(control="covers", link_type="COVERS", among=("Area",)),),
    "Person": (_Tie(control="holds", link_type="HOLDS", among=("Actor",)),),
    "Area": (
        _Tie(control="lies", link_type="LIES_IN", among=("Area",)),
        _Tie(control="lies2", link_type="LIES_IN", among=("Area",), is_required=False),
    ),
    "Plan": (
        _Tie(
            control="governs", link_type="GOVERNED_BY", among=("Authority", "Network"),
            is_from=False,
        ),
    ),
}  # fmt: skip
_START: Final[Mapping[str, Mapping[str, Any]]] = {
    "Actor": {"review_every_days": 183},
    "Network": {"levels": ("CAPACITY_BUILDING", "EXIT", "OUTREACH")},
    "Person": {"visibility": "NETWORK"},
}
_LEFT_OUT: Final = frozenset({"absent_from", "absent_to"})
_REACHED: Final = frozenset({"Actor", "Authority", "Organization"})


def may_create(context: ScreenContext) -> bool:
    """Whether the caller's roles create nodes here; the API decides about each."""
    is_editor = context.is_today and session.may(context.me, "EDIT")
    return is_editor and "STEWARD" in session.roles(context.me)


def names() -> dict[str, str]:
    """The labels offered, in words."""
    return {
        "Actor": _("Post"),
        "Authority": _("Authority or unit"),
        "Network": session.term("Label", "Network"),
        "Organization": _("Association"),
        "Person": _("Person"),
        "Area": _("Place"),
        "Plan": _("Plan"),
    }


def _question(tie: _Tie) -> tuple[str, str]:
    """The label of a tie's field, and its rule."""
    return {
        "belongs": (_("Belongs to"), _("A post belongs to one authority or association.")),
        "covers": (_("Answers for"), _("The municipality, police district or region.")),
        "part": (_("Is a part of"), _("Of a unit: the authority it is in.")),
        "coordinator": (_("Coordinated by"), _("A network has at least one coordinator.")),
        "holds": (_("Holds the post"), _("A person is entered with the post they hold.")),
        "lies": (_("Lies in"), _("A municipality lies in a police district and a region.")),
        "lies2": (_("Lies also in"), _("The region, or nothing.")),
        "governs": (_("Is the plan of"), _("The authority or network it belongs to.")),
    }[tie.control]


def show(context: ScreenContext, words: Labels, label: str) -> None:
    """Draw the form of a new node of a label."""
    form = f"new-{label}"
    ties = _TIES[label]
    picks: dict[str, str | None] = {}
    for tie in ties:
        question, rule = _question(tie)
        picks[tie.control] = edit_card.pick(
            context, words, question + (" *" if tie.is_required else ""), f"{form}-{tie.control}",
            tie.among,
        )  # fmt: skip
        node_fields.below(rule, drafts.fault(form, tie.control))
    values: dict[str, Any] = {}

    def make() -> Draft | None:
        needed = [tie.control for tie in ties if tie.is_required and picks[tie.control] is None]
        needed += [
            field.name for field in NODE_FIELDS[label]
            if field.is_required and values.get(field.name) in (None, [])
        ]  # fmt: skip
        if needed:
            drafts.require(form, needed)
            return None
        return _draft(context, label, form, values, picks)

    drafts.problems(context.client, form, node="")
    with st.form(f"{form}-form", enter_to_submit=False):
        if label == "Person":
            values |= edit_card.new_person(form, form)
            (visible,) = (field for field in NODE_FIELDS[label] if field.name == "visibility")
            values |= edit_card.controls(
                (visible,), _START[label], label=label, form=form, key=form
            )
        else:
            form_fields = [field for field in NODE_FIELDS[label] if field.name not in _LEFT_OUT]
            values |= edit_card.controls(
                form_fields, _START.get(label, {}), label=label, form=form, key=form
            )
            values |= _channels(label, form)
        edit_card.buttons(
            context, form, make, node="", save=_("Create"), cancel=_cancel,
            # the first element of the change set is the new node: its card is opened
            on_save=lambda answer: address.change(new=None, id=answer.things[0].id),
        )  # fmt: skip


def _channels(label: str, form: str) -> dict[str, Any]:
    """Draw the phone and mail fields of an office; empty for labels without an office."""
    if label not in _REACHED:
        return {}
    values: dict[str, Any] = {}
    for channel in ("PHONE", "EMAIL"):
        values[channel] = st.text_input(
            session.term("Channel", channel), key=f"{form}-{channel}", max_chars=120,
            autocomplete="off",
        )  # fmt: skip
        node_fields.below(edit_card.detail_rule(channel), drafts.fault(form, channel))
    values["is_checked"] = edit_card.checked_control(f"{form}-checked")
    return values


def _draft(
    context: ScreenContext,
    label: str,
    form: str,
    values: Mapping[str, Any],
    picks: Mapping[str, str | None],
) -> Draft:
    """The new node, its contact details and its links as one change set."""
    builder = DraftBuilder(form=form)
    if label == "Person":
        new = edit_card.create_person(builder, values)
    else:
        controls = node_fields.controls_of(NODE_FIELDS[label])
        own = fields.without_empty({name: values.get(name) for name in controls})
        new = builder.create_node(
            label, _NEW, own, name=str(own.get("name") or own.get("title") or ""),
            controls=controls,
        )  # fmt: skip
        channels = [
            channel for channel in ("PHONE", "EMAIL") if str(values.get(channel) or "").strip()
        ]
        for order, channel in enumerate(channels, 1):
            builder.create_detail(
                new, channel, edit_card.written_number(channel, str(values[channel])),
                order=order, visibility="OPEN", control=channel,
                is_checked=values["is_checked"],
            )  # fmt: skip
    for tie in _TIES[label]:
        other = picks[tie.control]
        if other is None:
            continue
        builder.names[other] = session.name_of(other) or other
        ends = (new, other) if tie.is_from else (other, new)
        more = {**(tie.fields or {}), **{name: values[name] for name in tie.same}}
        if tie.link_type == "HOLDS":
            more["valid_from"] = context.on.isoformat()
        builder.create_link(tie.link_type, *ends, control=tie.control, **more)
    return builder.draft()


def _open(label: str) -> None:
    if address.text("new") != label:  # else what is filled in stays
        drafts.close()
    address.change(new=label, id=None)


def _cancel() -> None:
    drafts.close()
    address.change(new=None)


def choice(context: ScreenContext) -> None:
    """Draw the popover with the labels that the caller may create."""
    is_outreach = "OUTREACH" in session.roles(context.me) and session.may(context.me, "EDIT")
    if not (may_create(context) or is_outreach):
        return
    with st.popover(_("New …")):
        if may_create(context):
            for label, name in names().items():
                st.button(
                    name, key=f"new-{label}", width="stretch",
                    on_click=partial(_open, label),
                )  # fmt: skip
        if is_outreach:
            to, text = address.link(CURATION, tab="consents"), _("Resource individual, by consent")
            st.html(
                f'<p class="kv-ways"><a href="{escape(to)}" target="_self">{escape(text)}</a></p>'
            )


def form_of_address(context: ScreenContext, words: Labels) -> bool:
    """Draw the form of the label in the address; return whether there is one."""
    label = address.text("new")
    if label not in LABELS or not may_create(context):
        return False
    with st.container(key="register-card", border=True):
        st.header(_("New: {label}", label=names()[label].lower()), anchor=False)
        show(context, words, label)
    return True
