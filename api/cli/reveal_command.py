"""`kontaktvej reveal`: shows contact details in clear for a purpose, with an audit record."""

from typing import Annotated, Final

import typer

from api.cli.console import _, language
from api.cli.options import AsJson, Lang, option
from graph.access.purposes import CARE, NEEDS

HELP: Final = _(
    "Show contact details for a purpose: all or none; each is written in the log and counts."
)
EPILOG: Final = (
    _("Examples:")
    + ' kontaktvej reveal "SSP-koordinator, Thisted" --purpose CONCERN'
    + ' · … "Infohus-tovholder, Thisted Kommune" --json'
)
_PURPOSES: Final = ", ".join(sorted(one.value for one in NEEDS | CARE))


def reveal(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...",
            help=_("Posts, persons or contact details: name or id"),
        ),
    ],
    purpose: Annotated[
        str | None,
        option(_("What it is for: {purposes}", purposes=_PURPOSES), "--purpose"),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show contact details for a purpose: all or none; each is written in the log and counts."""
    from api.cli import reveal

    reveal.reveal(names, purpose, lang=language(lang), as_json=as_json)
