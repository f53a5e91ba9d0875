"""Wire models of contact details in clear, and of contact requests through a door opener."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from api.schemas.base import Id, Wire
from api.schemas.entities import NodeName

CONTACT_VALUE: Final = "contact-value"
"""The format that marks a value in clear; a test checks that only reveal responses have it."""
MOST_DETAILS: Final = 40
"""Maximum number of details in a request."""
PurposeWord = Literal[
    "CONCERN", "ACUTE", "SERIOUS", "RELEASE", "MOVE", "KNOWLEDGE", "HAND_BACK",
    "VERIFY", "CORRECTION", "SUBJECT_REQUEST",
]  # fmt: skip
ChannelWord = Literal[
    "PHONE", "MOBILE", "EMAIL", "SECURE_EMAIL", "DIGITAL_POST", "VISIT", "MEDIATED", "EMERGENCY",
]  # fmt: skip
StateWord = Literal["ASKED", "PASSED_ON", "YES", "NO", "LATER"]


def _uncover_secret(value: Any) -> Any:
    """The value of a secret; the only place where secrets are uncovered for a response."""
    return value if isinstance(value, str) else value.uncover()


class AskedDetail(Wire):
    """A contact detail, and its channel."""

    detail: Id = Field(examples=["det-0787-ssp-1"])
    channel: ChannelWord = Field(examples=["MOBILE"])


def require_emergency(purpose: str, *, is_beyond: bool) -> None:
    """Require that only emergencies go beyond the limit of a day. Raises: ValueError."""
    if is_beyond and purpose not in ("ACUTE", "SERIOUS"):
        raise ValueError("only ACUTE and SERIOUS go beyond the limit of a day")


def _each_once(details: tuple[AskedDetail, ...]) -> tuple[AskedDetail, ...]:
    if len({choice.detail for choice in details}) < len(details):
        raise ValueError("a detail may stand in the list once")
    return details


class AskedReveal(Wire):
    """A contact detail and its channel, or several `details` (all or none), and the purpose.

    The purpose is a word of a fixed list, not free text. `beyond` confirms that an emergency does
    not wait until tomorrow: it is shown beyond the limit of the day, and the data protection
    officer is told. Acute danger needs no confirmation.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [
            {"detail": "det-0787-ssp-1", "channel": "MOBILE", "purpose": "CONCERN"},
            {"details": [
                {"detail": "det-0787-ssp-1", "channel": "MOBILE"},
                {"detail": "det-0787-psp-1", "channel": "PHONE"},
            ], "purpose": "CONCERN"},
        ]}
    )  # fmt: skip

    detail: Id | None = None
    channel: ChannelWord | None = None
    details: Annotated[
        tuple[AskedDetail, ...],
        Field(min_length=1, max_length=MOST_DETAILS),
        AfterValidator(_each_once),
    ] | None = None  # fmt: skip
    purpose: PurposeWord
    beyond: bool = False

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        pair = (self.detail, self.channel)
        if self.details is None and None in pair:
            raise ValueError("a detail and its channel, or details")
        if self.details is not None and pair != (None, None):
            raise ValueError("a detail or several details, and not both")
        require_emergency(self.purpose, is_beyond=self.beyond)
        return self

    @property
    def requested_details(self) -> tuple[AskedDetail, ...]:
        """The requested details, one or several."""
        if self.details is not None:
            return self.details
        return (AskedDetail.model_validate({"detail": self.detail, "channel": self.channel}),)


class RevealedDetail(Wire):
    """The value of a contact detail, and the node it reaches. It is not stored."""

    detail: str = Field(examples=["det-0787-ssp-1"])
    owner: str | None = Field(examples=["post-ssp-0787"])
    channel: ChannelWord = Field(examples=["MOBILE"])
    value: Annotated[str, BeforeValidator(_uncover_secret)] = Field(
        repr=False, examples=["+45 05 12 34 78"], json_schema_extra={"format": CONTACT_VALUE}
    )


class RevealedDetails(Wire):
    """The values of several contact details, in the order of the request. They are not stored."""

    revealed: tuple[RevealedDetail, ...]


class AskedContact(Wire):
    """The civilian to contact, and the purpose; `opener` chooses between several door openers."""

    individual: str = Field(max_length=120, examples=["ri-0787-7"])
    purpose: PurposeWord = Field(examples=["CONCERN"])
    opener: str | None = Field(default=None, max_length=120, examples=["post-outreach-0787-1"])


class ContactRequest(Wire):
    """A request that a door opener passes on to a civilian.

    `detail` is the contact detail of the requester: reveal it by `POST /reveal`. The door opener
    gets `asked_by` and `channel` while the request is open, and only while the detail still reaches
    the requester. Names are included if you may see them.
    """

    id: str = Field(examples=["req-5f0c9e2d1b7a4c88"])
    individual: str = Field(examples=["ri-0787-7"])
    individual_name: str | None = Field(default=None, examples=["Samir B."])
    opener: str = Field(examples=["post-outreach-0787-1"])
    opener_name: str | None = Field(default=None, examples=["Opsøgende medarbejder, Thisted"])
    purpose: PurposeWord = Field(examples=["CONCERN"])
    detail: str = Field(examples=["det-amina-1"])
    channel: ChannelWord | None = Field(default=None, examples=["PHONE"])
    asked_by: NodeName | None = None
    state: StateWord = Field(examples=["ASKED"])
    made_at: datetime
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered."""
        return self.state in {"ASKED", "PASSED_ON", "LATER"}


class ContactRequests(Wire):
    """Your requests, and those to your posts, newest first.

    `waiting`: how many requests to your posts are not answered yet.
    """

    made: tuple[ContactRequest, ...]
    received: tuple[ContactRequest, ...]
    waiting: int = Field(examples=[1])


class AskedState(Wire):
    """The outcome of a contact request so far."""

    state: Literal["PASSED_ON", "YES", "NO", "LATER"] = Field(examples=["PASSED_ON"])
