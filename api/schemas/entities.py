"""What is there, and what is known of it, on the wire. What is not told or empty is left out."""

from datetime import date
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field

from api.schemas.base import Wire


def _plain(value: Any) -> Any:
    """Sets become sorted lists: how they are told must not differ from run to run."""
    given = cast("dict[str, Any]", value)
    return {
        name: sorted(cast("frozenset[str]", one)) if isinstance(one, frozenset) else one
        for name, one in given.items()
    }


Fields = Annotated[dict[str, Any], BeforeValidator(_plain)]
"""The fields of a node or link by their names in the model; words by their identifiers."""


class NodeName(Wire):
    """A node by id, with its name where the caller may know it."""

    id: str = Field(examples=["post-ssp-0787"])
    name: str | None = Field(default=None, examples=["SSP-koordinator, Thisted"])


class Checked(Wire):
    """When it was last checked; nothing in `on` means never. `is_due`: it should be checked now."""

    on: date | None = Field(default=None, examples=["2026-10-15"])
    days: int | None = Field(default=None, examples=[41])
    freshness: str = Field(examples=["FRESH"])
    is_due: bool = Field(examples=[False])


class Entity(Wire):
    """A node; `fields` holds all that is known of it and told to the caller."""

    id: str = Field(examples=["post-ssp-0787"])
    label: str = Field(examples=["Actor"])
    kind: str | None = Field(default=None, examples=["SSP_COORDINATOR"])
    name: str | None = Field(default=None, examples=["SSP-koordinator, Thisted"])
    areas: tuple[NodeName, ...] = Field(examples=[[{"id": "mun-0787", "name": "Thisted"}]])
    check: Checked | None = None
    fields: Fields = Field(
        examples=[{"tier": "MUNICIPAL", "sector": "YOUTH", "hours": "MO-FR 09:00-15:00"}]
    )


class Entities(Wire):
    """Some nodes by id; where there are more, `next` is the `page` to ask for."""

    found: tuple[Entity, ...]
    next: str | None = Field(default=None, examples=["WyJwb3N0LXNzcC0wNzg3Il0"])


class Passed(Wire):
    """Somebody who would have come first, why not, and the first date that changes."""

    rung: str = Field(examples=["HOLDER"])
    why: str = Field(examples=["ABSENT"])
    until: date | None = Field(default=None, examples=["2026-12-07"])


class CouldAnswer(Wire):
    """One who could answer; without `who` the post's own channel, or the name is not for you."""

    rung: str = Field(examples=["DEPUTY"])
    who: NodeName | None = None


class WhoAnswers(Wire):
    """Who answers at a post on the date, who was passed over, and until when it stays so.

    `is_hidden`: somebody holds the post or stands in whose name is not for you.
    """

    rung: str = Field(examples=["DEPUTY"])
    who: NodeName | None = None
    since: date | None = None
    vacant_since: date | None = None
    until: date | None = Field(default=None, examples=["2026-12-07"])
    leaves: date | None = None
    is_at_once: bool = Field(examples=[False])
    is_hidden: bool = Field(examples=[False])
    channels: tuple[str, ...] = Field(examples=[["MOBILE"]])
    passed_over: tuple[Passed, ...]
    order: tuple[CouldAnswer, ...]


class Detail(Wire):
    """A way to reach the node. Its value is revealed by `id`, one at a time.

    `number` is there for hotlines and emergency lines alone: theirs are public.
    """

    id: str = Field(examples=["det-0787-ssp-1"])
    channel: str | None = Field(default=None, examples=["MOBILE"])
    hint: str | None = Field(default=None, examples=["+45 •• •• •• 78"])
    order: int = Field(examples=[1])
    is_work: bool | None = Field(default=None, examples=[True])
    check: Checked | None = None
    number: str | None = Field(default=None, examples=["112"])


class WholeEntity(Wire):
    """A node, who answers where it is a post, and by what means it is reached, in order."""

    entity: Entity
    answering: WhoAnswers | None = None
    details: tuple[Detail, ...]


class AreaCard(Wire):
    """An area, what it lies in, and what lies in it."""

    entity: Entity
    lies_in: tuple[NodeName, ...] = Field(examples=[[{"id": "reg-1081", "name": "Nordjylland"}]])
    holds: tuple[NodeName, ...] = Field(examples=[[]])


class AreaCards(Wire):
    """Some areas by id."""

    found: tuple[AreaCard, ...]
    next: str | None = None


class Meeting(Wire):
    """Who coordinates a network (`function`) or is a member of it (`attendance`), by which link."""

    node: NodeName
    label: str = Field(examples=["Actor"])
    link: str = Field(examples=["coordinates-ssp-0787"])
    function: str | None = Field(default=None, examples=["COORDINATOR"])
    attendance: str | None = Field(default=None, examples=["STANDING"])


class NetworkCard(Wire):
    """A network and who meets in it."""

    entity: Entity
    meeting: tuple[Meeting, ...]


class NetworkCards(Wire):
    """Some networks by id."""

    found: tuple[NetworkCard, ...]
    next: str | None = None
