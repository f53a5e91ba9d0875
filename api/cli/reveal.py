"""Implementation of `kontaktvej reveal`: contact details in clear for the operator of the host.

The operator acts as the local operator: subject to its rights, for a purpose, under consents and
within the daily budget like any caller. Nothing is printed before the audit log has the request and
what is shown.
"""

import secrets
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, cast

from rich.table import Table

from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog, logged_parameters
from api.cli.as_json import as_json as json_of
from api.cli.audit import opened_log
from api.cli.console import OUT, _, write
from api.cli.local_store import command_settings, open_store_with_notice
from api.cli.node_choice import choose
from api.cli.paths import policy_of, typed
from api.cli.users import NotDone
from api.danish_time import danish_now
from api.errors import Refused
from api.i18n import bilingual
from api.identity.reveal_limits import (
    ShowableDetail,
    day_budget,
    part_of,
    purposes,
    showable_detail,
)
from api.installed import opened_accounts, require_all_parts
from api.schemas.reveal import MOST_DETAILS
from api.settings import Settings
from api.state import AuditedPart
from graph.access.policy import LOCAL_OPERATOR
from graph.access.purposes import Purpose
from graph.access.view import View
from graph.errors import GraphError, InvalidNeed, NotFound
from graph.model import Secret
from graph.paths.policy import Policy
from graph.paths.resolve import resolve
from graph.questions.entities import details_of
from graph.questions.reveal import may_reveal
from graph.store.location import store_location
from graph.store.store import Store
from graph.vocabulary import Channel, Label, Language

