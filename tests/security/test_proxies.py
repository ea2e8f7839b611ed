"""Only our own proxies may name client and scheme; the pages answer only to their own names; the documented proxies do it right."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.datastructures import Headers

from alerts.identity import operators
from alerts.identity.client_address import parse_forwarded
from alerts.operations.live_config import Live
from alerts.web.proxies import believed, networks
from alerts.web.serving import Pages
from crawler.config.settings import Web
from crawler.config.values import check_host_name, check_network
from crawler.store import Store
from crawler.store.schema import audit
from tests.alerts.conftest import certificate
from tests.builders import NOON, new_store, settings
from tests.security.conftest import PASSWORD, configured
from tests.security.nginx import PROGRAM, Nginx
from tests.security.service import running
from tests.security.visitor import Visitor

DEPLOY = Path(__file__).parents[2] / "deploy"
OWN = networks(("127.0.0.1/32", "10.0.0.0/8", "fd00::/8"))
X, STANDARD = "x-forwarded-for", "forwarded"


def told(*pairs: tuple[str, str]) -> Headers:
    return Headers(raw=[(name.encode(), value.encode("latin-1")) for name, value in pairs])


@pytest.mark.parametrize(
    ("peer", "pairs", "client", "scheme"),
    [
        ("203.0.113.9", [(X, "198.51.100.1"), ("x-forwarded-proto", "https")], "203.0.113.9", ""),
        ("127.0.0.1", [], "127.0.0.1", ""),
        ("127.0.0.1", [(X, "198.51.100.1"), ("x-forwarded-proto", "https")], "198.51.100.1", "https"),
        ("127.0.0.1", [(X, "6.6.6.6, 198.51.100.1")], "198.51.100.1", ""),
        ("127.0.0.1", [(X, "6.6.6.6"), (X, "198.51.100.1, 10.1.2.3")], "198.51.100.1", ""),
        ("127.0.0.1", [(X, "10.9.9.9, 10.1.2.3")], "10.9.9.9", ""),
        ("127.0.0.1", [(X, "198.51.100.1, 6.6.6.6, 10.1.2.3")], "6.6.6.6", ""),
        ("127.0.0.1", [(X, "127.0.0.1, 198.51.100.1")], "198.51.100.1", ""),
        ("127.0.0.1", [(X, "198.51.100.1:51234")], "198.51.100.1", ""),
        ("127.0.0.1", [(X, "[2001:db8::7]:443")], "2001:db8::7", ""),
        ("::ffff:127.0.0.1", [(X, "2001:db8::7")], "2001:db8::7", ""),
        ("fd00::1", [(X, "::ffff:198.51.100.1")], "198.51.100.1", ""),
        ("127.0.0.1", [(X, "198.51.100.1, nonsense")], "127.0.0.1", ""),
        ("127.0.0.1", [(X, "198.51.100.1, nonsense, 10.1.2.3")], "10.1.2.3", ""),
        ("127.0.0.1", [(X, "198.51.100.1,")], "127.0.0.1", ""),
        ("127.0.0.1", [(X, "")], "127.0.0.1", ""),
        ("127.0.0.1", [(X, "unknown")], "127.0.0.1", ""),
        ("127.0.0.1", [(X, "1.2.3.4.5")], "127.0.0.1", ""),
        ("127.0.0.1", [(X, "' OR 1=1")], "127.0.0.1", ""),
        ("127.0.0.1", [(X, "198.51.100.1"), ("x-forwarded-proto", "http, https")], "198.51.100.1", "https"),
        ("127.0.0.1", [(X, "198.51.100.1"), ("x-forwarded-proto", "javascript")], "198.51.100.1", ""),
        ("127.0.0.1", [(X, "198.51.100.1"), ("x-forwarded-proto", "HTTPS")], "198.51.100.1", "https"),
        ("127.0.0.1", [(STANDARD, "for=198.51.100.1;proto=https")], "198.51.100.1", "https"),
        ("127.0.0.1", [(STANDARD, 'for=6.6.6.6, For="[2001:db8::7]:4711";proto=http')], "2001:db8::7", "http"),
        ("127.0.0.1", [(STANDARD, "for=_hidden;proto=https")], "127.0.0.1", "https"),
        ("127.0.0.1", [(STANDARD, "for=198.51.100.1"), (X, "6.6.6.6")], "127.0.0.1", ""),
        ("127.0.0.1", [("x-real-ip", "6.6.6.6"), ("x-client-ip", "6.6.6.6"), ("true-client-ip", "6.6.6.6")], "127.0.0.1", ""),
        ("", [(X, "6.6.6.6")], "", ""),
        ("unix", [(X, "6.6.6.6")], "unix", ""),
    ],
)  # fmt: skip
def test_the_nearest_that_is_none_of_ours_is_the_client(
    peer: str, pairs: list[tuple[str, str]], client: str, scheme: str
) -> None:
    assert believed(peer, told(*pairs), OWN) == (client, scheme)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "127.1",
        "0x7f.1",
        "1.2.3.4/8",
        "[::1",
        "::1]",
        "[]",
        "1.2.3.4:",
        "１.2.3.4",
        "\x00",
        "a" * 9999,
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_forwarded(text) is None


def test_only_names_and_networks_are_configured() -> None:
    assert (
        check_network("10.0.0.0/8") == "10.0.0.0/8"
        and check_network("::1") == "::1/128"
        and check_host_name("Watch.example.org") == "watch.example.org"
    )
    for wrong in ("0.0.0.0/0", "::/0", "10.0.0.1/8", "localhost", "*", ""):
        with pytest.raises(ValueError, match=r"allowed|everybody"):
            check_network(wrong)
    for wrong in (
        "https://watch.example.org",
        "watch.example.org:443",
        "*.example.org",
        "",
        "a b",
        "-a",
        "a..b",
    ):
        with pytest.raises(ValueError, match="allowed"):
            check_host_name(wrong)


@contextmanager
def pages(store: Store, public_url: str | None = None, **web: object) -> Iterator[str]:
    """Pages of a configuration; gives their address."""
    own = settings(public_url=public_url)
    made = Pages(Live(None, own.model_copy(update={"web": Web.model_validate({"port": 0, **web})})), store)
    made.start()
    try:
        yield made.url
    finally:
        made.stop()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """With one operator, ana."""
    made = new_store(tmp_path)
    with made.write() as connection:
        operators.add(connection, "ana", PASSWORD, "operator", NOON)
    return made


def sources(store: Store) -> list[str]:
    """Where those came from who signed in."""
    with store.read() as connection:
        return list(
            connection.scalars(
                select(audit.c.target).where(audit.c.action == "signed in").order_by(audit.c.id)
            )
        )


@pytest.mark.parametrize(
    "variables", [{}, {"FORWARDED_ALLOW_IPS": "*", "WEB_CONCURRENCY": "many"}], ids=["plain", "environment"]
)
def test_a_proxy_that_nobody_configured_is_not_believed(
    store: Store, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pages(store) as url:
        ana = Visitor(
            url,
            {
                "X-Forwarded-For": "198.51.100.1",
                "X-Forwarded-Proto": "https",
                "Forwarded": "for=6.6.6.6;proto=https",
            },
        )
        assert ana.sign_in("ana", PASSWORD).status == 303
        assert set(ana.cookies) >= {"aw_session"} and not any(c["secure"] for c in ana.cookies.values())
        assert ana.ask("/console/").headers["Strict-Transport-Security"] is None
    assert sources(store) == ["127.0.0.1"]


def test_a_configured_one_is_believed_and_cookies_are_safe(store: Store) -> None:
    with pages(store, proxies=["127.0.0.1"]) as url:
        ana = Visitor(url, {"X-Forwarded-For": "6.6.6.6, 198.51.100.1", "X-Forwarded-Proto": "https"})
        assert ana.sign_in("ana", PASSWORD).status == 303 and ana.is_in
        secrets = {n: c for n, c in ana.cookies.items() if n.startswith("__Host-")}
        assert set(secrets) == {"__Host-aw_session", "__Host-aw_form", "__Host-aw_device"}
        for cookie in secrets.values():
            assert cookie["secure"] and cookie["httponly"] and cookie["path"] == "/" and not cookie["domain"]
        for cookie in ana.cookies.values():
            assert cookie["secure"] and cookie["httponly"] and cookie["samesite"].lower() == "strict"
        assert ana.ask("/console/").headers["Strict-Transport-Security"]
        plain = Visitor(url, ana.headers, {"aw_session": ana.cookies["__Host-aw_session"]})
        assert not plain.is_in, "a neighbouring name could have set that cookie"
    assert sources(store) == ["198.51.100.1"]


def test_the_public_address_says_https_where_no_proxy_does(store: Store) -> None:
    with pages(store, "https://watch.example.org") as url:
        ana = Visitor(url, {"Host": "watch.example.org"})
        assert ana.sign_in("ana", PASSWORD).status == 303
        assert all(c["secure"] for c in ana.cookies.values()) and "__Host-aw_session" in ana.cookies
        here = Visitor(url)
        assert here.sign_in("ana", PASSWORD).status == 303 and here.is_in, (
            "who comes by the loopback has no TLS"
        )


ANSWERED = [
    "watch.example.org",
    "WATCH.example.org:443",
    "watch.example.org.",
    "localhost:9",
    "127.0.0.1",
    "[::1]:8080",
    "192.0.2.1",
    "news.lan",
]
REFUSED = [
    "attacker.example", "watch.example.org.attacker.example", "localhost.attacker.example", "127.0.0.1.attacker.example", "",
    "watch.example.org@attacker.example", "attacker.example#localhost", "attacker.example/", "localhost attacker.example", "lan",
    "xn--wtch-5na.example.org", "127.0.0.1:80:80", "[::1", "[attacker.example]",
]  # fmt: skip


def test_only_their_own_names_are_answered(store: Store) -> None:
    with pages(store, "https://watch.example.org", names=["news.lan"]) as url:
        for host in ANSWERED:
            assert Visitor(url, {"Host": host}).ask("/console/sign-in").status == 200, host
        for host in REFUSED:
            for path in ("/console/sign-in", "/", "/api/v1/stories", "/feeds/topics/x.atom"):
                assert Visitor(url, {"Host": host}).ask(path).status in (400, 421), host
        assert Visitor(url, {"Host": "attacker.example"}).ask("/healthz").status == 200, (
            "monitoring asks by any name"
        )
        assert Visitor(url, {"Host": "attacker.example"}).ask("/metrics").status == 401
        assert (
            Visitor(url, {"Host": "attacker.example", "X-Forwarded-Host": "localhost"})
            .ask("/console/")
            .status
            == 421
        )


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A service as the documentation sets it up: with a public address, an operator and its proxies; gives its port."""
    folder = configured(
        tmp_path_factory.mktemp("behind"),
        delivery={"from": "w@example.org", "public_url": "https://watch.example.org"},
        web={"port": 0, "proxies": ["127.0.0.1"]},
    )
    with running(folder) as service:
        yield service.port


