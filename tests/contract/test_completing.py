"""Names that a shell completes are read out of a configuration however it is written, and nothing in it makes a shell fail."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.commands import completing
from crawler.config import load
from crawler.runtime.packaged_config import packaged

WRITTEN = """\ufeff# by hand
sources:
# - {name: commented, url: x}
- url: "https://x"
  name: "quoted one"
- {url: "https://y", name: flow-late, select: {item: a, title: name}}
-
  name: dashed   # why
  lang: en
- {name: 'single', url: z}
- name: 新华
subscriptions:
  - name: desk
    to: [x]
topics:
    "my topic":
        title: {en: name}
    other: {query: x}
storage: {url: x}
"""


def context(file: Path | None = None) -> Any:
    """What a function that completes is given: options after the command, and before it."""
    return SimpleNamespace(
        params={}, parent=SimpleNamespace(params={"config": file and str(file)}, parent=None)
    )


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASEANWATCH_CONFIG", raising=False)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_names_however_they_are_written(newline: str, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_bytes(WRITTEN.replace("\n", newline).encode())
    asked = context(file)
    assert completing.sources(asked, [], "") == ["dashed", "flow-late", "quoted one", "single", "新华"]
    assert completing.sources(asked, [], "fl") == ["flow-late"]
    assert completing.topics(asked, [], "") == ["my topic", "other"]
    assert completing.subscriptions(asked, [], "") == ["desk"]


def test_the_packaged_names_are_all_found() -> None:
    wanted = load(packaged())
    assert completing.sources(context(), [], "") == sorted(s.name for s in wanted.sources)
    assert completing.topics(context(), [], "") == sorted(wanted.topics)
    assert completing.subscriptions(context(), [], "") == sorted(s.name for s in wanted.subscriptions)


def test_a_configuration_that_extends_has_the_packaged_names_too(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("extends: packaged\nsources:\n  - {name: mine, url: x}\n")
    found = completing.sources(context(), [], "")
    assert "mine" in found and "topik-id" in found


def test_the_variable_names_it_where_no_option_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(f"sources:\n- name: of-{name}\n")
    monkeypatch.setenv("ASEANWATCH_CONFIG", "one.yaml")
    assert completing.sources(context(), [], "") == ["of-one"]
    assert completing.sources(context(tmp_path / "two.yaml"), [], "") == ["of-two"]


def test_what_completes_which_parameter() -> None:
    assert completing.completion_of("crawl", "source", is_option=True) is completing.sources
    assert completing.completion_of("sources pause", "name", is_option=False) is completing.sources
    assert completing.completion_of("subscriptions add", "name", is_option=False) is None, "a new name"
    assert completing.completion_of("db copy", "source", is_option=False) is None, "the address of a store"


@settings(max_examples=60)
@given(
    st.binary(max_size=200)
    | st.text(alphabet="sources:topicname -{}\"',#\n\r\t", max_size=200).map(str.encode)
)
def test_no_file_makes_it_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(content)
    for complete in (completing.sources, completing.topics, completing.subscriptions):
        assert all(isinstance(name, str) for name in complete(context(file), [], ""))
