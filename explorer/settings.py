"""The settings of the explorer: read once from the environment, then immutable.

A table of docs/operations.md documents them; a test compares the two.
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "KONTAKTVEJ_EXPLORER_"
_LOCAL: Final = ("127.0.0.1", "localhost")


class ExplorerSettings(BaseSettings):
    """Settings from environment variables: `KONTAKTVEJ_EXPLORER_` plus the name in upper case."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True
    )

    api_url: str = Field(
        default="http://127.0.0.1:8000",
        description="address of the API, also in the withdrawal links that citizens are given: set "
        "the public one",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(
        default=8501, ge=0, le=65_535, description="port to listen on; 0 takes a free one"
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="names the explorer answers to besides this machine's own, separated by commas",
    )
    certificate: Path | None = Field(
        default=None, description="TLS certificate with its chain, PEM"
    )
    certificate_key: Path | None = Field(
        default=None, description="key of the certificate, PEM; readable by the service user only"
    )
    address_key: Path | None = Field(
        default=None,
        description="file `keys/explorer.key` of the API, with which it passes on each browser's "
        "address; without it all users count as one address",
    )
    behind_tls: bool = Field(
        default=False,
        description="a proxy in front terminates TLS: cookies are sent over HTTPS only",
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1",), description="addresses of that proxy, separated by commas"
    )

    oidc_issuer: str | None = Field(
        default=None,
        description="OpenID Connect issuer where people sign in; HTTPS beyond this machine",
    )
    oidc_client: str | None = Field(
        default=None, description="the `client_id` of the explorer at the issuer"
    )
    oidc_secret: Path | None = Field(
        default=None, description="file with the client's secret; not needed for a public client"
    )
    oidc_audience: str | None = Field(
        default=None, description="the `aud` of the API in the issuer's access tokens"
    )
    oidc_scope: str = Field(
        default="openid", description="scopes requested from the issuer, separated by spaces"
    )

    @field_validator("allowed_hosts", "proxies", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _is_sealed(self) -> Self:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key are given together or not at all")
        if (self.oidc_issuer is None) != (self.oidc_client is None):
            raise ValueError("oidc_issuer and oidc_client are given together or not at all")
        if self.address_key is not None and not self.address_key.is_file():
            raise ValueError(f"address_key: {self.address_key} does not exist")
        try:
            is_local = ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            is_local = self.host == "localhost"
        if not (self.is_tls or is_local):
            raise ValueError(
                f"{self.host} can be reached by others: give a certificate and its key, or say "
                "behind_tls where a proxy in front ends TLS"
            )
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names the explorer answers to; no other machine can go by those of this one."""
        return (*_LOCAL, *self.allowed_hosts)

    @property
    def is_tls(self) -> bool:
        """Whether browsers connect by HTTPS."""
        return self.behind_tls or self.certificate is not None
