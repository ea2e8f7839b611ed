"""The delivery commands on the real command line: sent messages are shown byte for byte, failures are listed and retried."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.conftest import Inboxes, Serve, serve
from tests.conftest import run
from tests.contract.conftest import Crawled

__all__ = ["serve"]


SUBSCRIPTIONS = [
    {"name": "desk", "to": ["desk@example.org", "chief@example.org"], "when": "instant", "topics": ["demonstration_base"]},
    {"name": "later", "to": ["late@example.org"], "when": "weekly mon 07:00"},
]  # fmt: skip


@pytest.fixture
def desk(crawled_in: Crawled, tmp_path: Path, serve: Serve) -> tuple[Path, Inboxes]:
    """A folder in which news waits to be sent, and the mail server."""
    inboxes = serve()
    delivery = {
        "from": "ASEAN Watch <watch@example.org>",
        "public_url": "https://watch.example.org",
        "smtp": {"host": "127.0.0.1", "port": inboxes.port, "timeout": "20s"},
    }
    return crawled_in(tmp_path, subscriptions=SUBSCRIPTIONS, delivery=delivery), inboxes


def rows(folder: Path, *what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(*what, "--json", cwd=folder).json
    return found


def test_what_was_sent_is_rebuilt_byte_for_byte(desk: tuple[Path, Inboxes]) -> None:
    folder, inboxes = desk
    assert run("alerts", "dispatch", cwd=folder).status == 0
    (digest,) = rows(folder, "digests", "list", "--subscription", "desk")
    assert "(Shenzhen +3)" in digest["subject"]
    for raw, (to, _) in zip(inboxes.raw, inboxes.mails, strict=True):
        done = run("digests", "rebuild", str(digest["id"]), "--to", to, "--output", "again.eml", cwd=folder)
        assert done.status == 0, done.err
        assert (folder / "again.eml").read_bytes() == raw
    other = run("digests", "rebuild", str(digest["id"]), "--to", "stranger@example.org", cwd=folder)
    assert (other.status, "was not for stranger@example.org" in other.err) == (2, True)
    assert "there is no digest 99" in run("digests", "rebuild", "99", cwd=folder).err


def test_failures_are_seen_retried_and_dropped(desk: tuple[Path, Inboxes]) -> None:
    folder, inboxes = desk
    inboxes.refuse = {"desk@example.org": "550 5.1.1 no such user", "chief@example.org": "550 5.7.1 policy"}
    assert run("alerts", "dispatch", cwd=folder).status == 1
    failed = rows(folder, "deliveries", "list", "--status", "failed")
    assert {r["failure"] for r in failed} == {"unknown address", "rejected"}
    numbers = {r["recipient"]: str(r["id"]) for r in failed}
    shown = run("deliveries", "show", numbers["desk@example.org"], cwd=folder).out
    assert "550 5.1.1 no such user" in shown
    assert [r["address"] for r in rows(folder, "suppressions", "list")] == ["desk@example.org"]
    assert run("suppressions", "remove", "desk@example.org", cwd=folder).status == 0
    assert run("deliveries", "drop", numbers["chief@example.org"], cwd=folder).status == 0
    inboxes.refuse = {}
    assert "1 pending again" in run("deliveries", "retry", cwd=folder).out
    assert run("alerts", "dispatch", cwd=folder).status == 0
    assert inboxes.recipients == ["desk@example.org"]
    assert run("deliveries", "drop", numbers["desk@example.org"], cwd=folder).status == 2
    assert run("deliveries", "list", "--status", "odd", cwd=folder).status == 2
    assert "1 sent, 1 dropped" in run("deliveries", "list", cwd=folder).out


def test_a_preview_and_a_test_show_what_comes_and_take_nothing_away(desk: tuple[Path, Inboxes]) -> None:
    folder, inboxes = desk
    assert run("subscriptions", "preview", "later", "--output", "out", cwd=folder).status == 0
    mail = message_from_bytes((folder / "out" / "later.eml").read_bytes(), policy=policy.default)
    assert mail["To"] == "late@example.org"
    assert (folder / "out" / "later.html").read_text().startswith("<!DOCTYPE html>")
    assert "Kuala Lumpur" in (folder / "out" / "later.txt").read_text()
    for to in ("late@example.org", "me@example.org"):
        assert (
            run(
                "subscriptions", "test", "later", *(["--to", to] if to.startswith("me") else []), cwd=folder
            ).status
            == 0
        )
    assert [(to, m["Subject"].startswith("[Test] ")) for to, m in inboxes.mails if "desk" not in m["List-Id"]] == [
        ("late@example.org", True), ("me@example.org", True),
    ]  # fmt: skip
    assert "This is a test." in inboxes.mails[-1][1].get_body(("html",)).get_content()
    assert run("subscriptions", "preview", "later", "--output", "again", cwd=folder).status == 0
    assert (folder / "again" / "later.txt").read_text().count("*") == (
        folder / "out" / "later.txt"
    ).read_text().count("*")
    assert "there is no subscription nobody" in run("subscriptions", "test", "nobody", cwd=folder).err


def test_a_bounce_can_be_read_by_hand(desk: tuple[Path, Inboxes]) -> None:
    folder, _ = desk
    assert run("alerts", "dispatch", cwd=folder).status == 0
    from tests.alerts.incoming.test_bounces import arrive, notification

    sent = {r["recipient"]: r["message_id"] for r in rows(folder, "deliveries", "list")}
    arrive(folder / "bounced", notification("chief@example.org", sent["chief@example.org"]))
    assert "Bounces: 1," in run("bounces", "read", "bounced", cwd=folder).out
    assert [r["code"] for r in rows(folder, "bounces", "list")] == ["5.1.1"]
    assert run("bounces", "read", cwd=folder).status == 2
    assert run("suppressions", "add", "new@example.org", "--note", "asked by phone", cwd=folder).status == 0
    assert {r["address"] for r in rows(folder, "suppressions", "list")} == {
        "chief@example.org",
        "new@example.org",
    }
