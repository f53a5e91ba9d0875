"""`kontaktvej vocabulary`: checks a file of own kinds, also against the nodes that use them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, CommandRefused, _, language
from api.cli.local_store import open_store_with_notice
from api.cli.options import Lang, own_kinds_of
from api.danish_time import danish_now
from api.i18n import ngettext
from graph.own_kinds import OwnKinds
from graph.store.location import store_location
from graph.vocabulary import Language

if TYPE_CHECKING:
    from graph.store.store import Store

vocabulary = typer.Typer(
    name="vocabulary",
    help=_("Your own kinds of posts, networks and more: whether a file can be used."),
    no_args_is_help=True,
)


@vocabulary.command(
    help=_("Check a file of own kinds; every error is shown with its line and rule."),
    epilog=_("Example:") + " kontaktvej vocabulary check my.toml",
)
def check(
    file: Annotated[str | None, typer.Argument(help=_("The file"), show_default=False)] = None,
    lang: Lang = None,
) -> None:
    """Check a file of own kinds, and that it has all kinds that nodes of the register are of.

    Raises:
        InvalidVocabulary: with every fault of the file.
        CommandRefused: a kind in use is missing.
        StoreUnavailable: the register cannot be opened.
    """
    own_kinds, place = own_kinds_of(file), store_location()
    if place.uri is not None or place.has_engine_files():  # else no node is of any kind
        with open_store_with_notice(place, language(lang)) as store:
            require_kinds_in_use(store, own_kinds)
    text = ngettext(
        "The file can be used: {count} kind.", "The file can be used: {count} kinds.",
        len(own_kinds.rows), language(lang),
    )  # fmt: skip
    OUT.print(text)


def require_kinds_in_use(store: "Store", own_kinds: OwnKinds) -> None:
    """Require that the file has all own kinds in use, beneath the shipped kinds of their nodes.

    Raises: CommandRefused: with the missing ones, and how many nodes are of each.
    """
    danish, english = (list(missing_kinds(store, own_kinds, lang)) for lang in ("da", "en"))
    if danish:
        raise CommandRefused("\n".join(danish), "\n".join(english))


def missing_kinds(store: "Store", own_kinds: OwnKinds, lang: Language) -> Iterator[str]:
    """Yield a sentence for each own kind in use that the file lacks or has beneath another kind."""
    uses = store.own_kinds_in_use(danish_now().date())
    for use in own_kinds.misfits(uses):
        yield ngettext(
            "{own_kind} (a kind of {kind}) is in use by {count} node, and cannot be removed from "
            "the file of own kinds.",
            "{own_kind} (a kind of {kind}) is in use by {count} nodes, and cannot be removed from "
            "the file of own kinds.",
            use.nodes, lang, own_kind=use.own_kind, kind=", ".join(use.words),
        )  # fmt: skip
