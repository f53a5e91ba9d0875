"""Receipts of consent, and taking one back, on the wire."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.base import Wire, Words
from api.schemas.reveal import ChannelWord


class Receipt(Wire):
    """A consent: whose, for what, until when, and which post renews it.

    `ends_on` is the first day it is no longer in force; `individual` is missing where it is over,
    and only the post that renews it sees it still.
    """

    id: str = Field(examples=["con-0787-7"])
    individual: str | None = Field(examples=["ri-0787-7"])
    name: str | None = Field(examples=["Formand Jens R."])
    renewal_by: str = Field(examples=["post-outreach-0787-1"])
    renewal_name: str | None = Field(examples=["Opsøgende medarbejder, Thisted"])
    purposes: Words = Field(examples=[["CONTACT"]])
    channels: Words = Field(examples=[["MEDIATED"]])
    is_mediated_only: bool = Field(examples=[True])
    given_on: date = Field(examples=["2026-01-10"])
    ends_on: date = Field(examples=["2026-12-20"])
    is_withdrawn: bool = Field(examples=[False])
    is_due: bool = Field(examples=[True])
    may_withdraw: bool = Field(examples=[True])


class DueAt(Wire):
    """At least so many receipts that a post is to renew; no number below five is told."""

    post: str = Field(examples=["post-outreach-0787-1"])
    name: str | None = Field(examples=["Opsøgende medarbejder, Thisted"])
    at_least: int = Field(ge=5, multiple_of=5, examples=[5])


class Receipts(Wire):
    """Those that end first come first; `next` is where the next page begins, if there is one."""

    found: tuple[Receipt, ...]
    due_by_post: tuple[DueAt, ...]
    next: str | None = None


class AskedRenewal(Wire):
    """What was agreed to this time; the receipt before it ends with it."""

    purposes: tuple[Literal["CONTACT", "PASS_ON", "STATISTICS"], ...] = Field(
        min_length=1, examples=[["CONTACT"]]
    )
    audience: tuple[str, ...] = Field(min_length=1, max_length=50, examples=[["aut-0787"]])
    channels: tuple[ChannelWord, ...] = Field(min_length=1, examples=[["MEDIATED"]])
    is_mediated_only: bool = Field(examples=[True])
    given_on: date = Field(examples=["2026-11-25"])
    expires_on: date = Field(examples=["2028-11-25"])
    obtained_how: Literal["MEETING", "PHONE", "FORM"] = Field(examples=["MEETING"])
    text_version: str = Field(max_length=20, examples=["da-3"])
    covers_art9: bool = False
    is_adult: bool = Field(examples=[True])


class Renewed(Wire):
    """The new receipt; whoever gave it is seen again as far as it says."""

    consent: str = Field(examples=["con-0787-8"])


class Withdrawn(Wire):
    """Hidden from now on; `is_written`: the graph says so too, else it is told when it is back."""

    consent: str = Field(examples=["con-0787-7"])
    is_written: bool = Field(examples=[True])


class WithdrawalLink(Wire):
    """Where whoever gave the consent can take it back by one button. It is told this once."""

    path: str = Field(repr=False, examples=["/withdraw/Zl0c2mB1…"])
