"""The organisation's accounts: who is let in, as whom, for how long; and what providers and strangers try."""

from __future__ import annotations

import json
import logging
import secrets
import socket
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwk, jwt
from sqlalchemy import select

from alerts.identity import operators, organisation_accounts, tokens
from alerts.operations.live_config import Live
from alerts.web.organisation import provider as provider_module
from alerts.web.serving import Pages, must_be_guarded
from crawler.config.settings import DeliverySettings, Settings, Web
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import api_tokens, audit, console_sessions
from crawler.store.schema import operators as people
from tests.builders import NOON, new_store, settings
from tests.security.conftest import PASSWORD
from tests.security.identity_provider import CLIENT, LOGOUT, SECRET, FakeProvider, provider, rsa
from tests.security.visitor import Answer, Visitor

IN = '<meta http-equiv="refresh"'


@dataclass
class Moment:
    """A clock that a test turns."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Site:
    """Pages where people sign in with accounts of a provider."""

    url: str
    store: Store
    live: Live
    clock: Moment
    there: FakeProvider

    def visitor(self) -> Visitor:
        return Visitor(self.url)

    def begin(self, who: Visitor, after: str = "/console/") -> Answer:
        """Press the button."""
        return who.ask(f"/console/sign-in/organisation?{urlencode({'next': after})}")

    def sign_in(self, who: Visitor, after: str = "/console/", **more: str) -> Answer:
        """Sign in at the provider, and come back."""
        sent = self.begin(who, after)
        assert sent.status == 303, sent.text
        return self.come(who, self.there.authorize(sent.headers["Location"], **more))

    @staticmethod
    def come(who: Visitor, address: str) -> Answer:
        parts = urlsplit(address)
        return who.ask(f"{parts.path}?{parts.query}")

    def change(self, **sign_in: Any) -> None:
        """Change the section of the configuration."""
        old = self.live.settings
        web = old.web.model_copy(update={"sign_in": old.web.sign_in.model_copy(update=sign_in)})  # type: ignore[union-attr]
        self.live._settings = old.model_copy(update={"web": web})

    def names(self) -> list[tuple[str, str]]:
        with self.store.read() as connection:
            return [(r.name, r.role) for r in connection.execute(select(people).order_by(people.c.name))]

    def notes(self) -> list[tuple[str, str]]:
        with self.store.read() as connection:
            return [(r.actor, r.action) for r in connection.execute(select(audit).order_by(audit.c.id))]


def configured(issuer: str, port: int, **more: Any) -> Settings:
    sign_in = {
        "name": "Example Org", "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "allow_private": ["127.0.0.1"],
        "roles": {"operator": ["desk"], "reader": ["staff"]}, **more,
    }  # fmt: skip
    own = settings()
    web = Web.model_validate({"port": port, "sign_in": sign_in})
    public = DeliverySettings.model_validate({"public_url": f"http://127.0.0.1:{port}"})
    return own.model_copy(update={"web": web, "delivery": public})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site and one provider for all tests: each finds them as if they were new."""
    clock = Moment()
    with provider(clock) as there, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        store = new_store(tmp_path_factory.mktemp("organisation"))
        live = Live(None, configured(there.url, port))
        pages = Pages(live, store, clock)
        pages.start()
        yield Site(pages.url, store, live, clock, there)
        pages.stop()
        store.close()


@pytest.fixture(scope="module")
def key(served: Site) -> Any:
    """The provider's own key."""
    return served.there.key


@pytest.fixture
def site(served: Site, key: Any) -> Site:
    served.clock.now = NOON
    there = served.there
    fresh = FakeProvider(there.url, served.clock, key=key, claims={"groups": ["staff", "desk"]})
    there.__dict__.update(fresh.__dict__)
    with served.store.write() as connection:
        for table in (people, console_sessions, api_tokens, audit):
            connection.execute(table.delete())
    # A changed section makes what was learned of the provider be forgotten.
    port = urlsplit(served.url).port or 0
    scopes = ["openid", "profile", "email", secrets.token_hex(4)]
    served.live._settings = configured(there.url, port, scopes=scopes)
    return served


