"""`kontaktvej serve`: serves the API on this machine, or for others behind TLS."""

from pathlib import Path
from typing import Annotated

from api.cli.console import _, language
from api.cli.options import Lang, option

HELP = _("Serve the API of this machine's store; Ctrl-C stops it.")
EPILOG = _("Example:") + " kontaktvej serve --port 8000 --workers 2 --explorer"


def serve(
    host: Annotated[str | None, option(_("Address to listen on"), "--host")] = None,
    port: Annotated[int | None, option(_("Port"), "--port")] = None,
    workers: Annotated[int | None, option(_("Processes that answer"), "--workers")] = None,
    behind_proxy: Annotated[bool, option(_("A proxy in front ends TLS"), "--behind-proxy")] = False,
    certificate: Annotated[Path | None, option(_("TLS certificate, PEM"), "--certificate")] = None,
    key: Annotated[Path | None, option(_("Its key, PEM"), "--key")] = None,
    explorer: Annotated[bool, option(_("Serve the screens, too"), "--explorer")] = False,
    lang: Lang = None,
) -> None:
    """Serve the API of this machine's store until Ctrl-C; what is not given is a setting."""
    from api.cli import serve
    from api.settings import Settings

    chosen = serve.settings(
        Settings, host=host, port=port, workers=workers, certificate=certificate,
        certificate_key=key, behind_proxy=behind_proxy or None,
    )  # fmt: skip
    serve.serve(chosen, lang=language(lang), has_explorer=explorer)
