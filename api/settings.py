"""All settings of the API, read once from the environment, then frozen and passed on.

The tables of docs/operations.md list the same settings; a test compares the two. Secrets are
files, never settings.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from graph.own_kinds_file import OwnKindsFile, own_kinds_file
from graph.store.location import HOME, StoreLocation, store_location

PREFIX: Final = "KONTAKTVEJ_"
_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")
GUARDED: Final = re.compile(
    r"(?:https://[^\s@\\/?#]+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?)(?:[/?][^\s\\#]*)?"
)
"""URLs whose responses cannot be altered in transit: HTTPS, or HTTP within this machine."""
Workers = Annotated[
    int,
    Field(
        ge=1,
        le=64,
        description="number of server processes; in the demo two, if there are two cores",
    ),
]


class Settings(BaseSettings):
    """The settings of `kontaktvej serve`, each as `KONTAKTVEJ_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True
    )

    home: Path | None = Field(default=None, description="data folder; default: that of the user")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(
        default=8000, ge=0, le=65_535, description="port to listen on; 0 takes a free one"
    )
    workers: Workers = 1
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="names the API answers to besides this machine's own, separated by commas",
    )
    policy: Path | None = Field(
        default=None, description="policy file of your own for the path search"
    )
    vocabulary: Path | None = Field(
        default=None, description="file of own kinds of posts, networks, authorities and more"
    )
    accounts_url: str | None = Field(
        default=None,
        description="SQLAlchemy address of the accounts; a SQLite file in the data folder",
    )
    audit_url: str | None = Field(
        default=None,
        description="SQLAlchemy address of the audit log; SQLite files in the data folder",
    )
    session_idle_min: int = Field(
        default=30, ge=1, le=600, description="minutes until an idle session ends"
    )
    session_hours: int = Field(default=10, ge=1, le=24, description="hours until any session ends")
    audit_months: int = Field(
        default=24,
        ge=1,
        le=120,
        description="months the audit log is kept, besides the present one",
    )
    anchor_file: Path | None = Field(
        default=None,
        description="file on another volume, to which the last row of the audit log is written "
        "hourly",
    )
    calls_per_min: int = Field(
        default=240, ge=1, le=1_000_000, description="calls an account may make in a minute"
    )
    names_per_min: int = Field(
        default=60, ge=1, le=1_000_000, description="name searches an account may make in a minute"
    )
    people_per_hour: int = Field(
        default=500,
        ge=1,
        le=1_000_000,
        description="different people an account may be shown in an hour; then others wait",
    )
    reveals_per_day: int = Field(
        default=30,
        ge=1,
        le=500,
        description="different contact details an account may reveal in a day; emergencies pass",
    )
    checks_per_day: int = Field(
        default=100,
        ge=1,
        le=1000,
        description="contact details an account may see in a day to check or correct them",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="OpenID Connect issuer whose access tokens are accepted, written exactly as "
        "in them; HTTPS beyond this machine; without it only local accounts sign in",
    )
    oidc_audience: str | None = Field(
        default=None, description="the `aud` of this API in the issuer's tokens"
    )
    oidc_acr: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="values of `acr` or `amr` that count as strong sign-in, separated by commas; "
        "without them no token does",
    )

    certificate: Path | None = Field(
        default=None, description="TLS certificate with its chain, PEM"
    )
    certificate_key: Path | None = Field(
        default=None, description="key of the certificate, PEM; readable by the service user only"
    )
    behind_proxy: bool = Field(
        default=False,
        description="a proxy in front terminates TLS and passes on the address of each client",
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1",), description="addresses of that proxy, separated by commas"
    )
    plain_bolt: bool = Field(
        default=False, description="allows a NEO4J_URI on another machine without TLS"
    )
    most_requests: int = Field(
        default=256, ge=1, le=10_000, description="requests a process answers at once"
    )
    most_connections: int = Field(
        default=2_000, ge=8, le=100_000, description="connections a process holds"
    )
    slow_each: int = Field(
        default=64,
        ge=2,
        le=10_000,
        description="connections of one address that have not sent a whole request, in a process; "
        "for one more the oldest is closed",
    )
    arrival_s: int = Field(
        default=10,
        ge=1,
        le=120,
        description="seconds in which the head of a request has to arrive, and then its body",
    )
    strangers_per_min: int = Field(
        default=240,
        ge=1,
        le=1_000_000,
        description="calls an address may make in a minute without being signed in",
    )
    streams_each: int = Field(
        default=4, ge=1, le=64, description="event streams an account may hold open in a process"
    )
    screens_url: str = Field(
        default="http://127.0.0.1:8501/",
        description="address of the explorer, in the QR code of an action card",
    )
    replicas: int = Field(
        default=4,
        ge=1,
        le=8,
        description="copies a process keeps for analysts' queries at most, about 400 MB each: one "
        "for analysts of the same rights, and a spare",
    )
    query_s: int = Field(
        default=2, ge=1, le=60, description="seconds a query of an analyst may take"
    )
    question_s: int = Field(
        default=20, ge=1, le=600, description="seconds a question may search for paths"
    )
    replica_refill_s: int = Field(
        default=60,
        ge=1,
        le=3600,
        description="seconds after which a copy is filled again once the graph has changed",
    )

    @field_validator("allowed_hosts", "oidc_acr", "proxies", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("oidc_issuer", "screens_url")
    @classmethod
    def _check_address(cls, address: str | None) -> str | None:
        if address is not None and not GUARDED.fullmatch(address):
            raise ValueError("must begin with https://, or with http:// and stay on this machine")
        return address

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            raise ValueError("oidc_issuer and oidc_audience are given together or not at all")
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names the API answers to; no other machine can go by those of this one."""
        return (*_LOCAL, *self.allowed_hosts)

    @property
    def is_demo(self) -> bool:
        """Whether people are fictional and logins temporary; only in `kontaktvej demo`."""
        return False

    def place(self) -> StoreLocation:
        """The location of the graph and its keys, from the environment and the setting `home`."""
        own = {} if self.home is None else {HOME: str(self.home)}
        return store_location({**os.environ, **own})

    def own_kinds(self) -> OwnKindsFile:
        """The file of own kinds, from the setting `vocabulary`, else in the data folder."""
        return own_kinds_file(self.vocabulary, self.place().home)


S = TypeVar("S", bound=Settings)


class DemoSettings(Settings):
    """The settings of the demo, whose people are fictional."""

    workers: Workers = min(2, os.cpu_count() or 1)

    @property
    def is_demo(self) -> bool:
        """True."""
        return True


def load_settings(kind: type[S], **options: object) -> S:
    """Load the settings; options that are not None override the environment.

    Raises: ValidationError: one of them cannot be used.
    """
    present: dict[str, Any] = {
        name: option for name, option in options.items() if option is not None
    }
    return kind(**present)


def describe_settings(error: ValidationError) -> str:
    """Describe which settings cannot be used, and why; never their values."""
    return "; ".join(
        f"{PREFIX}{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
        for fault in error.errors()
    )
