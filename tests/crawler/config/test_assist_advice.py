"""What is said of assistants and depends on the machine: packages that are missing, models that are installed."""

from __future__ import annotations

import json
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest

from crawler.config import assist_advice
from scripts.wrong_configurations import said_of


def said(*lines: str) -> list[tuple[str, str]]:
    fragment = "assist:\n" + "".join(f"  {line}\n" for line in lines)
    return [(problem.key, problem.message) for _, problem in said_of(fragment, {})]


@pytest.mark.parametrize(
    ("kind", "package", "extra"), [("argos", "argostranslate", "argos"), ("openai", "openai", "openai")]
)
def test_a_package_that_is_missing_is_told_with_its_extra(
    kind: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(name: str) -> ModuleSpec | None:
        return None if name == package else find_spec(name)

    monkeypatch.setattr(assist_advice, "find_spec", without)
    own = ["kind: argos"] if kind == "argos" else ["kind: openai", "url: 'http://127.0.0.1:1/v1'", "model: x"]
    ((key, message),) = said(*own)
    assert key == "assist.kind" and f"aseanwatch[{extra}]" in message


def test_models_that_are_missing_are_told_with_their_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path))
    ((key, message),) = said("kind: argos", "languages: [en, vi]")
    assert key == "assist.kind" and "en into vi, zh into en, zh into vi" in message
    assert message.endswith(
        "add them: argospm update; argospm install translate-en_vi; argospm install translate-zh_en"
    )
    for source, target in (("zh", "en"), ("en", "vi")):
        folder = tmp_path / f"translate-{source}_{target}"
        folder.mkdir()
        (folder / "metadata.json").write_text(json.dumps({"from_code": source, "to_code": target}))
    assert said("kind: argos", "languages: [en, vi]") == []
    assert "there are no models into Lao for argos" in said("kind: argos", "languages: [en, lo]")[0][1]


def test_keys_that_argos_does_not_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    also = "also: [{kind: openai, url: 'http://127.0.0.1:1/v1', model: x}]"
    assert [key for key, _ in said("kind: argos", "url: 'http://127.0.0.1:5000'", "model: big", also)] == [
        "assist.url",
        "assist.model",
    ]


def test_another_translator_leaves_nothing_to_say_of_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path))
    also = "also: [{kind: openai, url: 'http://127.0.0.1:1/v1', model: x}]"
    assert said("kind: argos", "languages: [en, lo]", also) == []
    assert said("kind: argos", "languages: [lo]", also.replace("model: x", "model: x, tasks: [brief]")) != []


@pytest.mark.parametrize(
    "lines",
    [
        ["kind: libretranslate", "url: 'http://translate.internal:5000'"],
        ["kind: openai", "url: 'http://10.0.0.7:8000/v1'", "model: x"],
        ["kind: openai", "url: 'http://ollama:11434'", "model: x", "second_reader: agree"],
        ["kind: openai", "url: 'https://llm.newsroom.sg/v1'", "model: x", "budget: {requests: 100}"],
    ],
)
def test_what_is_right_is_not_doubted(lines: list[str]) -> None:
    assert said(*lines) == []
