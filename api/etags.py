"""ETags: the version of an element as a caller sees it, sent back as `If-Match` by a write.

A keyed hash of the id, the revision and the field groups that the caller's roles see: it discloses
nothing, and is of no use to a caller whose rights differ.
"""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from api.state import RequestContext
from graph.access.field_groups import FieldGroup
from graph.access.policy import Role, scope_of
from graph.model import LINK_CLASSES, NODE_CLASSES, Element
from graph.store.encryption.key_file import lone_key
from graph.vocabulary import Label, LinkType

_FILE: Final = "web.key"
EXPLORER_KEY: Final = "explorer.key"
_WHAT: Final[Mapping[type[Element], Label | LinkType]] = {
    cls: what for what, cls in (*NODE_CLASSES.items(), *LINK_CLASSES.items())
}


def etag_of(context: RequestContext, element: Element) -> str:
    """The ETag of a node or link for the caller, quotes included.

    It is independent of the date asked about; it changes as soon as the element is written, or when
    the caller's roles see another group of its fields.
    """
    return tag(context, _WHAT[type(element)], element.id, element.revision)


def tag(context: RequestContext, what: Label | LinkType, element_id: str, revision: int) -> str:
    """The ETag of an element of which only the id and revision are available."""
    day, grants = context.directory.today(), context.who.caller.grants
    roles: set[Role] = {grant.role for grant in grants if grant.is_valid(day)}
    # the field groups of such an element that each role sees, and their scopes
    groups = sorted(
        f"{group}:{scope}"
        for group in FieldGroup
        for scope in {scope_of(role, what, group) for role in roles}
        if scope is not None
    )
    text = "|".join(("etag", what, element_id, str(revision), *groups))
    digest = hmac.new(context.app_state.web_key, text.encode(), hashlib.sha256).hexdigest()
    return f'"{digest[:32]}"'


def web_key(keys: Path, name: str = _FILE) -> bytes:
    """A key file in the key folder, by default the one for ETags; created if missing.

    Raises: KeyringRefused: others may read it, or it is damaged.
    """
    return lone_key(keys / name, fix="delete it, a new one is made at the start")
