"""What a provider's claims say of a person: name, mail address, role. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.config.sign_in_settings import SignIn

Claims = Mapping[str, Any]
NAMES = ("preferred_username", "email", "upn", "nickname", "name")
"""The claims that may name a person, the best first."""

COMPANIONS = (("email", "email_verified"), ("groups", "_claim_names", "_claim_sources"))
"""Claims that mean something only together; the first one is what the others speak of."""


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
    values = [found] if isinstance(found, str) else found if isinstance(found, Sequence) else ()
    return {value for value in values if isinstance(value, str) and value}


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
    """Whether each claim that decides roles has a value that counts; if not, the provider may still say it elsewhere."""
    return all(values_of(claims, name) for name in sign_in.role_claims)


def with_more(claims: Claims, more: Claims) -> Claims:
    """The ID token's claims, filled up with what the provider says elsewhere (its userinfo) of the same person.

    Claims that vouch for each other come from one document: otherwise the address that one names would be
    verified by what the other says of another address.
    """
    filled = {**more, **{name: value for name, value in claims.items() if not _is_empty(value)}}
    for companions in COMPANIONS:
        for name in companions:
            filled.pop(name, None)
        chosen = next((said for said in (claims, more) if values_of(said, companions[0])), claims)
        filled.update((name, chosen[name]) for name in companions if name in chosen)
    return filled


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def why_no_role(claims: Claims, sign_in: SignIn) -> str:
    """For the log: how many values each claim has that decides roles, and which of them nearly fit.

    Values that fit nothing are not named: they may say more of a person than a log should.
    """
    reasons = []
    for name in sign_in.role_claims:
        values = values_of(claims, name)
        near = sorted(wanted for wanted in _wanted(sign_in) if _loose(wanted) in map(_loose, values))
        number = f"{name}: {len(values)} values" if len(values) != 1 else f"{name}: 1 value"
        if name == "email" and not values and _at(claims, name):
            number = "email: not verified by the provider"
        reasons.append(
            f"{number}, like {', '.join(near)} but for capitals, slashes or blanks" if near else number
        )
    return "; ".join(reasons)


def _wanted(sign_in: SignIn) -> set[str]:
    return {value for values in sign_in.roles.values() for value in values}


def _loose(value: str) -> str:
    return value.strip().strip("/").casefold()


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
