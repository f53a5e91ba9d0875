"""The API from Python: whom do I contact, asked in a line, with answers typed.

    from api.client import ApiClient, Need

    with ApiClient("http://127.0.0.1:8000", token=token) as kontaktvej:
        (hit, *_) = kontaktvej.names("ssp thisted")
        found = kontaktvej.paths(Need(target=hit.id, trigger="CONCERN"))
        for path in found.paths:
            print(path.words.summary)

A name is looked up first; a question takes ids and words. What goes wrong is a `Problem`.
"""

from api.client.client import ApiClient
from api.client.events import Event
from api.client.line import Language, Seen
from api.client.problems import (
    BadRequest,
    Conflict,
    Failed,
    Fault,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    TooExpensive,
    TooMany,
    Unavailable,
    Unreachable,
)
from api.schemas.needs import (
    AskedHandover,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Need,
)

__all__ = [
    "ApiClient", "AskedHandover", "AskedReach", "AskedStops", "AskedTable", "AskedWhyNot",
    "BadRequest", "Conflict", "Event", "Failed", "Fault", "Invalid", "Language", "Need",
    "NotAllowed", "NotFound", "NotSignedIn", "Problem", "Seen", "TooExpensive", "TooMany",
    "Unavailable", "Unreachable",
]  # fmt: skip
