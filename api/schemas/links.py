"""Which links there are, on the wire. What is not told or empty is left out."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import Checked, Fields, NodeName


class LinkCard(Wire):
    """A link from its source to its target; `fields` holds all that is told of it."""

    id: str = Field(examples=["coordinates-ssp-0787"])
    type: str = Field(examples=["COORDINATES"])
    source: NodeName
    target: NodeName
    check: Checked | None = None
    fields: Fields = Field(examples=[{"function": "COORDINATOR", "strength": 0.9}])


class Links(Wire):
    """Some links by id; where there are more, `next` is the `page` to ask for."""

    found: tuple[LinkCard, ...]
    next: str | None = None


class DueLink(Wire):
    """A link to be checked, and how many posts of your areas have their best way over it.

    Send `etag` back as `if_match` when you verify, change or end it; several in one change set.
    """

    link: LinkCard
    posts: int = Field(ge=0, examples=[9])
    etag: str | None = Field(default=None, examples=['"5f0c…"'])


class DueLinks(Wire):
    """Some of them, those first on which most depends; where there are more, `next` is the `page`
    to ask for. `next_on`: when the next one that is fresh now will be due.
    """

    found: tuple[DueLink, ...]
    next_on: date | None = Field(default=None, examples=["2026-12-03"])
    next: str | None = Field(default=None, examples=["WzksImNvb3JkaW5hdGVzLXNzcC0wNzg3Il0"])