def test_a_person_signs_in_without_a_password_of_ours(site: Site) -> None:
    who = site.visitor()
    page = who.ask("/console/sign-in")
    assert "Sign in with Example Org" in page.text and 'name="password"' in page.text
    answer = site.sign_in(who, "/console/topics")
    assert answer.status == 200 and "url=/console/topics" in answer.text
    assert who.is_in and who.ask("/console/account").text.count("mei")
    assert 'name="current"' not in who.ask("/console/account").text, "there is no password to change"
    assert site.names() == [("mei", "operator")]
    assert site.notes() == [("mei", "signed in")]
    cookie = who.cookies["aw_session"]
    assert cookie["samesite"] == "strict" and cookie["httponly"]
    assert "aw_attempt" not in who.cookies, "an attempt is used up"


def test_the_secret_goes_to_the_token_endpoint_as_the_standard_says(site: Site) -> None:
    site.sign_in(site.visitor())
    from base64 import b64decode
    from urllib.parse import unquote_plus

    name, _, secret = b64decode(site.there.secrets[-1].removeprefix("Basic ")).decode().partition(":")
    assert (unquote_plus(name), unquote_plus(secret)) == (CLIENT, SECRET)


def test_roles_are_read_anew_at_each_sign_in_and_end_with_them(site: Site) -> None:
    first, second = site.visitor(), site.visitor()
    site.sign_in(first)
    with site.store.write() as connection:
        token = tokens.add(connection, "a script", ["read", "write"], NOON, "mei")
    api = {"Authorization": f"Bearer {token}"}
    assert first.ask("/api/v1/stories", **api).status == 200
    site.there.claims["groups"] = ["staff"]
    site.sign_in(second)
    assert site.names() == [("mei", "reader")]
    assert second.ask("/console/sources/add").status == 403
    assert first.ask("/console/sources/add").status == 403, "in other browsers too"
    site.there.claims["groups"] = ["cooks"]
    refused = site.sign_in(site.visitor())
    assert refused.status == 403 and "nothing there gives you a role here" in refused.text
    assert not first.is_in and not second.is_in
    assert first.ask("/api/v1/stories", **api).status == 401, "so do the tokens"
    assert site.notes()[-1] == ("mei", "was refused: no role")


def test_tokens_end_when_the_provider_has_not_said_the_role_for_long(site: Site) -> None:
    who = site.visitor()
    site.sign_in(who)
    with site.store.write() as connection:
        token = tokens.add(connection, "a script", ["read"], NOON, "mei")
    api = {"Authorization": f"Bearer {token}"}
    site.clock.now = NOON + timedelta(days=29)
    assert who.ask("/api/v1/stories", **api).status == 200
    site.clock.now = NOON + timedelta(days=31)
    assert who.ask("/api/v1/stories", **api).status == 401


def test_a_session_ends_after_a_time_however_busy_it_is(site: Site) -> None:
    who = site.visitor()
    site.sign_in(who)
    for hours in range(1, 12):
        site.clock.now = NOON + timedelta(hours=hours)
        assert who.is_in
    site.clock.now = NOON + timedelta(hours=12)
    assert not who.is_in


def test_nobody_becomes_a_local_operator_of_the_same_name_or_address(site: Site) -> None:
    with site.store.write() as connection:
        operators.add(connection, "mei", PASSWORD, "reader", NOON)
        operators.add(connection, "ana@example.org", PASSWORD, "reader", NOON)
    site.sign_in(site.visitor())
    site.there.claims |= {
        "sub": "p2",
        "preferred_username": "ana@example.org",
        "email": "ana@example.org",
        "email_verified": True,
    }
    site.sign_in(site.visitor())
    roles = dict(site.names())
    assert roles["mei"] == roles["ana@example.org"] == "reader"
    assert sorted(roles.values()) == ["operator", "operator", "reader", "reader"]
    local = site.visitor()
    assert local.sign_in("mei", PASSWORD).status == 303
    assert local.ask("/console/sources/add").status == 403


@pytest.mark.parametrize(
    "name", ["local", "Somebody", "MEI", "mei\u0000x", " ", "a" * 300, "mei mei", "\u202emei", ""]
)
def test_odd_names_of_accounts_stay_apart(site: Site, name: str) -> None:
    site.sign_in(site.visitor())
    site.there.claims |= {"sub": "p2", "preferred_username": name}
    who = site.visitor()
    assert site.sign_in(who).status == 200 and who.is_in
    mine = {n for n, _ in site.names()} - {"mei"}
    assert len(mine) == 1
    assert mine.pop().casefold() not in ("mei", "local", "somebody")


