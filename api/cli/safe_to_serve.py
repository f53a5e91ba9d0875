"""What is refused before anything is served: an open line, or a secret that lies open."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from api.settings import Settings
from graph.errors import GraphError
from graph.store.encryption.key_file import require_private
from graph.store.location import StoreLocation
from graph.vocabulary import Language


class NotServed(GraphError):
    """Why the API does not start, and what to do, in both languages."""

    def __init__(self, danish: str, english: str) -> None:
        super().__init__(english)
        self._danish = danish

    def text(self, lang: Language) -> str:
        """The sentence for the operator."""
        return self._danish if lang == "da" else str(self)


def require_safe(chosen: Settings, place: StoreLocation) -> None:
    """Raises: NotServed: what is asked and answered would cross a network in clear."""
    if (chosen.certificate is None) != (chosen.certificate_key is None):
        raise NotServed(
            "Certifikat og nøgle hører sammen: angiv begge, --certificate og --key.",
            "Certificate and key belong together: give both, --certificate and --key.",
        )
    if not (is_here(chosen.host) or chosen.certificate or chosen.behind_proxy):
        raise NotServed(
            f"{chosen.host} kan nås af andre: angiv --certificate og --key, eller --behind-proxy "
            "når en proxy foran står for TLS.",
            f"{chosen.host} can be reached by others: give --certificate and --key, or "
            "--behind-proxy where a proxy in front ends TLS.",
        )
    bolt = urlsplit(place.uri or "")
    is_sealed = bolt.scheme.endswith(("+s", "+ssc"))
    if place.uri and not (is_sealed or is_here(bolt.hostname or "") or chosen.plain_bolt):
        raise NotServed(
            "NEO4J_URI når en anden maskine uden TLS: skriv neo4j+s:// eller bolt+s://, eller "
            "tillad det med KONTAKTVEJ_PLAIN_BOLT=true.",
            "NEO4J_URI reaches another machine without TLS: write neo4j+s:// or bolt+s://, or "
            "allow it with KONTAKTVEJ_PLAIN_BOLT=true.",
        )
    for file in (chosen.certificate, chosen.certificate_key):
        if file is not None and not file.is_file():
            raise NotServed(f"{file} findes ikke.", f"{file} does not exist.")
    if chosen.certificate_key is not None:
        require_private(chosen.certificate_key)


def require_own_secrets(home: Path) -> None:
    """Raises: KeyringRefused: a folder or file of secrets is open to others; names it."""
    for folder in ("keys", "accounts", "audit"):
        if (home / folder).is_dir():
            require_private(home / folder)
            for file in sorted((home / folder).iterdir()):
                require_private(file)
    if (home / "neo4j" / "password").exists():
        require_private(home / "neo4j" / "password")


def is_here(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
