"""The section of config.yaml by which people sign in with their organisation's account (OpenID Connect)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator

from crawler.config.references import FromEnvironment
from crawler.config.section import Secret, Section, Url
from crawler.config.values import Duration, LocalPath

Role = Literal["operator", "reader"]


class SignIn(Section):
    """The provider of the organisation's accounts, and what an account may do here."""

    name: str = Field(
        "your organisation", min_length=1, max_length=60, description="what the button calls the organisation"
    )
    issuer: Annotated[Url, FromEnvironment()] = Field(
        description="the provider, such as https://id.example.org/realms/staff; it describes itself below it"
    )
    client_id: Annotated[str, FromEnvironment()] = Field(
        min_length=1, description="the name that the provider gave this service"
    )
    client_secret: Secret = Field(
        SecretStr(""), description="from the environment; empty: a client without a secret, by PKCE alone"
    )
    scopes: tuple[str, ...] = Field(
        ("openid", "profile", "email"), description="what the provider is asked to say"
    )
    role_claim: str | tuple[str, ...] = Field(
        "groups",
        min_length=1,
        description="where the provider says what decides a role, one claim or several; dots lead inside: realm_access.roles",
    )
    roles: dict[Role, tuple[str, ...]] = Field(
        description="which values there make an operator or a reader; who has none is not let in"
    )
    local: bool = Field(True, description="whether operators with passwords of this service still sign in")
    lasts: Duration = Field(
        timedelta(hours=12),
        description="how long a session lasts; then the provider says anew who has which role",
    )
    tokens: Duration = Field(
        timedelta(days=30), description="how long after its last sign-in an account's API tokens still work"
    )
    end_session: bool = Field(True, description="signing out here also signs out at the provider")
    allow_private: tuple[str, ...] = Field(
        (), description="host names or networks of the provider that may be private, and may do without TLS"
    )
    trust: LocalPath | None = Field(
        None, description="a file of certificates to trust instead of the system's (PEM)"
    )

    @field_validator("lasts")
    @classmethod
    def _long_enough_to_work(cls, value: timedelta) -> timedelta:
        if value < timedelta(minutes=5):
            raise ValueError("a session would end before anything can be done; allowed: 5m and more")
        return value

    @property
    def role_claims(self) -> tuple[str, ...]:
        """The claims that decide a role."""
        return (self.role_claim,) if isinstance(self.role_claim, str) else self.role_claim