def test_an_account_keeps_its_name_and_its_number_is_what_counts(site: Site) -> None:
    site.sign_in(site.visitor())
    site.there.claims["preferred_username"] = "mei-tan"
    site.sign_in(site.visitor())
    assert site.names() == [("mei", "operator")], "the audit log names one person by one name"
    site.there.claims["sub"] = "person-2"
    site.there.claims["preferred_username"] = "mei"
    site.sign_in(site.visitor())
    assert len(site.names()) == 2, "who gets a name later is another person"


def test_whom_an_operator_disables_stays_out(site: Site) -> None:
    who = site.visitor()
    site.sign_in(who)
    with site.store.write() as connection:
        operators.disable(connection, "mei", NOON)
    assert not who.is_in
    refused = site.sign_in(who)
    assert refused.status == 403 and "disabled here" in refused.text
    with site.store.write() as connection:
        operators.enable(connection, "mei")
    assert site.sign_in(who).status == 200 and who.is_in
    with pytest.raises(AseanwatchError, match="has no password here"), site.store.write() as connection:
        operators.set_password(connection, "mei", PASSWORD)


def test_a_disabled_local_operator_stays_out_too(site: Site) -> None:
    with site.store.write() as connection:
        operators.add(connection, "ana", PASSWORD, "operator", NOON)
        operators.disable(connection, "ana", NOON)
    assert site.visitor().sign_in("ana", PASSWORD).status == 403


def test_without_local_passwords_nobody_comes_in_by_one(site: Site) -> None:
    with site.store.write() as connection:
        operators.add(connection, "ana", PASSWORD, "operator", NOON)
    ana = site.visitor()
    assert ana.sign_in("ana", PASSWORD).status == 303 and ana.is_in
    site.change(local=False)
    assert not ana.is_in, "nor goes on by one"
    page = site.visitor().ask("/console/sign-in")
    assert 'name="password"' not in page.text and "Sign in with Example Org" in page.text
    late = site.visitor()
    form = late.ask("/console/").status, late.cookies
    assert form[0] == 303
    assert late.sign_in("ana", PASSWORD).status == 403


def test_no_operator_need_be_set_up_before(site: Site) -> None:
    must_be_guarded(site.live.settings, site.store)
    assert site.visitor().ask("/console/").headers["Location"].startswith("/console/sign-in")


# What providers, and those who pose as one, may try. Each changes one thing of an honest sign-in.


def _claims(**changed: Any) -> Callable[[FakeProvider], None]:
    def change(there: FakeProvider) -> None:
        there.token = lambda claims: claims.update(changed)

    return change


def _expired(there: FakeProvider) -> None:
    there.token = lambda claims: claims.update(exp=int(there.clock().timestamp()) - 121)


def _from_the_future(there: FakeProvider) -> None:
    there.token = lambda claims: claims.update(iat=int(there.clock().timestamp()) + 3600)


def _other_key(there: FakeProvider) -> None:
    there.shown = [there.key]
    there.key = rsa(there.key.kid)


def _none(there: FakeProvider) -> None:
    def signed(header: dict[str, Any], claims: dict[str, Any]) -> str:
        parts = [json.dumps({**header, "alg": "none"}), json.dumps(claims)]
        return ".".join(urlsafe_b64encode(p.encode()).rstrip(b"=").decode() for p in parts) + "."

    there.signed = signed


def _by_public_key(there: FakeProvider) -> None:
    """HS256 with the public key as its secret: the classic confusion of algorithms."""
    public = there.key.as_pem(private=False)

    def signed(header: dict[str, Any], claims: dict[str, Any]) -> str:
        import hmac
        from hashlib import sha256

        parts = [json.dumps({**header, "alg": "HS256"}), json.dumps(claims)]
        text = ".".join(urlsafe_b64encode(p.encode()).rstrip(b"=").decode() for p in parts)
        mac = hmac.new(public, text.encode(), sha256).digest()
        return f"{text}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    there.signed = signed


