"""Who may sign in, what may be changed, and what hostile news cannot do."""

from __future__ import annotations

from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from sqlalchemy import select

from alerts.identity import operators, tokens
from alerts.identity.keys import SecretBox, signing_keys
from alerts.operations.live_config import Live
from alerts.web.serving import Pages
from crawler.config import load
from crawler.model import AseanwatchError
from crawler.store.schema import audit, console_sessions
from crawler.store.schema import operators as people
from tests.builders import keep
from tests.conftest import run
from tests.console.conftest import AFTER, Console, served
from tests.sessions import BY_SESSION

PASSWORD = "correct horse battery"


def set_up(console: Console, name: str = "ana", role: str = "operator") -> None:
    with console.store.write() as connection:
        operators.add(connection, name, PASSWORD, role, AFTER)


def sign_in(
    page: Page, console: Console, name: str = "ana", password: str = PASSWORD, code: str = ""
) -> None:
    page.goto(f"{console.url}/console/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Code of your authenticator").fill(code)
    page.get_by_role("button", name="Sign in").click()


def ask(
    console: Console, path: str, *, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection("127.0.0.1", console.port, timeout=20)
    sent = {"Host": f"127.0.0.1:{console.port}", **BY_SESSION} | {
        k.replace("_", "-"): v for k, v in headers.items()
    }
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    found: dict[str, str] = {}
    for name, value in answer.getheaders():
        found[name.lower()] = f"{found[name.lower()]}\n{value}" if name.lower() in found else value
    return answer.status, found, text


def test_signing_in_and_out_by_keyboard(page: Page, console: Console) -> None:
    set_up(console)
    page.goto(f"{console.url}/console/topics")
    expect(page).to_have_url(f"{console.url}/console/sign-in?next=/console/topics")
    page.keyboard.type("ana")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{console.url}/console/topics")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{console.url}/console/topics")
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_second_factor_is_asked_for_and_each_code_works_once(page: Page, console: Console) -> None:
    set_up(console)
    sealed = SecretBox(signing_keys(load(console.config), console.store))
    with console.store.write() as connection:
        address = operators.enable_second_factor(connection, "ana", sealed)
        stored = connection.scalar(select(people.c.totp))
    secret = pyotp.parse_uri(address or "").secret
    assert secret not in stored
    code = pyotp.TOTP(secret).at(AFTER)
    sign_in(page, console, code="000000" if code != "000000" else "000001")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    sign_in(page, console, code=code)
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, console, code=code)
    expect(page.get_by_role("alert")).to_contain_text("wrong")


def test_passwords_sessions_and_tokens_are_not_in_the_store(page: Page, console: Console) -> None:
    set_up(console)
    sign_in(page, console)
    cookie = next(c for c in page.context.cookies() if c["name"] == "aw_session")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    with console.store.write() as connection:
        token = tokens.add(connection, "a program", ["read"], AFTER)
    database = b"".join(
        p.read_bytes()
        for p in console.config.parent.glob("aseanwatch.db*")
        if "key" not in p.name and "lock" not in p.name
    )
    for secret in (PASSWORD, cookie["value"], token):
        assert secret.encode() not in database
    assert b"$argon2id$" in database


def test_sessions_can_be_ended_and_end_of_themselves(console: Console) -> None:
    set_up(console)
    with console.store.write() as connection:
        first = operators.begin_session(connection, "ana", "one", AFTER)
        second = operators.begin_session(connection, "ana", "two", AFTER)
        assert operators.find_session(connection, first, AFTER + timedelta(hours=11)) is not None
        assert operators.find_session(connection, first, AFTER + timedelta(hours=13)) is None
        key = operators.token_hash(second)
        operators.end_sessions(connection, "ana", [key])
        assert operators.find_session(connection, second, AFTER) is None
        operators.set_password(connection, "ana", "another long one")
        assert connection.execute(select(console_sessions)).all() == []


def test_attempts_to_sign_in_are_slowed_down_and_written_down(page: Page, console: Console) -> None:
    set_up(console)
    for _ in range(5):
        sign_in(page, console, password="wrong wrong wrong")
    sign_in(page, console)
    expect(page.get_by_role("alert")).to_contain_text("Too many attempts")
    with console.store.read() as connection:
        assert list(connection.scalars(select(audit.c.action))) == ["failed to sign in"] * 5


def test_readers_look_and_change_nothing(page: Page, console: Console) -> None:
    set_up(console, "rana", "reader")
    sign_in(page, console, "rana")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.goto(f"{console.url}/console/topics/demonstration_base")
    assert page.get_by_role("button", name="Apply").count() == 0
    form = page.locator("form[action='/console/language'] input[name=form]").get_attribute("value") or ""
    answer = page.request.post(
        f"{console.url}/console/topics/demonstration_base", form={"form": form, "do": "delete"}
    )
    assert answer.status == 403
    assert page.request.get(f"{console.url}/console/sources/add").status == 403
    assert "example.org" not in page.request.get(f"{console.url}/console/deliveries").text()


def test_it_does_not_listen_elsewhere_without_operators(console: Console) -> None:
    own = load(console.config)
    open_one = own.model_copy(update={"web": own.web.model_copy(update={"host": "0.0.0.0"})})
    with pytest.raises(AseanwatchError, match="aseanwatch operators add"):
        Pages(Live(None, open_one), console.store)
    set_up(console)
    pages = Pages(Live(None, open_one), console.store)
    pages.start()
    pages.stop()


