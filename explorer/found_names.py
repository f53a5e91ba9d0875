"""What a list says of a name that was found: by which other name, and what follows an office."""

from collections.abc import Iterator

from api.schemas.entities import NameHit, Successor
from explorer.i18n import _, day


def found_by(hit: NameHit) -> Iterator[str]:
    """The other name it was found by, and the successor of what has ended."""
    if hit.alias is not None and hit.alias not in hit.name:
        yield hit.alias
    if hit.successor is not None:
        yield _follows(hit.successor)


def _follows(one: Successor) -> str:
    when = one.years if one.since is None else day(one.since)
    if when is None:
        return _("succeeded by {name}", name=one.name)
    return _("since {when}: {name}", when=when, name=one.name)