def check_documented(url: str, trust: ssl.SSLContext) -> None:
    """What a documented proxy must do: tell who asks and by what, and believe nobody that says it was somebody else."""
    made_up = {
        "X-Forwarded-For": "6.6.6.6",
        "Forwarded": "for=6.6.6.6",
        "X-Forwarded-Proto": "http",
        "X-Real-IP": "6.6.6.6",
    }
    ana = Visitor(
        url, {"Host": "watch.example.org", "Origin": "https://watch.example.org", **made_up}, trust=trust
    )
    assert ana.ask("/console/").status == 303
    assert ana.sign_in("owner", PASSWORD).status == 303 and ana.is_in
    assert ana.cookies["__Host-aw_session"]["secure"]
    assert ana.ask("/console/").headers["Strict-Transport-Security"]
    assert "6.6.6.6" not in ana.ask("/console/health").text


def test_the_documented_nginx_is_right(behind: int, tmp_path: Path) -> None:
    if PROGRAM is None:
        pytest.skip("needs nginx; make test installs Debian's")
    made = certificate(tmp_path, "127.0.0.1")
    text = (DEPLOY / "nginx" / "aseanwatch.conf").read_text(encoding="utf-8")
    text = text.partition("\nserver {\n    listen 80;")[0].replace("    listen [::]:443 ssl;\n", "")
    text = text.replace("listen 443 ssl", "listen 127.0.0.1:PORT ssl").replace(
        "127.0.0.1:8080", "127.0.0.1:UPSTREAM"
    )
    text = text.replace("/etc/ssl/certs/watch.example.org.pem", str(made.file))
    text = text.replace("/etc/ssl/private/watch.example.org.key", str(made.file.with_suffix(".key")))
    inside = (
        text.replace("{", "{{").replace("}", "}}").replace("PORT", "{port}").replace("UPSTREAM", "{upstream}")
    )
    with Nginx(tmp_path / "nginx", behind, inside) as front:
        check_documented(front.url.replace("http:", "https:"), trusting(made.file))