def test_forms_of_other_sites_are_refused(console: Console) -> None:
    body = urlencode({"do": "delete"})
    path = "/console/topics/demonstration_base"
    assert ask(console, path, method="POST", body=body)[0] == 403
    form = ask(console, path)[2].split('name="form" value="')[1].split('"')[0]
    good = urlencode({"do": "preview", "form": form, "query": "$base", "name": "demonstration_base"})
    assert ask(console, path, method="POST", body=good)[0] == 200
    assert ask(console, path, method="POST", body=good, Origin="https://evil.example")[0] == 403
    assert ask(console, path, method="POST", body=good, Origin="null")[0] == 403
    assert ask(console, path, method="POST", body=good, Sec_Fetch_Site="cross-site")[0] == 403
    assert ask(console, path, method="POST", body=good, Cookie="aw_form=" + "x" * 43)[0] == 403
    assert ask(console, path, method="POST", body=urlencode({"do": "preview", "form": "ÿ" * 64}))[0] == 403


def test_headers_are_strict_on_every_answer(console: Console) -> None:
    for path in (
        "/console/",
        "/console/static/keys.js",
        "/console/stories/99999",
        "/console/sign-in",
        "/console/register.csv",
    ):
        _, headers, _ = ask(console, path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


HOSTILE = (
    '<script>document.title="taken"</script>',
    '"><img src=x onerror=document.title="taken">',
    "<svg onload=document.title='taken'>",
    "\u202egnp.exe\u2066 China ASEAN",
    "{{ 7*7 }} {% raw %}",
    "';alert(1)//",
)


def test_hostile_news_is_shown_and_does_nothing(page: Page, three_days: Path, tmp_path: Path) -> None:
    with served(three_days, tmp_path) as console:
        for i, text in enumerate(HOSTILE):
            title = f"China and Laos sign railway agreement {text}"
            keep(console.store, title, f"{title}. " * 3, url=f"javascript:document.title='taken'//{i}", published=AFTER, first_seen=AFTER,
                 outlet=text)  # fmt: skip
        with console.store.read() as connection:
            from crawler.store.overview import StoryFilter
            from crawler.store.overview import page as listed

            rows, _ = listed(connection, StoryFilter(since=AFTER))
        addresses = [
            "/console/",
            "/console/?q=railway",
            "/console/?q=%3Cscript%3E",
            *(f"/console/stories/{r.id}" for r in rows),
        ]
        dialogs: list[str] = []
        page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
        for address in addresses:
            page.goto(console.url + address)
            assert page.title() != "taken"
            assert page.locator("main script, main img, main svg[onload], [onerror], [onload]").count() == 0
            assert page.locator("a[href^='javascript:']").count() == 0
            assert "\u202e" not in page.locator("main").inner_text()
        assert dialogs == []


def test_operators_are_set_up_on_the_command_line(tmp_path: Path) -> None:
    assert run("init", cwd=tmp_path).status == 0
    assert run("operators", "add", "ana", cwd=tmp_path, stdin="short\n").status == 2
    done = run("operators", "add", "ana", cwd=tmp_path, stdin=f"{PASSWORD}\n")
    assert (done.status, done.out) == (0, "ana may sign in as operator\n")
    assert run("operators", "add", "bo", "--role", "king", cwd=tmp_path, stdin=f"{PASSWORD}\n").status == 2
    assert "otpauth://totp/" in run("operators", "totp", "ana", cwd=tmp_path).out
    (row,) = run("operators", "list", "--json", cwd=tmp_path).json
    assert (row["name"], row["role"], row["second_factor"]) == ("ana", "operator", True)
    token = run("tokens", "add", "a program", "--scope", "write", cwd=tmp_path).out.strip()
    assert token.startswith("aw_")
    assert token not in str(run("tokens", "list", "--json", cwd=tmp_path).json)
    assert run("tokens", "remove", "1", cwd=tmp_path).status == 0
    assert run("operators", "remove", "ana", cwd=tmp_path).status == 0
    assert run("operators", "list", "--json", cwd=tmp_path).json == []


def test_a_search_never_fails(shared: Console) -> None:
    for query in (
        '"',
        "*",
        "a OR",
        "NEAR(",
        "-",
        "-x",
        '""" -',
        "(",
        "%",
        "\x00",
        "' OR 1=1 --",
        "中" * 300,
        "^",
        "word:",
        "{x}",
    ):
        assert ask(shared, f"/console/?{urlencode({'q': query})}")[0] == 200


TEXT = st.text(max_size=40) | st.sampled_from(
    ["-1", "0", str(10**30), "1_1", "1-1", "٣", "2025-13-45", "a\x00b", "%s", "{{7*7}}", "../../etc/passwd"]
)
QUERIES = (
    "topic",
    "lang",
    "country",
    "source",
    "base",
    "since",
    "q",
    "after",
    "stage",
    "status",
    "days",
    "told",
)
PATHS = (
    "/console/",
    "/console/register",
    "/console/deliveries",
    "/console/topics/new",
    "/console/sign-in",
    "/console/subscriptions/add",
)


@given(path=st.sampled_from(PATHS), fields=st.dictionaries(st.sampled_from(QUERIES), TEXT, max_size=4))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_makes_the_server_fail(shared: Console, path: str, fields: dict[str, str]) -> None:
    status, _, text = ask(shared, f"{path}?{urlencode(fields, errors='replace')}")
    assert status < 500
    assert "Traceback" not in text


@given(name=TEXT.filter(lambda t: t not in (".", "..")))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_makes_the_server_fail(shared: Console, name: str) -> None:
    from urllib.parse import quote

    for kind in ("stories", "register", "topics", "terms", "sources", "subscriptions", "digests"):
        assert ask(shared, f"/console/{kind}/{quote(name, safe='', errors='replace')}")[0] < 500
