"""The commands about changes of rights that wait for a second yes: whoever holds the host gives it.

In a house with one administrator nobody else can.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.table import Table

from api.cli.as_json import as_json as json_of
from api.cli.console import OUT, table_with, write
from api.cli.language import said
from api.cli.users import open_accounts, right_of, write_audited
from api.identity.changes import HOST, Change, ChangeKind
from api.identity.store import IdentityStore
from graph.vocabulary import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChange:
    """A change, whose account it is about, and who asked for it, by login."""

    change: Change
    login: str
    asked_by: str


def show(*, lang: Language, as_json: bool) -> None:
    """Prints the changes that wait."""
    with open_accounts() as (known, _):
        found = tuple(_told(known, one) for one in known.changes.waiting())
    if as_json:
        write(json_of(found))
    elif not found:
        OUT.print(said("Intet venter på et andet ja.", "Nothing waits for a second yes.", lang))
    else:
        OUT.print(_table(found, lang))


def confirm(change: str, *, lang: Language) -> None:
    """Says yes. Raises: GraphError: no such change waits, or it cannot be done any more."""
    _decide("user confirm", change, lambda known: known.changes.confirm)
    OUT.print(said(f"Ændringen {change} er udført.", f"The change {change} is done.", lang))


def refuse(change: str, *, lang: Language) -> None:
    """Says no. Raises: NotFound: no such change waits."""
    _decide("user refuse", change, lambda known: known.changes.refuse)
    OUT.print(said(f"Ændringen {change} er afvist.", f"The change {change} is refused.", lang))


def _decide(
    action: str, change: str, decided: Callable[[IdentityStore], Callable[..., Change]]
) -> None:
    with open_accounts() as (known, log), write_audited(log, action, change=change):
        decided(known)(change, by=HOST, is_host=True)


def _told(known: IdentityStore, change: Change) -> ListedChange:
    names = [known.logins.find(one).login for one in (change.account, change.asked_by)]
    return ListedChange(change=change, login=names[0], asked_by=names[1])


def _table(found: Sequence[ListedChange], lang: Language) -> Table:
    danish = ("Id", "Brugernavn", "Ændring", "Bedt om af")
    table = table_with(danish if lang == "da" else ("Id", "Login", "Change", "Asked by"))
    for one in found:
        table.add_row(one.change.id, one.login, _words(one.change, lang), one.asked_by)
    return table


def _words(change: Change, lang: Language) -> str:
    right = "" if change.grant is None else right_of(change.grant.grant, lang)
    match change.kind:
        case ChangeKind.GRANT:
            return said(f"får {right}", f"is given {right}", lang)
        case ChangeKind.END_GRANT:
            return said(f"mister {right}", f"loses {right}", lang)
        case ChangeKind.DISABLE:
            return said("lukkes", "is disabled", lang)
        case ChangeKind.ENABLE:
            return said("åbnes", "is enabled", lang)
        case ChangeKind.FORGET_FACTOR:
            return said("får sin engangskode-app glemt", "has its authenticator forgotten", lang)