def test_the_documented_nginx_is_whole(tmp_path: Path) -> None:
    if PROGRAM is None:
        pytest.skip("needs nginx; make test installs Debian's")
    made = certificate(tmp_path, "127.0.0.1")
    text = (DEPLOY / "nginx" / "aseanwatch.conf").read_text(encoding="utf-8")
    text = text.replace("/etc/ssl/certs/watch.example.org.pem", str(made.file))
    text = text.replace("/etc/ssl/private/watch.example.org.key", str(made.file.with_suffix(".key")))
    # It binds what it is to listen on even where it only checks, which needs rights that tests do not have.
    text = re.sub(r"\n    listen \[::\]:.*", "", text)
    text = re.sub(r"listen (443|80)\b", rf"listen unix:{tmp_path}/\1.sock", text)
    file = tmp_path / "nginx.conf"
    file.write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n{text}\n}}\n"
    )
    done = subprocess.run([PROGRAM, "-t", "-c", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_documented_caddy_is_right(behind: int, tmp_path: Path) -> None:
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("needs Caddy: apt-get install caddy")
    made = certificate(tmp_path, "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    lint = [program, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "caddy" / "Caddyfile")]
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(lint, capture_output=True, text=True, check=False, env=home)
    assert done.returncode == 0, done.stderr
    own = f":{port} {{\n\tbind 127.0.0.1\n\ttls {made.file} {made.file.with_suffix('.key')}\n"
    with ExitStack() as stack:
        text = text.replace("watch.example.org {\n", own, 1).replace("127.0.0.1:8080", f"127.0.0.1:{behind}")
        file = tmp_path / "Caddyfile"
        file.write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{text}", encoding="utf-8")
        command = [program, "run", "--adapter", "caddyfile", "--config", str(file)]
        with (tmp_path / "caddy.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=home)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        while not listens(port):
            assert process.poll() is None, (tmp_path / "caddy.log").read_text()
        check_documented(f"https://127.0.0.1:{port}", trusting(made.file))


def listens(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), 1)):
            return True
    except OSError:
        return False


def trusting(file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(file))
