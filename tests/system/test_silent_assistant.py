"""A running service with an assistant that never answers: everyone is told as ever, and the end comes in time."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tests.conftest import run
from tests.newsroom.web import Newsroom
from tests.system.mail import Post
from tests.system.test_service import FEW, TO, configured, end, post, service

__all__ = ["post"]


@pytest.mark.long
def test_a_silent_assistant_keeps_nobody_waiting(tmp_path: Path, room: Newsroom, post: Post) -> None:
    configured(room, tmp_path, post, FEW)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        own = tmp_path / "config.yaml"
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        section = f"assist: {{kind: libretranslate, url: '{address}', fresh: 20000d, languages: [en]}}\n"
        own.write_text(
            re.sub(r"(?m)^extends:", section + "extends:", own.read_text(encoding="utf-8")), encoding="utf-8"
        )
        with service(tmp_path) as process:
            connection, _ = silent.accept()  # it is asked, and gets no answer
            with connection:
                assert post.wait_for(len(TO))
                assert end(process) == 0
    log = (tmp_path / "service.log").read_text()
    assert "Traceback" not in log and "is left to be found again" not in log
    done = run("assist", "status", "--json", cwd=tmp_path)
    assert done.json["waiting"] > 0 and done.json["answers"] in (
        [],
        [{"task": "translate", "outcome": "asked", "count": 16}],
    )