_OWNERS: Final = (Label.ACTOR, Label.PERSON, Label.RESOURCE_INDIVIDUAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedLine:
    """A printed contact detail, and the node that it belongs to."""

    detail: str
    owner: str
    name: str | None
    channel: Channel
    value: str


def reveal(names: Sequence[str], purpose: str | None, *, lang: Language, as_json: bool) -> None:
    """Print the contact details of the named posts and persons, or named details; all or none.

    Raises:
        InvalidNeed: no purpose, or a name that cannot be searched for.
        NotFound: one of them is hidden or absent.
        NotDone: one may not be shown, or the daily budget is not sufficient.
        StoreUnavailable: the store or the log cannot be used.
    """
    asked, wanted_for = tuple(typed("name", one) for one in names), _purpose(purpose)
    policy, settings = policy_of(), command_settings()
    with opened_log() as log, _asking(log, asked, wanted_for) as row:
        with _opened(settings, lang) as (store, view):
            found = _found(view, asked, wanted_for, policy)
            values = [store.reveal(one.detail) for one in found]
        entries = [_entry(row, part_of(log, one, wanted_for)) for one in found]
        is_any_counted = any(one.counts for one in found)
        log.append_all(entries, day_budget(settings, wanted_for) if is_any_counted else None)
    _print([_told(view, *one) for one in zip(found, values, strict=True)], lang, as_json=as_json)


def _purpose(given: str | None) -> Purpose:
    known = purposes(grant.role for grant in LOCAL_OPERATOR.grants)
    if given is None or given.upper() not in {one.value for one in known}:
        listed = ", ".join(sorted(one.value for one in known))
        raise InvalidNeed("--purpose", *bilingual("one of {listed}", listed=listed))
    return Purpose(given.upper())


@contextmanager
def _opened(settings: Settings, lang: Language) -> Generator[tuple[Store, View]]:
    """The store and the View of the local operator today, without withheld people."""
    place, today = store_location(), danish_now().date()
    require_all_parts(place, settings)
    with (
        open_store_with_notice(place, lang) as store,
        opened_accounts(place, settings) as known,
    ):
        withheld = known.withholdings.withheld()
        yield store, View(store.load(), LOCAL_OPERATOR, today, today=today, withheld=withheld)


# ---- selection


def _found(
    view: View, names: Sequence[str], purpose: Purpose, policy: Policy
) -> tuple[ShowableDetail, ...]:
    """The details of all named nodes, without duplicates."""
    ids = dict.fromkeys(
        detail for name in names for detail in _details_of(view, name, purpose, policy)
    )
    if len(ids) > MOST_DETAILS:
        raise InvalidNeed(
            "name",
            *bilingual("at most {most} contact details at a time", most=MOST_DETAILS),
        )  # fmt: skip
    return tuple(showable_detail(view, one, purpose) for one in ids)


def _details_of(view: View, name: str, purpose: Purpose, policy: Policy) -> tuple[str, ...]:
    """A detail itself; or the showable details of a person, or of who answers at a post today.

    If none may be shown, all of them, so that the reason is reported.
    """
    chosen = choose(view, name, _OWNERS)
    row = view.row(chosen)
    match view.label(row):
        case Label.CONTACT_DETAIL:
            return (chosen,)
        case Label.ACTOR:
            answering = resolve(view, row, policy).reveal
            known = details_of(view, row if answering is None else view.row(answering))
        case Label.PERSON | Label.RESOURCE_INDIVIDUAL:
            known = details_of(view, row)
        case _:
            known = ()
    if not known:
        raise NotDone(
            *bilingual('"{name}" has no contact detail that can be shown.', name=name),
        )
    shown = tuple(one.id for one in known if may_reveal(view, one.id, purpose))
    return shown or tuple(one.id for one in known)


# ---- the log


@contextmanager
def _asking(log: AuditLog, names: Sequence[str], purpose: Purpose) -> Generator[Entry]:
    """Record the request before the lookup, and a failure if nothing is shown."""
    roles = sorted(grant.role.value for grant in LOCAL_OPERATOR.grants)
    row = Entry(
        kind=AuditKind.ASKED, action="reveal_detail", request_id=f"cmd-{secrets.token_hex(8)}",
        caller=LOCAL_OPERATOR.account, role="+".join(roles), via="host",
    )  # fmt: skip
    given = [logged_parameters(log, {"name": one}, ("name",))["name"] for one in names]
    log.append(replace(row, asked={"names": given, "purpose": purpose.value}))
    try:
        yield row
    except GraphError as error:
        kind = AuditKind.DENIED if isinstance(error, NotFound) else AuditKind.NOT_DONE
        log.append(replace(row, kind=kind))
        raise
    except Refused as refused:
        if refused.kind.slug == "audit-unavailable":
            raise
        if refused.kind.slug != "budget-used":  # for that there is an alert
            log.append(replace(row, kind=AuditKind.NOT_DONE))
        raise NotDone(*_reason(refused)) from refused


def _entry(row: Entry, part: AuditedPart) -> Entry:
    return replace(
        row, kind=AuditKind.SHOWN, asked=part.asked, subjects=part.subjects, purpose=part.purpose
    )


def _reason(refused: Refused) -> tuple[str, str]:
    if refused.kind.slug != "mediated-only":
        return refused.text("da"), refused.text("en")
    openers = cast("list[dict[str, str | None]]", refused.members["openers"])
    posts = ", ".join(one["name"] or one["id"] or "" for one in openers)
    return bilingual("The consent holds through the door opener only: {posts}.", posts=posts)


# ---- output


def _told(view: View, one: ShowableDetail, value: Secret) -> RevealedLine:
    return RevealedLine(
        detail=one.detail, owner=one.owner, name=view.name(view.row(one.owner)),
        channel=one.channel, value=value.uncover(),
    )  # fmt: skip


def _print(found: Sequence[RevealedLine], lang: Language, *, as_json: bool) -> None:
    if as_json:
        write(json_of(found))
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True, overflow="ignore")  # to be copied in full
    for one in found:
        table.add_row(one.name or one.owner, one.channel.label(lang), one.value)
    OUT.print(table)
    OUT.print(_("It is written in the log.", lang), style="dim")
