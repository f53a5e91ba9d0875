"""The `kontaktvej` command line, for the operator of this machine."""

import errno
import gc
import logging
import os
import sys
from io import TextIOWrapper

from api.cli import (
    demo,
    doctor,
    export,
    impact,
    imports,
    node,
    paths,
    query,
    reveal,
    serve,
    sources,
    undo_import,
)
from api.cli.audit import audit
from api.cli.console import ERR, _, error_text, language
from api.cli.localization import Commands
from api.cli.options import NONE_FOUND, NOT_UNDERSTOOD, UNAVAILABLE
from api.cli.policy import policy
from api.cli.users import user
from api.cli.vocabulary import vocabulary
from graph.errors import GraphError, StoreUnavailable

app = Commands(
    name="kontaktvej",
    help=_("Whom do I contact, through whom, in what order?"),
    epilog=_(
        "Exit codes: 0 an answer, 1 none found, 2 not understood or ambiguous, 3 the register "
        "cannot be used."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (policy, vocabulary, user, audit):
    app.add_typer(group)
_EXAMPLE, _EXAMPLES = _("Example:"), _("Examples:")
app.command(
    help=_("Find the contact path: whom, when, through whom."),
    epilog=(
        _EXAMPLES
        + ' kontaktvej path --from "PET Forebyggelsescenter" --to Thisted --network infohus'
        + ' · … --explain · … --via police --avoid "Koordinationsgruppen"'
        + ' · … --stops "Rådgiver, CDE" --stops "Infohus Thisted"'
        + ' · … --at "2026-11-28 22:00" · … --at 22:00'
        + " · … --on 2026-12-31 --against 2027-01-01"
        + ' · … --why-not "Korps af mentorer og forældrecoaches" · … --policy my.toml --json'
    ),
)(paths.path)
app.command(
    help=_("Run a Cypher query of your own on a read-only copy without names."),
    epilog=(
        _EXAMPLES
        + ' kontaktvej query "MATCH (n:Network) RETURN n.kind, count(*)" --purpose KNOWLEDGE'
        + " · … --param kind=SSP --format csv · kontaktvej query --examples"
    ),
)(query.query)
app.command(
    help=_("Show contact details for a purpose: all or none; each is logged and counted."),
    epilog=(
        _EXAMPLES
        + ' kontaktvej reveal "SSP-koordinator, Thisted" --purpose CONCERN'
        + ' · … "Infohus-tovholder, Thisted Kommune" --json'
    ),
)(reveal.reveal)
app.command(
    help=_("Write the register, or what is around a place or a node, to a file."),
    epilog=(
        _EXAMPLE
        + " kontaktvej export Thisted --format EXCEL"
        + ' · … "SSP Thisted" --format GRAPHML --out ssp.graphml'
    ),
)(export.export)
app.command(
    help=_("Start the API on this machine's register; Ctrl-C stops it."),
    epilog=_EXAMPLE + " kontaktvej serve --port 8000 --workers 2 --explorer",
)(serve.serve)
app.command(
    help=_("Find a person, post, authority, network or place by name."),
    epilog=_EXAMPLE + ' kontaktvej find "ssp thisted"',
)(node.find)
app.command(
    help=_("Show one node: its fields, who answers there, and its links."),
    epilog=_EXAMPLE + ' kontaktvej show "SSP-koordinator, Thisted"',
)(node.show)
app.command(
    help=_("Who speaks a language within so many kilometers of a place."),
    epilog=_EXAMPLE + " kontaktvej speakers so --near Silkeborg --within 60",
)(node.speakers)
app.command(
    help=_("What is lost if a person, post, authority or network leaves."),
    epilog=_EXAMPLE + ' kontaktvej impact "Infohus-tovholder, politi, Kalundborg"',
)(impact.impact)
app.command(
    help=_("What needs an owner between two dates: posts, networks, plans and agreements."),
    epilog=_EXAMPLE + " kontaktvej owners --from 2026-12-31 --to 2027-01-01",
)(impact.owners)
app.command(
    "import",
    help=_("Preview a list of posts and people as an office keeps it; with --apply, write it."),
    epilog=(
        _EXAMPLES
        + " kontaktvej import liste.xlsx --source hr-thisted"
        + ' · … --set "Afd.=UNIT" --fixed "AUTHORITY=Thisted Kommune" --errors ret.csv'
        + " · … --complete --apply"
    ),
)(imports.import_list)
app.command(
    help=_("List the sources of imports; with --fetch, leave their next lists for the stewards."),
    epilog=_EXAMPLES + " kontaktvej sources · kontaktvej sources --fetch",
)(sources.sources)
app.command(
    help=_("Undo an import, as long as nothing later depends on it."),
    epilog=_EXAMPLE + " kontaktvej undo-import ssp-thisted:20261128:0f3c9a1b2d4e --apply",
)(undo_import.undo_import)
app.command(
    help=_("Load the structure and fictional people; a second run changes nothing."),
    epilog=_EXAMPLE + " kontaktvej seed --structure-only",
)(demo.seed)
app.command(help=_("Check the installation: database, versions, counts, and what is wrong."))(
    doctor.doctor
)
app.command(help=_("Stop this machine's database, even if others use it."))(demo.stop)
app.command(help=_("Load the demo and print a contact path."))(demo.demo)


def main() -> None:
    """Entry point; domain errors are printed in the user's language without a traceback."""
    gc.disable()  # a command runs for a second or two, a tenth of it garbage collection
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # its errors are reported here instead
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without æ, ø and å shows ?
    try:
        app()
    except GraphError as error:
        lang = language(_lang_option())
        ERR.print(error_text(error, lang))
        if isinstance(error, node.Ambiguous):
            node.show_candidates(error, lang)
        sys.exit(UNAVAILABLE if isinstance(error, StoreUnavailable) else NOT_UNDERSTOOD)
    except OSError as error:
        sys.exit(_not_written(error))
    finally:
        try:
            if sys.stdout:
                sys.stdout.flush()  # otherwise Python itself would report a full disk at exit
        except OSError as error:
            sys.exit(_not_written(error))
        gc.freeze()  # no collection at exit either, since the process ends


def _not_written(error: OSError) -> int:
    """Report a failed write and return its exit code; the remaining output is dropped.

    A closed pipe (`| head -1`) is not reported.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if error.errno == errno.EPIPE:
        return NONE_FOUND
    lang = language(_lang_option())
    place = f"{error.filename}: " if error.filename else ""
    text = _("Cannot read or write", lang)
    print(f"{text}: {place}{error.strerror}", file=sys.stderr)
    return UNAVAILABLE


def _lang_option() -> str | None:
    """The value of `--lang` on the command line, for errors raised outside of a command."""
    words = sys.argv[1:]
    if "--lang" in words[:-1]:
        return words[words.index("--lang") + 1]
    options = (word for word in words if word.startswith("--lang="))
    return next((option.removeprefix("--lang=") for option in options), None)
