"""The console of a file that extends the packaged configuration, as a browser posts its forms: topics, terms, sources, undo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from crawler.config import load
from crawler.config.settings import Settings
from tests.builders import shipped
from tests.security.conftest import OPERATOR, PASSWORD, set_up
from tests.security.service import Service, running
from tests.security.visitor import Answer, Visitor

SHORT = """\
extends: [packaged, ../shared-terms.yaml]
web: {port: 0}
topics:
  maglev: {query: $maglev}     # ours
delivery: {from: watch@ours.example}
"""
SHARED = "terms:\n  maglev:\n    en: [maglev]\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("short") / "desk"
    folder.mkdir()
    (folder / "config.yaml").write_text(SHORT)
    (folder.parent / "shared-terms.yaml").write_text(SHARED)
    set_up(folder)
    with running(folder) as made:
        yield made


@pytest.fixture(scope="module")
def operator(service: Service) -> Visitor:
    made = Visitor(service.url)
    assert made.sign_in(OPERATOR, PASSWORD).status == 303
    return made


def send(operator: Visitor, path: str, **fields: str) -> Answer:
    """Fill in the form of a page, and confirm what it asks to be confirmed."""
    form = operator.ask(path).form
    answer = operator.ask(path, "POST", urlencode({**fields, "form": form}))
    if sure := re.search(r'name="sure" value="(\w+)"', answer.text):
        answer = operator.ask(path, "POST", urlencode({**fields, "form": form, "sure": sure[1]}))
    assert answer.status == 303, answer.text
    return answer


def text_of(service: Service) -> str:
    return (service.folder / "config.yaml").read_text()


def settings_of(service: Service) -> Settings:
    return load(service.folder / "config.yaml")


def latest(operator: Visitor) -> str:
    """The number of the latest change."""
    number = re.search(r'id="change-(\d+)"', operator.ask("/console/changes").text)
    assert number is not None
    return number[1]


def take_back(operator: Visitor, *numbers: str) -> None:
    """Take changes back."""
    for number in numbers:
        send(operator, "/console/changes", number=number)


def test_a_shipped_term_set_gets_a_word_and_loses_one(service: Service, operator: Visitor) -> None:
    page = operator.ask("/console/terms/tourism").text
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert area is not None
    block = unescape(area[1]).lstrip("\n")
    gone = shipped().terms["tourism"]["en"][0]
    assert gone in block
    edited = re.sub(rf"(?m)([\[ ]){re.escape(gone)}(?=[,\]\n])", r"\1durian tours", block, count=1)
    send(operator, "/console/terms/tourism", block=edited, do="apply")
    added = text_of(service).removeprefix(SHORT)
    assert added == f"terms:\n  tourism:\n    en: [durian tours]\n    remove:\n      en: [{gone}]\n"
    now = settings_of(service).terms["tourism"]
    assert (
        "durian tours" in now["en"]
        and gone not in now["en"]
        and now["zh"] == shipped().terms["tourism"]["zh"]
    )
    take_back(operator, latest(operator))
    assert text_of(service) == SHORT


def test_a_shipped_topic_is_changed_and_removed(service: Service, operator: Visitor) -> None:
    topic = shipped().topics["finance"]
    titles = {f"title_{code}": title for code, title in topic.title.items() if code != "en"}
    examples = {kind: "\n".join(getattr(topic.examples, kind)) for kind in ("match", "no_match")}
    form = {
        "title": topic.title["en"],
        "query": topic.query,
        "alert": topic.alert,
        "only_relevant": "1",
        "if_best": "1",
    }
    send(operator, "/console/topics/finance", **form, **titles, **examples, threshold="0.35", do="apply")
    assert "  maglev: {query: $maglev}     # ours\n  finance:\n    threshold: 0.35\n" in text_of(service)
    first = latest(operator)
    send(operator, "/console/topics/health", **form, do="delete")
    assert "  health:\n    remove: true\n" in text_of(service)
    assert (
        "health" not in settings_of(service).topics and operator.ask("/console/topics/health").status == 404
    )
    take_back(operator, latest(operator), first)
    assert text_of(service) == SHORT and settings_of(service).topics["finance"] == topic


def test_a_shipped_source_is_paused_and_removed(service: Service, operator: Visitor) -> None:
    send(operator, "/console/sources/cna", do="pause")
    assert text_of(service) == f"{SHORT}sources:\n  - name: cna\n    enabled: false\n"
    first = latest(operator)
    send(operator, "/console/sources/topik-id", do="remove")
    assert text_of(service).endswith("  - name: topik-id\n    remove: true\n")
    take_back(operator, latest(operator), first)
    assert text_of(service) == SHORT


def test_a_set_of_another_file_is_renamed_from_the_own_one(service: Service, operator: Visitor) -> None:
    send(operator, "/console/terms/maglev", do="rename", renamed="trains", block="maglev:\n  en: [maglev]\n")
    found = settings_of(service)
    assert found.topics["maglev"].query == "$trains" and "maglev" not in found.terms
    assert (service.folder.parent / "shared-terms.yaml").read_text() == SHARED, "other files are not written"
    take_back(operator, latest(operator))
    assert settings_of(service).topics["maglev"].query == "$maglev"
    assert settings_of(service).terms["maglev"] == {"en": ("maglev",)}


def test_a_change_of_another_file_is_taken_over(service: Service, operator: Visitor) -> None:
    (service.folder.parent / "shared-terms.yaml").write_text(f"{SHARED}    zh: [磁悬浮]\n")
    assert "磁悬浮" in operator.ask("/console/terms/maglev").text
    (service.folder.parent / "shared-terms.yaml").unlink()
    assert "there is no file" in operator.ask("/console/health").text
    (service.folder.parent / "shared-terms.yaml").write_text(SHARED)
    assert "there is no file" not in operator.ask("/console/health").text
    assert "磁悬浮" not in operator.ask("/console/terms/maglev").text


def test_the_lines_of_a_shipped_entry_cannot_say_what_to_remove(service: Service, operator: Visitor) -> None:
    form = operator.ask("/console/terms/sport").form
    answer = operator.ask(
        "/console/terms/sport",
        "POST",
        urlencode({"form": form, "do": "apply", "block": "sport:\n  remove: [en]\n"}),
    )
    assert answer.status == 422 and "remove cannot be the name" in answer.text
    assert Path(service.folder / "config.yaml").read_text() == text_of(service)
