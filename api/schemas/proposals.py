"""Seats proposed for people at home elsewhere, on the wire."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from api.schemas.base import Wire
from api.schemas.changes import Asked, Fields

SeatWord = Literal["HOLDS", "DEPUTIZES_FOR"]
StateWord = Literal["WAITING", "ACCEPTED", "REFUSED", "WITHDRAWN"]


class NewProposal(Asked):
    """A seat to fill with somebody who is at home in another area."""

    type: SeatWord = Field(examples=["DEPUTIZES_FOR"])
    fields: Fields = Field(
        examples=[{"source_id": "erik", "target_id": "ssp-post", "order": 2}],
    )


class Proposal(Wire):
    """A seat that waits for the steward where the person is at home, or what became of it."""

    id: str = Field(examples=["pro-5f0c9e2d1b7a4c88"])
    type: SeatWord
    person: str = Field(examples=["erik"])
    post: str = Field(examples=["ssp-post"])
    fields: dict[str, JsonValue] = Field(
        examples=[{"order": 2}], description="those of the link besides its ends"
    )
    state: StateWord = Field(examples=["WAITING"])
    is_mine: bool = Field(description="I proposed it")
    made_at: datetime
    changed_at: datetime


class Proposals(Wire):
    """Those I made, and those that wait for my yes or no, the newest first."""

    made: tuple[Proposal, ...]
    waiting: tuple[Proposal, ...]


class ProposalAnswer(Asked):
    """Yes or no of the steward where the person is at home."""

    answer: Literal["ACCEPTED", "REFUSED"] = Field(examples=["ACCEPTED"])
