"""``aseanwatch mcp``: the protocol over standard input and output, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from crawler.model import AseanwatchError
from tests.alerts.web.assistants.desk import asked, filled
from tests.conftest import environment, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stdio")
    filled(made).close()
    # A warning at the start has to stay out of what the protocol is written to.
    text = "extends: packaged\nstorage: {url: 'sqlite:///store.db'}\nlogs: {level: debug}\n"
    (made / "config.yaml").write_text(text + "terms: {unused_words: {en: [a word that nothing uses]}}\n")
    return made


SERVED = '{ "$0" -m alerts mcp --topic demonstration_base; echo $? > status; } 2> errors | tee written'


def test_an_assistant_reads_and_nothing_but_the_protocol_is_written(folder: Path) -> None:
    async def talk() -> None:
        server = StdioServerParameters(
            command="/bin/sh", args=["-c", SERVED, sys.executable], cwd=folder, env=environment()
        )
        async with Client(stdio_client(server)) as client:
            both = await asyncio.gather(
                asked(client, "search_stories", query="training base"), asked(client, "list_bases")
            )
            assert [len(b.found[n]) for b, n in zip(both, ("stories", "bases"), strict=True)] == [2, 1]
            assert (await asked(client, "search_stories", query="rice")).found["stories"] == []
            assert (await asked(client, "read_story", story=4711)).is_error

    asyncio.run(talk())
    lines = (folder / "written").read_text().splitlines()
    assert len(lines) >= 5
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in lines)
    assert (folder / "status").read_text() == "0\n"
    assert "unused_words" in (folder / "errors").read_text()


def test_what_cannot_be_served_is_said_before(folder: Path, tmp_path: Path) -> None:
    wrong = run("mcp", "--topic", "demonstration_bases", cwd=folder)
    assert wrong.status == 2
    assert "did you mean demonstration_base?" in wrong.err
    assert wrong.out == ""
    missing = run("mcp", cwd=tmp_path)
    assert missing.status == 2
    scope = run("tokens", "add", "x", "--scope", "topic:demonstration_bases", cwd=folder)
    assert scope.status == 2
    assert "did you mean demonstration_base?" in scope.err
    assert run("tokens", "add", "x", "--scope", "topic:demonstration_base", cwd=folder).status == 0
    assert "no scope" in run("tokens", "add", "x", "--scope", "topics", cwd=folder).err


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from alerts.commands.assistants import mcp_command

    monkeypatch.delitem(sys.modules, "alerts.web.assistants.server", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    with pytest.raises(AseanwatchError, match=r"assistants need: pip install 'aseanwatch\[mcp\]'"):
        mcp_command()


@pytest.mark.long
def test_the_pages_load_the_protocol_only_for_an_assistant() -> None:
    code = "import sys, alerts.web.app; sys.exit('mcp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment(), check=False).returncode == 0