def _by_secret(there: FakeProvider) -> None:
    """HS256 with the client's secret, which the provider offers."""
    there.described = lambda said: said.update(id_token_signing_alg_values_supported=["HS256", "RS256"])
    key = jwk.import_key(SECRET, "oct")
    there.signed = lambda header, claims: jwt.encode(
        {**header, "alg": "HS256"}, claims, key, algorithms=["HS256"]
    )


def _key_in_the_token(there: FakeProvider) -> None:
    there.shown = [there.key]
    own = rsa("mine")
    there.signed = lambda header, claims: jwt.encode(
        {"alg": "RS256", "jwk": own.as_dict(private=False)}, claims, own, algorithms=["RS256"]
    )


def _symmetric_key(there: FakeProvider) -> None:
    there.described = lambda said: said.update(id_token_signing_alg_values_supported=["HS256", "RS256"])
    key = jwk.import_key("k" * 40, "oct", {"kid": "shared"})
    there.broken["/keys"] = (200, {"keys": [key.as_dict()]})
    there.signed = lambda header, claims: jwt.encode(
        {"alg": "HS256", "kid": "shared"}, claims, key, algorithms=["HS256"]
    )


def _weak_key(there: FakeProvider) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        there.key = jwk.generate_key("RSA", 1024, {"kid": "weak"})


def _answers(path: str, status: int, said: Any) -> Callable[[FakeProvider], None]:
    def change(there: FakeProvider) -> None:
        there.broken[path] = (status, said)

    return change


def _other_person_elsewhere(there: FakeProvider) -> None:
    there.claims.pop("groups")
    there.userinfo |= {"sub": "person-2", "groups": ["desk"]}


