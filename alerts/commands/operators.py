"""``operators`` and ``tokens``: who may use the console and the API."""

from __future__ import annotations

import sys
from typing import Annotated

import segno
import typer

from alerts.commands.audited import audited
from alerts.identity import operators, sign_in_links, tokens
from alerts.identity.keys import SecretBox, signing_keys
from crawler.commands.context import (
    ConfigOption,
    JsonOption,
    counted,
    open_existing,
    open_or_create,
    out,
    print_rows,
    print_values,
)
from crawler.config import load
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.runtime.near import did_you_mean
from crawler.runtime.starting import take_back

operators_app = typer.Typer(no_args_is_help=True, help="Who may use the console.")
tokens_app = typer.Typer(no_args_is_help=True, help="Tokens for programs that use the API.")
OperatorName = Annotated[str, typer.Argument(help="The name to sign in with.")]


def _password() -> str:
    """Asked for twice at a terminal; else the first line of standard input."""
    if sys.stdin.isatty():
        take_back()  # what asks writes to the terminal itself, past our streams
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


@operators_app.command("list")
def list_operators(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Everybody who may sign in."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = operators.list_operators(connection)
    print_rows(
        "Operators",
        ("name", "role", "provider", "second_factor", "disabled", "sessions", "created"),
        rows,
        as_json=json,
        summary=f"{counted(len(rows), 'person', 'people')} may sign in",
    )


@operators_app.command("add")
def add_operator(
    name: OperatorName,
    role: Annotated[
        str, typer.Option("--role", help="operator (changes things) or reader (looks).")
    ] = "operator",
    config: ConfigOption = None,
) -> None:
    """Set up somebody; the password is asked for, or read from standard input."""
    _, store = open_or_create(config)
    password = _password()
    with audited(store, "operator: add", name, role=role) as connection:
        operators.add(connection, name, password, role, now())
    out.print(f"{name} may sign in as {role}", markup=False)


@operators_app.command("password")
def change_password(name: OperatorName, config: ConfigOption = None) -> None:
    """Give somebody another password; open sessions end."""
    _, store = open_existing(config)
    password = _password()
    with audited(store, "operator: password", name) as connection:
        operators.set_password(connection, name, password)
    out.print(f"{name} has another password", markup=False)


@operators_app.command("totp")
def second_factor(
    name: OperatorName,
    off: Annotated[bool, typer.Option("--off", help="Ask for no code any more.")] = False,
    config: ConfigOption = None,
) -> None:
    """Ask somebody also for the code of an authenticator (TOTP, RFC 6238); shows the picture to scan."""
    settings, store = open_existing(config)
    if off:
        with audited(store, "operator: second factor off", name) as connection:
            operators.disable_second_factor(connection, name)
        out.print(f"{name} signs in with the password alone", markup=False)
        return
    with audited(store, "operator: second factor on", name) as connection:
        address = operators.enable_second_factor(connection, name, SecretBox(signing_keys(settings, store)))
    if sys.stdout.isatty():
        segno.make(address).terminal(compact=True)
    out.print(address, markup=False, soft_wrap=True)


@operators_app.command("link")
def link(config: ConfigOption = None) -> None:
    """Make a link that opens the console once, within eight hours, while nobody is set up; the pages must be served."""
    settings, store = open_or_create(config)
    web = settings.web
    if web.sign_in is not None:
        raise AseanwatchError("web.sign_in is set: the first person signs in with the organisation's account")
    with audited(store, "operator: link", operators.LOCAL) as connection:
        secret = sign_in_links.create(connection, now())
    host = f"[{web.host}]" if ":" in web.host else web.host
    port = web.port or "PORT"  # only the program that serves knows which one it took
    # On one line: a link that is broken at the terminal's width cannot be copied.
    out.print(sign_in_links.url_of(f"http://{host}:{port}", secret), markup=False, soft_wrap=True)


@operators_app.command("provider")
def check_provider(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Ask the organisation's provider who it is, and say what must be entered there."""
    # A tenth of a second that no other command needs.
    from alerts.web.organisation.addresses import BACK, ENDED, SIGN_IN  # noqa: PLC0415
    from alerts.web.organisation.provider import Provider  # noqa: PLC0415

    settings = load(config)
    sign_in, public = settings.web.sign_in, (settings.delivery.public_url or "").rstrip("/")
    if sign_in is None:
        raise AseanwatchError("web.sign_in is not set: people sign in with passwords of this service")
    provider = Provider(sign_in)
    found = provider.description()
    print_values(
        {
            "issuer": sign_in.issuer,
            "redirect URI": public + BACK,
            "post-logout redirect URI": public + SIGN_IN,
            "back-channel logout URI": public + ENDED,
            "signs by": ", ".join(found.algorithms),
            "keys": len(provider.keys()),
            "signs out": "yes" if found.end_session else "no",
            "names itself": "yes" if found.names_itself else "no",
        },
        as_json=json,
    )


@operators_app.command("remove")
def remove_operator(name: OperatorName, config: ConfigOption = None) -> None:
    """Let somebody in no more; open sessions end."""
    _, store = open_existing(config)
    with audited(store, "operator: remove", name) as connection:
        operators.remove(connection, name)
    out.print(f"{name} may sign in no more", markup=False)


@operators_app.command("disable")
def disable_operator(name: OperatorName, config: ConfigOption = None) -> None:
    """Let somebody in no more until further notice, also with the organisation's account; open sessions and tokens end."""
    _, store = open_existing(config)
    with audited(store, "operator: disable", name) as connection:
        operators.disable(connection, name, now())
    out.print(f"{name} is disabled; to undo it: aseanwatch operators enable {name}", markup=False)


@operators_app.command("enable")
def enable_operator(name: OperatorName, config: ConfigOption = None) -> None:
    """Let somebody in again who was disabled."""
    _, store = open_existing(config)
    with audited(store, "operator: enable", name) as connection:
        operators.enable(connection, name)
    out.print(f"{name} may sign in again", markup=False)


@operators_app.command("signout")
def sign_out(name: OperatorName, config: ConfigOption = None) -> None:
    """End all sessions of somebody."""
    _, store = open_existing(config)
    with audited(store, "operator: sign out", name) as connection:
        operators.end_sessions(connection, name)
    out.print(f"{name} is signed out everywhere", markup=False)


@tokens_app.command("list")
def list_tokens(config: ConfigOption = None, json: JsonOption = False) -> None:
    """The tokens, never the secrets."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = tokens.list_tokens(connection)
    print_rows(
        "Tokens",
        ("id", "name", "scopes", "owner", "created", "used"),
        rows,
        as_json=json,
        summary=counted(len(rows), "token", "tokens"),
    )


@tokens_app.command("add")
def add_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="read, or write as well; topic:NAME lets an assistant read one topic."),
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(
            "--for", help="The operator whom it belongs to: it stops when the person may not sign in."
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Make a token; it is shown once."""
    settings, store = open_or_create(config)
    for topic in tokens.topics_of(scope or ["read"]) or ():
        if topic not in settings.topics:
            raise AseanwatchError(f"there is no topic {topic}{did_you_mean(topic, settings.topics)}")
    with audited(store, "token: add", name, scopes=scope or ["read"], owner=owner or "") as connection:
        token = tokens.add(connection, name, scope or ["read"], now(), owner)
    out.print(token, markup=False)


@tokens_app.command("remove")
def remove_token(number: Annotated[int, typer.Argument(help="Its id.")], config: ConfigOption = None) -> None:
    """Make a token worthless."""
    _, store = open_existing(config)
    with audited(store, "token: remove", number) as connection:
        tokens.remove(connection, number)
    out.print(f"token {number} is worthless now", markup=False)
