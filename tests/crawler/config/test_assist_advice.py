"""What is said of assistants and depends on the machine: packages that are missing, models that are installed."""

from __future__ import annotations

import json
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest

from crawler.config import assist_advice
from crawler.runtime.argos_models import models_folder
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


def test_sources_in_languages_that_nobody_translates_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path))

    def of(kind: str, *sources: str) -> list[str]:
        more = ["url: 'http://127.0.0.1:5000'"] if kind == "libretranslate" else []
        fragment = f"assist: {{{', '.join([f'kind: {kind}', *more])}}}\nsources:\n"
        for number, source in enumerate(sources):
            fragment += f"  - {{name: n{number}, url: 'https://n{number}.example/feed', {source}}}\n"
        found = [problem.message for _, problem in said_of(fragment, {}) if problem.key == "assist.kind"]
        return [message for message in found if "which" in message]

    for kind in ("libretranslate", "argos"):
        assert of(kind, "lang: th", "lang: my, assist: false", "lang: km, enabled: false") == []
        (message,) = of(kind, "lang: lo", "lang: my", "lang: lo")
        assert message.startswith("there are no models for Lao and Burmese, which 3 sources write")
    (one,) = of("libretranslate", "lang: km")
    assert one.startswith("there are no models for Khmer, which 1 source writes")
    folder = tmp_path / "own-lo_en"
    folder.mkdir()
    (folder / "metadata.json").write_text(json.dumps({"from_code": "lo", "to_code": "en"}))
    assert of("argos", "lang: lo") == [], "an operator's own model"


def test_models_lie_where_argos_itself_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARGOS_PACKAGES_DIR", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "argos-translate" / "settings.json"
    file.parent.mkdir()
    for text in ("", "[]", "{", '{"ARGOS_PACKAGES_DIR": 3}', "\udc80"):
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        assert models_folder() == tmp_path / "data" / "argos-translate" / "packages", text
    file.write_text(json.dumps({"ARGOS_PACKAGES_DIR": str(tmp_path / "own")}))
    assert models_folder() == tmp_path / "own"
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", "/elsewhere")
    assert models_folder() == Path("/elsewhere")


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