HOSTILE: dict[str, Callable[[FakeProvider], None]] = {
    "another nonce": _claims(nonce="of another sign-in"),
    "no nonce": _claims(nonce=None),
    "another audience": _claims(aud="another-client"),
    "several audiences, and no word which it is for": _claims(aud=[CLIENT, "another-client"]),
    "made for another of several": _claims(aud=[CLIENT, "another-client"], azp="another-client"),
    "an audience that is no text": _claims(aud={"a": CLIENT}),
    "another issuer": _claims(iss="https://evil.example"),
    "the issuer with a slash": lambda there: setattr(there, "token", lambda c: c.update(iss=c["iss"] + "/")),
    "no subject": _claims(sub=None),
    "an empty subject": _claims(sub=""),
    "a subject that is a number": _claims(sub=7),
    "a subject of many characters": _claims(sub="x" * 300),
    "no end": _claims(exp=None),
    "an end that is a text": _claims(exp="tomorrow"),
    "expired": _expired,
    "from the future": _from_the_future,
    "a hash of another access token": _claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "signed by another key": _other_key,
    "signed by none": _none,
    "signed by the public key as a secret": _by_public_key,
    "signed by the client's secret": _by_secret,
    "with its own key in it": _key_in_the_token,
    "a symmetric key among the public ones": _symmetric_key,
    "a weak key": _weak_key,
    "no ID token": _answers("/token", 200, {"access_token": "opaque"}),
    "an ID token that is a number": _answers("/token", 200, {"id_token": 7}),
    "an ID token of one part": _answers("/token", 200, {"id_token": "abc"}),
    "an ID token of a megabyte": _answers("/token", 200, {"id_token": "a" * 200_000}),
    "a list in place of tokens": _answers("/token", 200, []),
    "nested without end": _answers("/token", 200, b"[" * 100_000),
    "no tokens at all": _answers("/token", 400, {"error": "invalid_grant", "error_description": "<b>no</b>"}),
    "a redirect of the token endpoint": _answers("/token", 302, {"to": "http://127.0.0.1:1/"}),
    "giant keys": _answers("/keys", 200, {"keys": [{"kty": "RSA", "n": "x" * 300_000}]}),
    "many keys": _answers("/keys", 200, {"keys": [{"kty": "RSA"}] * 101}),
    "keys that are none": _answers("/keys", 200, {"keys": [7, None, {"kty": "RSA"}, {"kty": "EC", "crv": "P-9"}]}),
    "what it says of somebody else": _other_person_elsewhere,
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_must_not_be_believed_lets_nobody_in(
    site: Site, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    HOSTILE[what](site.there)
    who = site.visitor()
    with caplog.at_level(logging.INFO):
        answer = site.sign_in(who)
    assert answer.status == 403 and "could not be believed" in answer.text, what
    assert not who.is_in and site.names() == []
    assert 'name="password"' in answer.text, "passwords of ours still work"
    for secret in (SECRET, "code-", "opaque", "eyJ"):
        assert secret not in caplog.text + answer.text
    assert "<b>no</b>" not in answer.text


def test_clocks_may_differ_by_two_minutes(site: Site) -> None:
    moment = int(NOON.timestamp())
    site.there.token = lambda claims: claims.update(exp=moment - 100, iat=moment + 100)
    assert IN in site.sign_in(site.visitor()).text


def test_answers_that_name_another_provider_or_none_are_refused(site: Site) -> None:
    for iss in ("https://evil.example", ""):
        assert site.sign_in(site.visitor(), iss=iss).status == 403
    site.there.described = lambda said: said.pop("authorization_response_iss_parameter_supported")
    site.change(name="Another name")  # a changed section makes the description be read anew
    assert site.sign_in(site.visitor(), iss="").status == 200


def test_a_sign_in_works_once_in_the_browser_that_began_it(site: Site) -> None:
    who, other = site.visitor(), site.visitor()
    back = site.there.authorize(site.begin(who).headers["Location"])
    assert site.come(other, back).status == 403, "somebody else's link signs nobody in"
    site.begin(other)
    assert site.come(other, back).status == 403, "nor in place of another attempt"
    kept = who.cookies["aw_attempt"]
    assert site.come(who, back).status == 200 and who.is_in
    thief = site.visitor()
    thief.cookies["aw_attempt"] = kept
    assert site.come(thief, back).status == 403, "nor twice, though this provider redeems codes twice"


@pytest.mark.parametrize("state", ["", "wrong", "ü", "a&state=b"])
def test_a_swapped_state_is_refused(site: Site, state: str) -> None:
    who = site.visitor()
    back = urlsplit(site.there.authorize(site.begin(who).headers["Location"]))
    said = {k: v[0] for k, v in parse_qs(back.query).items()}
    query = urlencode({**said, "state": state}).replace("%26state%3Db", f"&state={said['state']}")
    assert who.ask(f"{back.path}?{query}").status == 403 and not who.is_in


def test_an_old_attempt_and_a_forged_one_are_refused(site: Site) -> None:
    who = site.visitor()
    back = site.there.authorize(site.begin(who).headers["Location"])
    site.clock.now = NOON + timedelta(minutes=16)
    assert site.come(who, back).status == 403
    site.begin(who)
    who.cookies["aw_attempt"].set("aw_attempt", "x" * 100, "x" * 100)
    assert site.come(who, back).status == 403


def test_a_provider_that_refuses_is_not_quoted(site: Site) -> None:
    answer = site.sign_in(site.visitor(), code="", error="access_denied", error_description="Call 0800-EVIL")
    assert answer.status == 403 and "Example Org did not sign you in" in answer.text
    assert "EVIL" not in answer.text


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example", "/console/../..//evil.example", "/console/\\evil", "javascript:1", "/console/?x=\r\nA: b"]
)  # fmt: skip
def test_nobody_is_sent_elsewhere_afterwards(site: Site, after: str) -> None:
    text = site.sign_in(site.visitor(), after).text
    assert 'content="0; url=/console/"' in text


def test_a_long_page_to_go_to_keeps_nobody_from_signing_in(site: Site) -> None:
    who = site.visitor()
    text = site.sign_in(who, "/console/?q=" + "ป" * 500).text
    assert 'content="0; url=/console/"' in text and who.is_in


def test_the_way_back_is_the_public_address_whatever_name_was_asked_for(site: Site) -> None:
    port = urlsplit(site.url).port
    sent = site.visitor().ask("/console/sign-in/organisation?next=/console/topics", Host=f"localhost:{port}")
    assert (
        sent.headers["Location"] == f"{site.url}/console/sign-in/organisation?here=1&next=%2Fconsole%2Ftopics"
    )
    asked = parse_qs(urlsplit(site.begin(site.visitor()).headers["Location"]).query)
    assert asked["redirect_uri"] == [f"{site.url}/console/sign-in/organisation/back"]
    assert asked["code_challenge_method"] == ["S256"] and "openid" in asked["scope"][0]


AWAY: dict[str, Callable[[FakeProvider], None]] = {
    "an error": _answers("/.well-known/openid-configuration", 500, {}),
    "a connection that ends": lambda there: there.broken.update({"/.well-known/openid-configuration": None}),
    "no description": _answers("/.well-known/openid-configuration", 404, {}),
    "no JSON": _answers("/.well-known/openid-configuration", 200, b"<html>"),
    "of somebody else": lambda there: setattr(there, "described", lambda s: s.update(issuer="https://evil.example")),
    "an inner address": lambda there: setattr(there, "described", lambda s: s.update(token_endpoint="http://169.254.169.254/t")),
    "an address with a login": lambda there: setattr(there, "described", lambda s: s.update(jwks_uri="https://a:b@x.example/")),
    "an address that is none": lambda there: setattr(there, "described", lambda s: s.update(jwks_uri="file:///etc/passwd")),
    "no token endpoint": lambda there: setattr(there, "described", lambda s: s.pop("token_endpoint")),
    "only unsafe signatures": lambda there: setattr(there, "described", lambda s: s.update(id_token_signing_alg_values_supported=["none", "HS256"])),
    "no PKCE": lambda there: setattr(there, "described", lambda s: s.update(code_challenge_methods_supported=["plain"])),
    "a giant description": _answers("/.well-known/openid-configuration", 200, b" " * 300_000),
}  # fmt: skip


@pytest.mark.parametrize("how", AWAY)
def test_a_provider_that_is_away_or_describes_itself_wrongly_leaves_passwords(site: Site, how: str) -> None:
    AWAY[how](site.there)
    answer = site.begin(site.visitor())
    assert answer.status == 503 and "cannot be reached now" in answer.text
    assert 'name="password"' in answer.text and answer.headers["Retry-After"]
    before = len(site.there.asked)
    site.begin(site.visitor())
    assert len(site.there.asked) == before, "it is not asked again at once"


def test_a_slow_provider_holds_up_nobody_else(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_module, "TIMEOUT", timedelta(seconds=0.2))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        site.change(issuer=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        answer = site.begin(site.visitor())
    assert answer.status == 503


def test_private_providers_are_asked_only_where_the_configuration_says_so(site: Site) -> None:
    site.change(allow_private=())
    assert site.begin(site.visitor()).status == 503
    assert site.there.asked == []


def test_keys_are_rotated_and_looked_for_once(site: Site) -> None:
    assert site.sign_in(site.visitor()).status == 200
    site.there.key = rsa("two")
    page = site.sign_in(site.visitor())
    assert page.status == 403, "just looked: a stranger's token cannot make us ask again and again"
    asked = site.there.asked.count("/keys")
    assert asked == 1


def test_keys_that_changed_are_fetched_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_module, "KEYS_REST", 0.0)
    assert site.sign_in(site.visitor()).status == 200
    site.there.key = rsa("two")
    assert site.sign_in(site.visitor()).status == 200


def test_roles_may_stand_in_what_is_said_on_request_or_deep_inside(site: Site) -> None:
    site.there.claims.pop("groups")
    site.there.userinfo |= {"groups": ["staff"]}
    assert site.sign_in(site.visitor()).status == 200 and site.names() == [("mei", "reader")]
    site.change(role_claim="realm_access.roles")
    site.there.claims |= {"realm_access": {"roles": ["desk"]}}
    assert site.sign_in(site.visitor()).status == 200 and site.names() == [("mei", "operator")]


@pytest.mark.parametrize(("verified", "status"), [(True, 200), (False, 403), (None, 403), ("true", 403)])
def test_an_address_gives_a_role_only_where_it_was_verified(
    site: Site, verified: object, status: int
) -> None:
    site.change(role_claim="email", roles={"operator": ("mei@example.org",)})
    site.there.claims |= {"email": "mei@example.org", "email_verified": verified}
    assert site.sign_in(site.visitor()).status == status


@pytest.mark.parametrize(
    "groups", ["desk", ["desk"], {"desk": 1}, 7, None, [], [["desk"]], [7, "desk"], "DESK"]
)
def test_groups_of_any_form(site: Site, groups: Any) -> None:
    site.there.claims["groups"] = groups
    fits = groups == "desk" or (isinstance(groups, list) and "desk" in groups)
    assert site.sign_in(site.visitor()).status == (200 if fits else 403)


def logout(site: Site, **changed: Any) -> dict[str, Any]:
    moment = int(site.clock().timestamp())
    claims = {
        "iss": site.there.url, "aud": CLIENT, "iat": moment, "exp": moment + 120, "jti": "1", "events": {LOGOUT: {}}, "sub": "person-1",
        "sid": "s1", **changed,
    }  # fmt: skip
    return {k: v for k, v in claims.items() if v is not None}


def end(site: Site, claims: dict[str, Any]) -> int:
    body = urlencode({"logout_token": site.there.sign(claims)})
    return site.visitor().ask("/console/sign-in/organisation/ended", "POST", body).status


def test_the_provider_ends_sessions_here(site: Site) -> None:
    who, other = site.visitor(), site.visitor()
    site.sign_in(who)
    site.there.claims["sid"] = "s2"
    site.sign_in(other)
    assert end(site, logout(site)) == 200
    assert not who.is_in and other.is_in
    assert ("mei", "signed out") in site.notes()
    told = logout(site, sid=None)
    assert end(site, told) == 200 and not other.is_in
    site.clock.now = NOON + timedelta(minutes=4)
    site.sign_in(other)
    assert end(site, told) == 200 and other.is_in, "the same message, sent again, ends nothing new"


@pytest.mark.parametrize(
    "changed",
    [{"nonce": "n"}, {"events": None}, {"events": {"x": {}}}, {"aud": "other"}, {"aud": 7}, {"iss": "https://evil.example"}, {"sub": None, "sid": None},
     {"iat": None}, {"iat": 0}, {"iat": "x"}, {"exp": 1}, {"sub": 7}, {"events": LOGOUT}],
)  # fmt: skip
def test_messages_that_end_nothing(site: Site, changed: dict[str, Any]) -> None:
    who = site.visitor()
    site.sign_in(who)
    assert end(site, logout(site, **changed)) == 400 and who.is_in
    stranger = site.visitor()
    for body in ("", "logout_token=", "logout_token=a.b.c", f"logout_token={site.there.sign(logout(site))}x"):
        assert stranger.ask("/console/sign-in/organisation/ended", "POST", body).status == 400
    assert who.is_in


def test_signing_out_goes_on_to_the_provider(site: Site) -> None:
    who = site.visitor()
    site.sign_in(who)
    form = who.ask("/console/account").form
    answer = who.ask("/console/sign-out", "POST", urlencode({"form": form}))
    assert answer.status == 200 and f"url={site.there.url}/out?client_id={CLIENT}" in answer.text
    assert "id_token_hint=" in answer.text and not who.is_in
    site.change(end_session=False)
    site.sign_in(who)
    form = who.ask("/console/account").form
    assert who.ask("/console/sign-out", "POST", urlencode({"form": form})).status == 303


def test_the_store_has_no_token_in_the_clear(site: Site) -> None:
    site.sign_in(site.visitor())
    with site.store.read() as connection:
        (row,) = connection.execute(select(console_sessions))
    assert row.id_token and "eyJ" not in row.id_token and row.ends == NOON + timedelta(hours=12)


def test_accounts_of_a_provider_that_is_configured_no_more_stay_out(site: Site) -> None:
    who = site.visitor()
    site.sign_in(who)
    with site.store.write() as connection:
        token = tokens.add(connection, "a script", ["read"], NOON, "mei")
    site.change(issuer="https://other.example")
    assert not who.is_in
    assert who.ask("/api/v1/stories", Authorization=f"Bearer {token}").status == 401


def test_who_gets_the_name_of_somebody_removed_gets_none_of_the_tokens(site: Site) -> None:
    site.sign_in(site.visitor())
    with site.store.write() as connection:
        token = tokens.add(connection, "a script", ["read", "write"], NOON, "mei")
        operators.remove(connection, "mei")
        operators.add(connection, "mei", PASSWORD, "operator", NOON)
        assert organisation_accounts.role_now(connection, "mei", None, NOON) == "operator"
    assert site.visitor().ask("/api/v1/stories", Authorization=f"Bearer {token}").status == 401


def test_without_the_extra_one_line_says_what_to_install(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "authlib.oauth2", None)
    with pytest.raises(AseanwatchError, match=r"needs: pip install 'aseanwatch\[oidc\]'"):
        Pages(site.live, site.store)
