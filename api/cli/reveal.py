"""`kontaktvej reveal`: contact details in clear for the operator of the host.

The operator acts as the local operator: subject to its rights, for a purpose, under consents and
within the daily budget like any caller. Nothing is printed before the audit log has the request and
what is shown.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer
from rich.table import Table

from api.audit.entry import AuditKind, Entry
from api.cli.audit import opened_log
from api.cli.console import OUT, CommandRefused, _, language, write_json
from api.cli.local_store import command_settings, open_installation
from api.cli.node import choose
from api.cli.options import AsJson, Lang, PurposeWord, flag, policy_of, search_text
from api.danish_time import danish_now
from api.i18n import bilingual
from graph.access.policy import LOCAL_OPERATOR
from graph.access.purposes import EMERGENCIES, Purpose
from graph.access.view import View
from graph.errors import GraphError, InvalidNeed, NotFound
from graph.model.base import random_id
from graph.paths.policy import Policy
from graph.paths.resolve import resolve
from graph.questions.entities import details_of
from graph.questions.reveal import may_reveal
from graph.vocabulary import Channel, Label

if TYPE_CHECKING:
    from api.audit.log import AuditLog


_OWNERS: Final = (Label.ACTOR, Label.PERSON, Label.RESOURCE_INDIVIDUAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealedLine:
    """A printed contact detail, and the node that it belongs to."""

    detail: str
    owner: str
    name: str | None
    channel: Channel
    value: str


def reveal(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help=_("Posts, persons or contact details: name or id")),
    ],
    purpose: PurposeWord = None,
    is_beyond: Annotated[
        bool,
        flag(_("In a serious security concern: more than a day allows, with an alert"), "--beyond"),
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show contact details for a purpose: all or none; each is written in the log and counts.

    Raises:
        InvalidNeed: no purpose, or a name that cannot be searched for.
        NotFound: one of them is hidden or absent.
        CommandRefused: one may not be shown, or the daily budget is not sufficient.
        StoreUnavailable: the store or the log cannot be used.
    """
    from api.identity.reveal_limits import day_budget, part_of, purposes, showable_detail
    from api.schemas.reveal import MOST_DETAILS

    texts = [search_text("name", name) for name in names]
    allowed = sorted(
        member.value for member in purposes(grant.role for grant in LOCAL_OPERATOR.grants)
    )
    if purpose is None or purpose.upper() not in allowed:
        listed = ", ".join(allowed)
        raise InvalidNeed("--purpose", *bilingual("one of {listed}", listed=listed))
    reason = Purpose(purpose.upper())
    policy, settings, now = policy_of(), command_settings(), danish_now()
    with opened_log() as log, _recorded_request(log, texts, reason) as request:
        with open_installation(settings, language(lang)) as (store, accounts):
            withheld = accounts.withholdings.withheld()
            today = now.date()
            view = View(store.load(), LOCAL_OPERATOR, today, today=today, withheld=withheld)
            ids = dict.fromkeys(
                detail for text in texts for detail in _details_of(view, text, reason, policy, now)
            )
            if len(ids) > MOST_DETAILS:
                text = bilingual("at most {most} contact details at a time", most=MOST_DETAILS)
                raise InvalidNeed("name", *text)
            details = [showable_detail(view, detail, reason) for detail in ids]
            values = [store.reveal(detail.detail) for detail in details]
        parts = [part_of(log, detail, reason) for detail in details]
        entries = [
            replace(
                request, kind=AuditKind.SHOWN, asked=part.asked, subjects=part.subjects,
                purpose=part.purpose,
            )
            for part in parts
        ]  # fmt: skip
        budget = day_budget(settings, reason, is_beyond=is_beyond)
        is_any_counted = any(detail.counts for detail in details)
        log.append_all(entries, budget if is_any_counted else None)
    lines = [
        RevealedLine(
            detail=detail.detail,
            owner=detail.owner,
            name=view.name(view.row(detail.owner)),
            channel=detail.channel,
            value=value.uncover(),
        )
        for detail, value in zip(details, values, strict=True)
    ]
    if as_json:
        write_json(lines)
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True, overflow="ignore")  # to be copied in full
    for line in lines:
        table.add_row(line.name or line.owner, line.channel.label(language(lang)), line.value)
    OUT.print(table)
    text = _("The reveal is logged.", language(lang))
    OUT.print(text, style="dim")


def _details_of(
    view: View, name: str, purpose: Purpose, policy: Policy, at: datetime
) -> tuple[str, ...]:
    """A detail itself; or the showable details of a person, or of who answers at a post.

    At a post these are the details of who answers at the minute, else of who opens next.

    If none may be shown, all of them, so that the reason is reported.
    """
    node_id = choose(view, name, _OWNERS)
    row = view.row(node_id)
    match view.label(row):
        case Label.CONTACT_DETAIL:
            return (node_id,)
        case Label.ACTOR:
            answering = resolve(view, row, policy, at=at).reveal
            details = details_of(view, row if answering is None else view.row(answering))
        case Label.PERSON | Label.RESOURCE_INDIVIDUAL:
            details = details_of(view, row)
        case _:
            details = ()
    if not details:
        raise CommandRefused(
            *bilingual('"{name}" has no contact detail that can be shown.', name=name)
        )
    allowed_ids = tuple(detail.id for detail in details if may_reveal(view, detail.id, purpose))
    return allowed_ids or tuple(detail.id for detail in details)


@contextmanager
def _recorded_request(log: "AuditLog", names: Sequence[str], purpose: Purpose) -> Generator[Entry]:
    """Record the request before the lookup, and a failure if nothing is shown."""
    from api.audit.log import logged_parameters
    from api.errors import Refusal

    roles = sorted(grant.role.value for grant in LOCAL_OPERATOR.grants)
    request = Entry(
        kind=AuditKind.ASKED, action="reveal_detail", request_id=random_id("cmd"),
        caller=LOCAL_OPERATOR.account, role="+".join(roles), via="host",
    )  # fmt: skip
    logged = [logged_parameters(log, {"name": name}, ("name",))["name"] for name in names]
    log.append(replace(request, asked={"names": logged, "purpose": purpose.value}))
    try:
        yield request
    except GraphError as error:
        kind = AuditKind.DENIED if isinstance(error, NotFound) else AuditKind.NOT_DONE
        log.append(replace(request, kind=kind))
        raise
    except Refusal as refused:
        if refused.kind.slug == "audit-unavailable":
            raise
        if refused.kind.slug != "budget-used":  # for that there is an alert
            log.append(replace(request, kind=AuditKind.NOT_DONE))
        text = refused.text("da"), refused.text("en")
        if "beyond" in refused.members and purpose in EMERGENCIES:
            text = bilingual(
                "{refused}\nIn a serious security concern: the same with --beyond. The data "
                "protection officer is told.",
                refused=refused.text,
            )
        if refused.kind.slug == "mediated-only":
            openers = cast("list[dict[str, str | None]]", refused.members["openers"])
            posts = ", ".join(opener["name"] or opener["id"] or "" for opener in openers)
            text = bilingual(
                "The consent holds through the door opener only: {posts}.", posts=posts
            )
        raise CommandRefused(*text) from refused
