"""web.sign_in: what is wrong is told with what to write instead; and what a provider's claims make of a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.web.organisation.claims import (
    mail_of,
    name_of,
    role_of,
    says_role,
    values_of,
    why_no_role,
    with_more,
)
from crawler.config import load
from crawler.config.sign_in_settings import SignIn
from tests.crawler.config.test_errors import FIRST_FREE, GOOD, errors

START = "delivery: {public_url: 'https://watch.example.org'}\nweb:\n  sign_in:\n"
RIGHT = {
    "issuer": "https://id.example.org/realms/staff", "client_id": "watch", "client_secret": "${OIDC}", "roles": "{operator: [desk]}",
}  # fmt: skip
SECRET = {"OIDC": "a secret that is long enough"}


def written(**changed: str | None) -> str:
    keys = {**RIGHT, **changed}
    return START + "".join(f"    {name}: {value}\n" for name, value in keys.items() if value is not None)


def test_a_right_section_is_taken(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(GOOD + written(role_claim="[email, hd]"), encoding="utf-8")
    found = load(tmp_path / "config.yaml", SECRET).web.sign_in
    assert found is not None and found.role_claims == ("email", "hd") and found.local
    assert "long enough" not in repr(found)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issuer": None}, "web.sign_in.issuer: is missing"),
        ({"issuer": "id.example.org"}, "web.sign_in.issuer"),
        ({"issuer": "http://id.example.org"}, "has no TLS; allowed: https://"),
        ({"issuer": "https://id.example.org/.well-known/openid-configuration"}, "what stands before it, https://id.example.org"),
        ({"issuer": "https://id.example.org/?tenant=1"}, "has a query or a fragment"),
        ({"client_secret": "in-the-clear-in-the-file"}, "${NAME}"),
        ({"client_id": None}, "web.sign_in.client_id: is missing"),
        ({"roles": None}, "web.sign_in.roles: is missing"),
        ({"roles": "{operator: []}"}, "nobody would be let in"),
        ({"roles": "{admin: [desk]}"}, "operator"),
        ({"roles": "{reader: [staff]}", "local": "false"}, "nobody could change anything"),
        ({"scopes": "[profile]"}, "openid is missing"),
        ({"lasts": "1s"}, "web.sign_in.lasts"),
        ({"role_clam": "groups"}, "did you mean role_claim?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_and_cure(
    tmp_path: Path, changed: dict[str, str | None], said: str
) -> None:
    found = errors(tmp_path, GOOD + written(**changed), SECRET)
    assert any(said in line for line in found), found
    assert all(int(line.split(":")[0]) >= FIRST_FREE for line in found)
    assert "in-the-clear" not in "".join(found)


def test_the_provider_sends_people_back_to_the_public_address(tmp_path: Path) -> None:
    text = GOOD + written().replace(START, "web:\n  sign_in:\n")
    assert any("delivery.public_url, which is missing" in line for line in errors(tmp_path, text, SECRET))


def section(**changed: Any) -> SignIn:
    given = {
        "issuer": "https://id.example",
        "client_id": "watch",
        "roles": {"operator": ["desk"], "reader": ["staff"]},
    }
    return SignIn.model_validate({**given, **changed})


GOOGLE = section(
    role_claim=["email", "hd"], roles={"operator": ["ana@example.org"], "reader": ["example.org"]}
)


@pytest.mark.parametrize(
    ("sign_in", "claims", "role"),
    [
        (section(), {"groups": ["staff", "desk"]}, "operator"),
        (section(), {"groups": ["/desk"]}, ""),
        (section(roles={"operator": ["/desk"]}), {"groups": ["/desk"]}, "operator"),
        (section(role_claim="realm_access.roles"), {"realm_access": {"roles": ["staff"]}}, "reader"),
        (section(role_claim="https://watch.example/roles"), {"https://watch.example/roles": ["desk"]}, "operator"),
        (section(role_claim="a.b"), {"a": "b"}, ""),
        (section(role_claim="roles", roles={"operator": ["Watch.Operator"]}), {"roles": ["Watch.Operator"]}, "operator"),
        (GOOGLE, {"email": "ana@example.org", "email_verified": True, "hd": "example.org"}, "operator"),
        (GOOGLE, {"email": "ben@example.org", "email_verified": True, "hd": "example.org"}, "reader"),
        (GOOGLE, {"email": "ana@example.org", "email_verified": False}, ""),
        (GOOGLE, {"email": "x@gmail.example", "email_verified": True}, ""),
    ],
)  # fmt: skip
def test_roles_as_providers_say_them(sign_in: SignIn, claims: dict[str, Any], role: str) -> None:
    assert role_of(claims, sign_in) == role


BOTH = section(
    role_claim=("email", "groups"), roles={"operator": ("ana@example.org", "op"), "reader": ("r",)}
)
VERIFIED = {"email": "ana@example.org", "email_verified": True}


@pytest.mark.parametrize(
    ("token", "userinfo", "role"),
    [
        # What one document verifies is its own address.
        ({"email": "ana@example.org"}, {"email": "evil@x.example", "email_verified": True, "groups": ["r"]}, "reader"),
        ({"email": "evil@x.example", "email_verified": True}, {"email": "ana@example.org"}, ""),
        ({"email_verified": True}, {"email": "ana@example.org"}, ""),
        ({"email": "ana@example.org"}, {"email_verified": True}, ""),
        ({"email": "ana@example.org", "email_verified": False}, VERIFIED, "operator"),
        ({"email": "ana@example.org"}, VERIFIED, "operator"),
        ({"email": "", "groups": None}, VERIFIED, "operator"),
        ({"groups": []}, {"groups": ["op"]}, "operator"),
        ({"groups": ["x"]}, {"groups": ["op"]}, ""),
        ({"groups": ["r"]}, {}, "reader"),
        ({}, {"groups": "op"}, "operator"),
    ],
)  # fmt: skip
def test_what_is_said_elsewhere_fills_what_is_missing(
    token: dict[str, Any], userinfo: dict[str, Any], role: str
) -> None:
    assert role_of(with_more({"sub": "1", **token}, {"sub": "1", **userinfo}), BOTH) == role


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({}, "email: 0 values; groups: 0 values"),
        ({"email": "ana@example.org", "groups": ["a", "b"]}, "email: not verified by the provider; groups: 2 values"),
        (VERIFIED | {"email": "Ana@example.org"}, "email: 1 value, like ana@example.org but for capitals, slashes or blanks; groups: 0 values"),
        ({"groups": ["/op"]}, "email: 0 values; groups: 1 value, like op but for capitals, slashes or blanks"),
    ],
)  # fmt: skip
def test_the_log_says_why_there_is_no_role(claims: dict[str, Any], reason: str) -> None:
    assert why_no_role(claims, BOTH) == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["desk", "staff"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["groups", "roles", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(claims=st.dictionaries(st.sampled_from(["groups", "email", "email_verified", "name", "a"]), JSON), name=st.sampled_from(["groups", "a.roles", "email", "a.b.c"]))  # fmt: skip
def test_whatever_claims_are_they_are_read_or_passed_over(claims: dict[str, Any], name: str) -> None:
    sign_in = section(role_claim=name)
    assert role_of(claims, sign_in) in ("", "operator", "reader")
    assert all(isinstance(value, str) for value in values_of(claims, name))
    assert isinstance(says_role(claims, sign_in), bool)
    assert why_no_role(claims, sign_in)
    assert name_of({**claims, "sub": "1"})
    assert mail_of(claims) == "" or claims["email_verified"] is True
