"""The card of a node: overview, who answers there, links, and its history."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from html import escape
from typing import Any, Final, cast, get_args

import streamlit as st

from api.client import AskedContacts, AskedExport, NotFound
from api.schemas.entities import (
    Detail,
    Entity,
    Rights,
    WhoAnswers,
    WholeEntity,
    written_aliases,
)
from api.schemas.paths import Resolution
from api.schemas.words import Trigger
from explorer import address, files, problem_states, reveal, screen_state, session
from explorer.address import FIND
from explorer.frame import ScreenContext
from explorer.html_table import table, texts
from explorer.i18n import _, clock, day, number, plain, short_day
from explorer.labels import Labels, name_not_shown, when_marked
from explorer.languages import language_name
from explorer.views.curation import editing
from explorer.views.find.shortcuts import favorite_star
from explorer.views.opening_hours import hours_text
from explorer.views.register import drafts, edit_card, members, propose
from explorer.views.register.node_fields import NODE_FIELDS, field_label, own_in_place
from explorer.views.register.search import RegisterResult

_PURPOSES: Final[tuple[Trigger, ...]] = get_args(Trigger)
_CONTACTS: Final = "register-vcard-ticket"


def take_list(context: ScreenContext, answer: RegisterResult) -> None:
    """Draw the CSV export of the list, without contact details and without civilians."""
    if not session.may(context.me, "EXPORT"):
        return
    nodes = tuple(row.id for row in answer.rows if row.label != "ResourceIndividual")
    if not nodes:
        return
    with st.expander(_("Download the list (CSV)")):
        request = AskedExport(format="NODES_CSV", nodes=nodes, on=context.as_of)
        files.export(
            _("Make the file"), request, context.client.make_export, key="register-make-list"
        )


def take_contacts(context: ScreenContext, entity: Entity) -> None:
    """Draw the vCard export of a post, for a purpose; each detail counts as a reveal."""
    if entity.label != "Actor" or not (
        context.is_today and session.may(context.me, "EXPORT_DETAILS")
    ):
        return
    with st.expander(_("Contact for an address book (vCard)")):
        st.markdown(_("The file holds contact details: each counts as one that is shown."))
        names = session.terms("Trigger")
        purpose: Trigger | None = st.selectbox(
            _("What for?"), _PURPOSES, index=None, key="register-vcard-purpose",
            format_func=names.__getitem__, placeholder=_("Choose a purpose"),
            filter_mode=None,
        )  # fmt: skip
        if st.button(_("Make the vCard"), key="register-make-vcard"):
            if purpose is None:
                st.warning(_("Choose what you need it for."))
                return
            request = AskedContacts(format="VCARD", purpose=purpose, post=entity.id)
            files.make_contacts(context, _CONTACTS, entity.id, request)
        files.offer(_CONTACTS, entity.id)


_HOLDER_RUNGS: Final = frozenset({"HOLDER", "ACTING"})
_SAYS_NO_ROLE: Final = frozenset({"HOLDER", "UNIT", "DUTY_LINE", "MAILBOX"})
"""The rungs that need no word beside the name: holders, and names that contain the word."""


def sentences(who: WhoAnswers) -> Iterator[str]:
    """Who answers, as Markdown: first at this minute, then on the day, then the others."""
    if who.now is not None and who.rung != "CLOSED":
        yield when_marked(who.now)
    yield _who(who)
    for other in who.passed_over:
        line = f"{session.term('Rung', other.rung).capitalize()}: "
        line += session.term("PassedWhy", other.why)
        yield line if other.until is None else line + " " + _("until {day}", day=day(other.until))
    yield from map(_then, _others(who))


def otherwise(who: Resolution) -> str | None:
    """All others who could answer, in order, in one sentence; None if there are none."""
    others = " · ".join(_others(who))
    return _then(others) if others else None


def _others(who: WhoAnswers | Resolution) -> Iterator[str]:
    """Those who could answer besides the one who does."""
    for candidate in who.order:
        if (candidate.rung, candidate.who) != (who.rung, who.who):
            yield _name_with_role(candidate.rung, candidate.who.name if candidate.who else None)


def _who(who: WhoAnswers) -> str:
    if who.rung == "CLOSED":
        if who.vacant_since is None:
            return _("**Nobody answers.** Vacant; ask the unit.")
        return _("**Nobody answers.** Vacant since {day}; ask the unit.",
                   day=day(who.vacant_since))  # fmt: skip
    name = who.who.name if who.who else None
    text = _name_with_role(who.rung, name)
    if not name and (who.is_hidden or who.who):
        note = name_not_shown()
        if who.rung in _HOLDER_RUNGS:
            note = _("held; {note}", note=note)
        text += f" ({note})"
    text = _("**Who answers:** {who}", who=text)
    if who.since is not None:
        text += " · " + _("since {day}", day=day(who.since))
    if who.until is not None:
        text += " · " + _("until {day}", day=day(who.until))
    if who.vacant_since is not None:
        text += " · " + _("vacant since {day}", day=day(who.vacant_since))
    return text


def _then(who: str) -> str:
    return _("Otherwise: {who}", who=who)


def _name_with_role(rung: str, name: str | None) -> str:
    word = session.term("Rung", rung)
    if not name:
        return word
    return plain(name) if rung in _SAYS_NO_ROLE else f"{plain(name)}, {word}"


_NO_NEIGHBORS: Final = frozenset({"REACHED_BY", "GAVE_CONSENT"})
_WRITTEN_ON: Final = frozenset({"COORDINATOR", "OUTREACH", "ANALYST", "STEWARD", "DPO"})
_MAY_SEE_CIVILIANS: Final = frozenset({"OUTREACH", "DPO"})
_MOST_LINKS: Final = 100
_MOST_CHANGES: Final = 100
_ON_PATHS: Final = frozenset(
    {"Actor", "Network", "Organization", "ResourceIndividual", "Authority", "Person"}
)  # an authority and a person represent their posts
_TAB: Final = "register-tab"
_MOST_PEOPLE: Final = 3
_PEOPLE_FRESH_S: Final = 60


def card(context: ScreenContext, words: Labels, node_id: str) -> int | None:
    """Draw the card; return its revision or an earlier one, None if absent or hidden.

    An absent node and a hidden one are shown alike.
    """
    on = context.as_of
    try:
        revision, whole = screen_state.fetch(
            context.client,
            ("card", node_id, on),
            lambda: (
                context.client.revision().revision,
                context.client.entity(node_id, on=on).value,
            ),
        )
    except NotFound:
        problem_states.not_found()
        return None
    entity = whole.entity
    st.header(plain(entity.name or words.generic_name(entity.label)), anchor=False)
    places = [area.name for area in entity.areas if area.name and area.name != entity.name]
    kind = words.kind(entity.kind, entity.own_kind, entity.label)
    st.markdown(plain(" · ".join([kind, *places[:3]])))
    if entity.check is not None:
        st.markdown(words.chip(entity.check.freshness, entity.check.on))
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="register-ways"
    ):
        _ways(entity, on)
        favorite_star(context, node_id, entity.label, entity.name or "")
    names = [_("Overview"), _("Links")]
    if session.roles(context.me) & _WRITTEN_ON:
        names.append(_("History"))
    overview, links, *history = st.tabs(names, key=f"{_TAB}-{node_id}", on_change="rerun")
    rights = edit_card.rights_of(context, whole)
    if overview.open:
        with overview:
            answering_there = list(_answering_there(context, whole))
            _actions(context, words, whole, rights, answering_there)
            if whole.answering is not None:
                for sentence in sentences(whole.answering):
                    st.markdown(sentence)
            if entity.label == "Network":
                members.show(context, words, node_id, rights)
            _details(context, words, whole)
            for owner in answering_there:
                st.markdown(f"**{plain(owner.entity.name or '')}**")
                _details(context, words, owner, node=node_id)
            facts = "".join(
                f'<tr><th scope="row">{escape(field_label(name))}</th>'
                f"<td>{escape(_value(words, name, value))}</td></tr>"
                for name, value in _facts(entity)
                if value not in (None, "", [])
            )
            if drafts.is_open(node_id, "fields"):
                edit_card.change_fields(context, whole)
            elif facts:
                st.html(f'<table class="kv"><tbody>{facts}</tbody></table>')
            if drafts.is_open(node_id, "close"):
                edit_card.close_node(context, whole)
            take_contacts(context, entity)
    if links.open:
        with links:
            _links(context, words, node_id, on, may_end=bool(rights.fields or rights.links))
    if history and history[0].open:
        with history[0]:
            _history(context, words, node_id)
    propose.form(context, node_id, entity=entity)
    return revision


def _ways(entity: Entity, on: date | None) -> None:
    """Draw links to contact paths to the node and through it, on the same date."""
    links: list[tuple[str, str]] = []
    if entity.label in _ON_PATHS:
        links.append(
            (_("Find a contact path to this"), address.link(FIND, target=entity.id, on=on))
        )
        links.append((_("Paths through this"), address.link(FIND, via=entity.id, on=on)))
    if entity.label == "Area":
        links.append((_("Find a contact path to this"), address.link(FIND, area=entity.id, on=on)))
    if links:
        st.html(
            '<p class="kv-ways">'
            + " ".join(
                f'<a href="{escape(to)}" target="_self">{escape(text)}</a>' for text, to in links
            )
            + "</p>",
            width="content",
        )


# ---- overview


def _actions(
    context: ScreenContext,
    words: Labels,
    whole: WholeEntity,
    rights: Rights,
    answering_there: Sequence[WholeEntity],
) -> None:
    """Draw the actions on a card in one row: its own first, the rest in a menu; then their forms.

    An absence is recorded where one looks for it: on the card of a person, and of a post for each
    of its holders.
    """
    node = whole.entity
    open_form = partial(drafts.open_form, node.id)
    away = {f"absence-{person.entity.id}": person for person in _absence_of(context, whole, rights)}
    seats: dict[str, str] = {}
    if node.label == "Actor":
        texts_of = {"HOLDS": _("New holder"), "DEPUTIZES_FOR": _("New deputy")}
        seats = {
            seat: label
            for seat, label in texts_of.items()
            if seat in rights.links and not (seat == "HOLDS" and node.fields.get("is_unit_only"))
        }
    menu = [(f"fill-{seat}", label, seat) for seat, label in seats.items()]
    for owner in (whole, *answering_there):
        if _may_add(context, owner):
            label = _("Add a number or address")
            if owner is not whole:
                label = _("Add a number or address of {name}", name=plain(owner.entity.name or ""))
            adding = f"add-{owner.entity.id}"
            menu.append((adding, label, adding))
    if rights.may_end:
        menu.append(("close-node", _("End …"), "close"))
    with st.container(horizontal=True, gap="small", key="register-actions"):
        if rights.fields and node.label in NODE_FIELDS:
            st.button(
                _("Change the details"), key="change-fields",
                on_click=partial(open_form, "fields"),
            )  # fmt: skip
        for what, person in away.items():
            label = _("Absent …")
            if len(away) > 1:
                label = _("{name} absent …", name=plain(person.entity.name or ""))
            st.button(label, key=what, on_click=partial(open_form, what))
        if menu:
            with st.popover(_("More"), key="register-more"):
                for key, label, what in menu:
                    st.button(
                        label, key=key, type="tertiary",
                        on_click=partial(open_form, what),
                    )  # fmt: skip
    for what, person in away.items():
        if drafts.is_open(node.id, what):
            st.subheader(_("When {name} is away", name=plain(person.entity.name or "")),
                         anchor=False)  # fmt: skip
            edit_card.change_fields(context, person, edit_card.ABSENCE, node=node.id)
    for seat, label in seats.items():
        if drafts.is_open(node.id, seat):
            st.subheader(label, anchor=False)
            draw = edit_card.new_holder if seat == "HOLDS" else edit_card.choose_deputy
            draw(context, words, whole)


def _absence_of(
    context: ScreenContext, whole: WholeEntity, rights: Rights
) -> Iterator[WholeEntity]:
    """The people whose absence the user may record here: the person, or the holders of a post."""
    if whole.entity.label == "Person":
        people = [whole]
    elif whole.entity.label == "Actor" and rights.links:
        ids = screen_state.fetch(
            context.client, ("holders", whole.entity.id),
            lambda: [
                link.source.id
                for link in next(
                    context.client.links(target=whole.entity.id, type="HOLDS")
                ).found
                if link.source.name is not None
            ],
        )  # fmt: skip
        people = list(_whole_people(context, ids[:_MOST_PEOPLE]))
    else:
        people = []
    for person in people:
        if {*edit_card.ABSENCE} <= {*edit_card.rights_of(context, person).fields}:
            yield person


def _answering_there(context: ScreenContext, whole: WholeEntity) -> Iterator[WholeEntity]:
    """The people who may answer at a post, with their contact details, in order."""
    order = whole.answering.order if whole.answering is not None else ()
    ids = dict.fromkeys(
        candidate.who.id for candidate in order if candidate.who is not None and candidate.who.name
    )
    for owner in _whole_people(context, [*ids][:_MOST_PEOPLE]):
        if owner.details:
            yield owner


def _whole_people(context: ScreenContext, ids: Iterable[str]) -> Iterator[WholeEntity]:
    """The people of a post with their contact details and rights, those who may be seen."""
    for person in ids:
        with suppress(NotFound):
            yield screen_state.fetch(
                context.client, ("answering", person, context.as_of),
                lambda person=person: context.client.entity(person, on=context.as_of).value,
                fresh_s=_PEOPLE_FRESH_S,
            )  # fmt: skip


def _details(
    context: ScreenContext, words: Labels, whole: WholeEntity, *, node: str | None = None
) -> None:
    """Draw the contact details of a node, on its own card or on that of another node."""
    entity = whole.entity
    node = node or entity.id
    is_civilian = entity.label == "ResourceIndividual"
    is_asked = is_civilian and not session.roles(context.me) & _MAY_SEE_CIVILIANS
    if is_civilian:
        _through_openers(context, entity.id, is_hidden=is_asked or not whole.details)
    for detail in whole.details:
        if detail.number is not None:
            channel = session.term("Channel", detail.channel)
            st.html(
                f"<p>{escape(channel)}</p>" + reveal.value_html(detail.channel or "", detail.number)
            )
        elif is_asked:
            st.markdown(plain(reveal.masked_text(detail.channel, detail.hint)))
        else:
            with st.container(
                horizontal=True, vertical_alignment="center", gap="small", key=f"detail-{detail.id}"
            ):
                reveal.button(
                    detail.id, detail.channel, detail.hint,
                    owner=entity.name or words.generic_name(entity.label), key=f"show-{detail.id}",
                    me=context.me,
                )  # fmt: skip
                may_change = _correction(context, words, detail, node)
            if may_change and drafts.is_open(node, detail.id):
                edit_card.change_detail(context, detail, entity, node=node)
    if _may_add(context, whole) and drafts.is_open(node, f"add-{entity.id}"):
        edit_card.add_detail(context, whole, node=node)


def _may_add(context: ScreenContext, owner: WholeEntity) -> bool:
    """Whether the user may add a contact detail of this node here."""
    is_civilian = owner.entity.label == "ResourceIndividual"
    return not is_civilian and "REACHED_BY" in edit_card.rights_of(context, owner).links


def _correction(context: ScreenContext, words: Labels, detail: Detail, node: str) -> bool:
    """Draw the check of a contact detail and its correction; return if the user may correct it."""
    may_change = bool(context.is_today and detail.may_change and session.may(context.me, "EDIT"))
    if detail.check is not None and (detail.check.is_due or may_change):
        st.markdown(words.chip(detail.check.freshness, detail.check.on), width="content")
    if may_change:
        channel = session.term("Channel", detail.channel).lower()
        st.button(
            _("Correct {channel}", channel=channel), key=f"correct-{detail.id}", type="tertiary",
            on_click=partial(drafts.open_form, node, detail.id),
        )  # fmt: skip
    return may_change


def _through_openers(context: ScreenContext, civilian: str, *, is_hidden: bool) -> None:
    """Draw the door openers of a civilian; a user who is one of them need not ask."""
    on = context.as_of
    page = screen_state.fetch(
        context.client,
        ("openers", civilian, on),
        lambda: next(
            context.client.links(target=civilian, type="DOOR_OPENER_FOR", on=on, limit=20)
        ),
    )
    openers = tuple(
        reveal.DoorOpener(id=link.source.id, name=link.source.name)
        for link in page.found
        if link.source.name is not None
    )
    if any(opener.id in context.me.posts for opener in openers):
        st.markdown(_("You open the door to this person."))
    elif openers:
        reveal.draw_mediated_contact(
            civilian, openers, key=f"ask-{civilian}", me=context.me, is_hidden=is_hidden
        )


_FACTS: Final = (
    "title", "tier", "sector", "gate", "levels", "competences", "languages", "hours",
    "meets_every_days", "review_every_days", "absent_from", "absent_to", "official_name",
    "name_en", "aliases", "code", "population", "seat", "cvr", "website", "valid_from", "valid_to",
)  # fmt: skip
"""The fields that a card shows, in their order."""


def _facts(entity: Entity) -> Iterator[tuple[str, Any]]:
    """The facts of a node, with own sectors and competences in place of those above them."""
    own = {field.name: field for field in NODE_FIELDS.get(entity.label, ()) if field.own}
    for name in _FACTS:
        value = own_in_place(own[name], entity.fields) if name in own else entity.fields.get(name)
        yield name, value


def _value(words: Labels, name: str, value: Any) -> str:
    if name == "aliases":
        return ", ".join(written_aliases(value))
    if isinstance(value, list):
        return ", ".join(_value(words, name, part) for part in cast("list[Any]", value))
    if name in {"valid_from", "valid_to", "absent_from", "absent_to"}:
        return day(date.fromisoformat(str(value)))
    if name == "population":
        return number(int(value))
    if name == "hours":
        return hours_text(str(value))
    if name == "languages":
        return language_name(str(value))
    if name == "levels":
        return session.term("PreventionLevel", str(value))
    return words.word(str(value))


# ---- links


def _links(
    context: ScreenContext, words: Labels, node_id: str, on: date | None, *, may_end: bool
) -> None:
    """Draw the links of the node, each of which opens the other end's card.

    `may_end`: the caller may change the node, and so may be able to end a link.
    """
    ask = partial(context.client.links, on=on, limit=_MOST_LINKS)
    pages = screen_state.fetch(
        context.client, ("links", node_id, on),
        lambda: [next(ask(source=node_id)), next(ask(target=node_id))],
    )  # fmt: skip
    links = [link for page in pages for link in page.found if link.type not in _NO_NEIGHBORS]
    if not links:
        st.info(_("No links that you may see as of {day}.", day=day(context.on)))
        return
    for place, link in enumerate(links[:_MOST_LINKS]):
        is_out = link.source.id == node_id
        other = link.target if is_out else link.source
        verb, name = words.word(link.type), other.name or _("someone you may not see by name")
        text = f"{verb} **{plain(name)}**" if is_out else f"**{plain(name)}** {verb}"
        if link.check is not None:
            text += " " + words.chip(link.check.freshness, link.check.on)
        gate = link.fields.get("gate")
        if gate:
            text += f" :gray-badge[{words.word(str(gate))}]"
        until = link.fields.get("valid_to")
        if until:
            text += " " + _("until {day}", day=day(date.fromisoformat(str(until))))
        st.button(
            text, key=f"link-{place}-{link.id}", type="tertiary", width="stretch",
            on_click=partial(address.change, id=other.id),
        )  # fmt: skip
    if may_end:
        by_id = {link.id: link for link in links if not link.fields.get("valid_to")}
        link_id: str | None = st.selectbox(
            _("End a link"), list(by_id), index=None, key=f"register-end-{node_id}",
            format_func=lambda link: editing.link_text(by_id[link]),
            placeholder=_("Choose which"), on_change=drafts.discard,
        )  # fmt: skip
        if link_id is not None:
            edit_card.end_link(context, by_id[link_id], node=node_id)
    if len(links) > _MOST_LINKS or any(page.next for page in pages):
        st.info(_("There are more links. The network shows them."))


# ---- history


def _history(context: ScreenContext, words: Labels, node_id: str) -> None:
    """Draw the changes of the node, the newest first."""
    changes = screen_state.fetch(
        context.client, ("changes", node_id),
        lambda: [
            change
            for page in context.client.entity_changes(node_id, limit=100)
            for change in page.changes
        ],
    )  # fmt: skip
    if not changes:
        st.info(_("Nothing that you may see has been written on it."))
        return
    rows = list[tuple[str, ...]]()
    for change in reversed(changes[-_MOST_CHANGES:]):
        kind = session.term("ChangeKind", change.kind)
        if change.reason:
            kind += f" ({session.term('ChangeReason', change.reason)})"
        before = "; ".join(
            f"{field_label(name)}: {_value(words, name, value)}"
            for name, value in change.before.items()
            if value is not None
        )
        when = f"{short_day(change.made_at)} {clock(change.made_at)}"
        fields = ", ".join(map(field_label, change.fields))
        rows.append(texts(when, kind, fields, before))
    st.html(table(_("History"), (_("When"), _("What"), _("Fields"), _("Before")), rows))
    if len(changes) > _MOST_CHANGES:
        st.info(_("The newest {count} are shown.", count=number(_MOST_CHANGES)))
