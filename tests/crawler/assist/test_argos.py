"""Argos Translate in the process: with real models, small ones of our own, and without the network."""

from __future__ import annotations

import logging
import socket
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.assist.adapters.argos import ArgosTranslate
from crawler.assist.model import AssistError, Passage, Task, TranslationRequest
from crawler.config.assist_settings import AssistantSettings
from crawler.model import AseanwatchError
from crawler.runtime.argos_models import how_to_install, installed_pairs, missing_pairs, models_folder
from tests.argos_models import make_model


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with models from Indonesian into English, and from there into Chinese."""
    folder = tmp_path_factory.mktemp("argos")
    make_model(folder / "models" / "translate-id_en-1_0", "id", "en", "a new park opens in the city")
    make_model(folder / "models" / "translate-en_zh-1_0", "en", "zh", "新 园区 启用")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(folder))
        patch.setenv("ARGOS_PACKAGES_DIR", str(folder / "models"))
        yield folder / "models"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every attempt to reach the network, which fails."""
    tried: list[str] = []

    def refuse(*args: Any, **_: Any) -> Any:
        tried.append(str(args[:1]))
        raise OSError("there is no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr(urllib.request, "urlretrieve", refuse)
    return tried


def passages(*texts: str, lang: str = "id", to: str = "en", **names: str) -> TranslationRequest:
    return TranslationRequest(tuple(Passage(text, lang) for text in texts), to, names)


@pytest.fixture
def argos(models: Path) -> Iterator[ArgosTranslate]:
    made = ArgosTranslate(AssistantSettings(kind="argos"))
    yield made
    made.close()


def test_passages_are_translated_without_the_network(argos: ArgosTranslate, no_network: list[str]) -> None:
    found = argos.translate(passages("Taman baru dibuka. Kota itu senang.", "Kawasan"))
    assert found.texts[0] == " ".join(["a new park opens in the city"] * 2)
    assert found.texts[1] == "a new park opens in the city"
    assert found.model.startswith("Argos Translate 1.") and no_network == []


def test_by_itself_the_library_would_fetch_what_finds_sentences(
    argos: ArgosTranslate, no_network: list[str]
) -> None:
    from argostranslate import package, sbd

    (of_indonesian,) = (p for p in package.get_installed_packages() if p.from_code == "id")
    with pytest.raises(Exception, match=r".*"):
        sbd.MiniSBDSentencizer(of_indonesian).split_sentences("Taman baru. Kota.")
    assert no_network


def test_pairs_are_those_of_the_models_also_through_english(argos: ArgosTranslate) -> None:
    assert argos.tasks == {Task.TRANSLATE}
    assert argos.reads("id", "en") and argos.reads("id", "zh") and argos.reads("en", "zh")
    assert not argos.reads("lo", "en") and not argos.reads("zh", "id")
    assert argos.translate(passages("Taman", to="zh")).texts == ("新 园区 启用",)


def test_a_missing_pair_is_told_with_its_command(argos: ArgosTranslate) -> None:
    with pytest.raises(AssistError, match="argospm install translate-vi_en") as caught:
        argos.translate(passages("Công viên", lang="vi"))
    assert caught.value.kind == "denied"


def test_texts_do_not_reach_the_log(argos: ArgosTranslate, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        argos.translate(passages("Taman rahasia"))
    assert "rahasia" not in caplog.text


def test_a_damaged_model_is_unreadable(models: Path, argos: ArgosTranslate) -> None:
    binary = models / "translate-id_en-1_0" / "model" / "model.bin"
    whole = binary.read_bytes()
    binary.write_bytes(whole[:100])
    try:
        with pytest.raises(AssistError, match="install the model anew") as caught:
            argos.translate(passages("Taman"))
    finally:
        binary.write_bytes(whole)
    assert caught.value.kind == "unreadable" and "Taman" not in str(caught.value)


def test_what_is_missing_is_read_from_the_folder_alone(models: Path) -> None:
    assert models_folder() == models
    assert installed_pairs() == {("id", "en"), ("en", "zh")}
    assert missing_pairs([("id", "en"), ("id", "zh"), ("vi", "zh"), ("id", "en")]) == [("vi", "zh")]
    assert how_to_install([("vi", "zh")]) == "argospm update; argospm install translate-vi_en"
    assert how_to_install([("fil", "en")]) == "argospm update; argospm install translate-tl_en"


@pytest.mark.parametrize("text", ["", "[", "[]", '{"from_code": "vi"}', "\x00"])
def test_a_folder_that_is_no_model_is_passed_over(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "metadata.json").write_text(text)
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path))
    assert installed_pairs() == set()


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argostranslate", None)
    with pytest.raises(AseanwatchError, match=r"'aseanwatch\[argos\]'"):
        ArgosTranslate(AssistantSettings(kind="argos"))
