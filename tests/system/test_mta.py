"""Mail through a real server (Postfix on loopback, with its own configuration) into Maildirs, and bounces back."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from select import select

import pytest

from alerts.incoming.mailbox import MailboxResult, take_in
from alerts.subscriptions.suppression import load_suppressions
from crawler.store import Store
from tests.alerts.delivery_steps import begin, listed, mailing, send, talks
from tests.builders import later, new_store

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    POSTFIX is None or os.geteuid() != 0,
    reason="needs Postfix and root, as its master process does; make test installs Postfix",
)
READERS = [f"reader{n}@example.org" for n in range(8)]
MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
mail_owner = postfix
setgid_group = postdrop
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
myhostname = mx.example.org
mydestination =
local_recipient_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.org
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = texthash:{root}/readers
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_alias_maps =
alias_maps =
alias_database =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = {early}
smtputf8_enable = yes
maillog_file = /dev/stdout
bounce_queue_lifetime = 0
maximal_queue_lifetime = 0
"""


class Server:
    """A running Postfix whose log is read as it is written: its port, and the Maildirs beneath ``mail``."""

    def __init__(self, etc: Path, port: int, mail: Path) -> None:
        assert POSTFIX is not None
        self.port, self.mail, self._etc = port, mail, etc
        self.log: list[str] = []
        self._process = subprocess.Popen(
            [POSTFIX, "-c", str(etc), "start-fg"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
        )
        self.wait_for("daemon started", 1)

    def wait_for(self, words: str, number: int, seconds: float = 60) -> None:
        """Wait until the log has so many lines with these words."""
        assert self._process.stdout is not None
        end = time.monotonic() + seconds
        while sum(words in line for line in self.log) < number:
            ready, _, _ = select([self._process.stdout], [], [], max(0, end - time.monotonic()))
            line = self._process.stdout.readline().decode(errors="replace") if ready else ""
            assert line, f"no {words!r} in: {''.join(self.log[-40:])}"
            self.log.append(line)

    def read(self, box: str) -> list[EmailMessage]:
        """The messages of a reader."""
        found = (
            message_from_bytes(f.read_bytes(), policy=policy.default)
            for f in sorted((self.mail / box / "new").glob("*"))
        )
        return [m for m in found if isinstance(m, EmailMessage)]

    def stop(self) -> None:
        """End it and all that it started."""
        assert POSTFIX is not None
        subprocess.run([POSTFIX, "-c", str(self._etc), "stop"], check=False, capture_output=True, timeout=60)
        self._process.wait(timeout=60)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def start(root: Path, early: str) -> Server:
    """Start Postfix in the foreground with everything of its own beneath a folder."""
    import pwd

    owner = pwd.getpwnam("nobody")
    for name in ("queue", "data", "mail", "etc"):
        (root / name).mkdir(parents=True)
    shutil.chown(root / "data", "postfix")
    os.chown(root / "mail", owner.pw_uid, owner.pw_gid)
    (root / "readers").write_text(
        "".join(f"{reader} {reader.partition('@')[0]}/\n" for reader in (*READERS, "watch@example.org"))
    )
    etc, port = root / "etc", free_port()
    (etc / "main.cf").write_text(MAIN.format(root=root, uid=owner.pw_uid, gid=owner.pw_gid, early=early))
    services = (
        Path("/etc/postfix/master.cf").read_text()
        if Path("/etc/postfix/master.cf").exists()
        else Path("/usr/share/postfix/master.cf.dist").read_text()
    )
    lines = [
        line
        for line in services.splitlines()
        if not line.startswith(("smtp      inet", "pickup", "submission", "smtps"))
    ]
    plain = [
        line.replace("  y  ", "  n  ", 3) if line[:1].strip() and not line.startswith("#") else line
        for line in lines
    ]
    (etc / "master.cf").write_text(
        f"127.0.0.1:{port} inet n - n - - smtpd\npickup unix n - n 60 1 pickup\n" + "\n".join(plain) + "\n"
    )
    return Server(etc, port, root / "mail")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


@pytest.fixture(params=["yes"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = Path(tmp_path_factory.mktemp("postfix"))
    for parent in (root, *root.parents):  # its daemons run as other users
        if parent.stat().st_uid == os.geteuid() and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    running = start(root, request.param)
    yield running
    running.stop()


def test_mail_reaches_the_mailboxes_and_an_unknown_reader_is_suppressed(server: Server, store: Store) -> None:
    own = mailing(server.port, {"to": [*READERS, "nobody@example.org"]}, {"timeout": "30s"})
    begin(store, own)
    talks(store)
    done = send(store, own, minutes=2)
    assert (done.sent, done.given_up) == (len(READERS), 1)
    server.wait_for("delivered to maildir", len(READERS))
    for reader in READERS:
        (mail,) = server.read(reader.partition("@")[0])
        assert mail["To"] == reader
        assert mail["Return-Path"] == "<watch@example.org>"
        assert mail.get_body(("html",)).get_content().startswith("<!DOCTYPE html>")  # type: ignore[union-attr]
    with store.read() as connection:
        assert load_suppressions(connection) == {"nobody@example.org": "unknown address"}


@pytest.mark.parametrize("server", ["no"], indirect=True)
def test_a_bounce_that_comes_later_is_read_from_its_maildir(server: Server, store: Store) -> None:
    own = mailing(server.port, {"to": [READERS[0], "gone@example.org"]}, {"timeout": "30s"})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).sent == 2  # the server takes it in, and finds out later
    server.wait_for("to=<watch@example.org>, relay=virtual", 1)
    assert take_in(store, own, server.mail / "watch", later(hours=1)) == MailboxResult(bounces=1)
    with store.read() as connection:
        assert load_suppressions(connection) == {"gone@example.org": "bounced"}
    talks(store, "Thailand and China agree on rice exports", hours=2)
    assert send(store, own, hours=3).sent == 1
    assert sorted(r["failure"] or "" for r in listed(store)) == ["", "", "", "suppressed"]
