"""What a provider's claims say of a person: name, mail address, role. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.config.sign_in_settings import SignIn

Claims = Mapping[str, Any]
NAMES = ("preferred_username", "email", "upn", "nickname", "name")
"""The claims that may name a person, the best first."""


def role_of(claims: Claims, sign_in: SignIn) -> str:
    """The role that the claims give: the higher one if several fit; empty if none does."""
    said = {value for name in sign_in.role_claims for value in values_of(claims, name)}
    for role in ("operator", "reader"):
        # Compared as they are: to many providers Staff and staff are two groups.
        if said & set(sign_in.roles.get(role, ())):
            return role
    return ""


def values_of(claims: Claims, name: str) -> set[str]:
    """The texts under a claim, which may be one text or a list of them; empty if there is none.

    A mail address counts only where the provider says that it verified it: elsewhere everybody can claim any address.
    """
    found = _at(claims, name)
    if name == "email" and claims.get("email_verified") is not True:
        return set()
    if isinstance(found, str):
        return {found}
    if isinstance(found, Sequence):
        return {value for value in found if isinstance(value, str)}
    return set()


def _at(claims: Claims, name: str) -> Any:
    """The value of a claim. A name with dots is first taken as it is (``https://example.org/roles``), then as a path."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def says_role(claims: Claims, sign_in: SignIn) -> bool:
    """Whether all claims that decide roles are there; if not, the provider may still say them elsewhere."""
    return all(_at(claims, name) is not None for name in sign_in.role_claims)


def has_too_many_groups(claims: Claims) -> bool:
    """Whether the provider left the groups out because they are too many (Entra ID says so by ``_claim_names``)."""
    left_out = claims.get("_claim_names")
    return isinstance(left_out, Mapping) and "groups" in left_out


def mail_of(claims: Claims) -> str:
    """The mail address, if the provider verified it; else empty."""
    return next(iter(values_of(claims, "email")), "")


def name_of(claims: Claims) -> str:
    """What the person is called; the provider's own id if nothing else names it."""
    for claim in NAMES:
        value = claims.get(claim)
        if claim == "email":
            value = mail_of(claims)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return str(claims["sub"])
