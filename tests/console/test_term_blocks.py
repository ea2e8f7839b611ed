"""What the form of a term set takes: whatever is wrong with its lines is said with line and key, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from alerts.digests.wording import words
from alerts.operations import tuning
from alerts.operations.live_config import Live, live_at
from alerts.web.console.topic_form import problem_text
from crawler.config import load
from crawler.config.entry_lines import EntryLines, EntryLinesError
from crawler.model import AseanwatchError
from tests.builders import some_of
from tests.security.conftest import OPERATOR, PASSWORD, set_up
from tests.security.service import Service, running
from tests.security.visitor import Answer, Visitor

SHORT = """\
extends: [packaged, shared.yaml]
web: {port: 0}
topics:
  melons: {query: "$melon"}
delivery: {from: watch@ours.example}
"""
OWN = """\
extends: packaged
terms:
  melon:
    en: [melon]
topics:
  melons: {query: "$melon"}
"""
"""A set that only this file has: its lines are written as they are."""
SHARED = "terms:\n  melon:\n    en: [melon, rock melon]\n    zh: [蜜瓜]\n  unused: {en: [nothing]}\n"

WRONG = {
    "twice": ("melon:\n  en: [melon]\n  en: [durian]\n", "Line 3: melon.en: this key stands here twice"),
    "twice in quotes": ("melon:\n  en: [a]\n  'en': [b]\n", "Line 3: melon.en: this key stands here twice"),
    "two entries of the name": ("melon: {en: [a]}\nmelon: {en: [b]}\n", "Line 2: melon: this key stands here twice"),
    "an unknown tag": ("melon: !!python/x y\n", "Line 1: melon: the tag !!python/x is not supported"),
    "a tag within": ("melon:\n  en:\n  - !own melon\n", "Line 3: melon.en[0]: the tag !own is not supported"),
    "a merge key": ("melon:\n  <<: {en: [a]}\n  zh: [蜜瓜]\n", "Line 2: melon.<<: merge keys"),
    "no plain number": ("melon:\n  en: [0x1F]\n", "Line 2: melon.en[0]: 0x1F is no plain number"),
    "a number": ("melon:\n  en: [melon, 12]\n", "Line 2: melon.en[1]: "),
    "a number for the set": ("melon: 12\n", "Line 1: melon: "),
    "a list": ("melon: [a, b]\n", "Line 1: melon: "),
    "a text": ("melon: hello\n", "Line 1: melon: "),
    "a truth": ("melon: true\n", "Line 1: melon: "),
    "a list in a list": ("melon: {en: [[a]]}\n", "Line 1: melon.en[0]: "),
    "a mapping in a list": ("melon:\n  en:\n  - a\n  - b: c\n", "Line 4: melon.en[1]: "),
    "a text for a list": ("melon:\n  zh: [蜜瓜]\n  en: melon\n", "Line 3: melon.en: "),
    "a mapping for a list": ("melon:\n  en: {a: b}\n", "Line 2: melon.en: "),
    "null for a list": ("melon:\n  zh: [蜜瓜]\n  en:\n", "Line 3: melon.en: "),
    "null for a word": ("melon:\n  en: [melon, ~]\n", "Line 2: melon.en[1]: "),
    "nothing": ("melon:\n", "Line 1: melon: has no spellings"),
    "null": ("melon: null\n", "Line 1: melon: has no spellings"),
    "an empty text": ('melon: ""\n', "Line 1: melon: has no spellings"),
    "an empty mapping": ("melon: {}\n", "Line 1: melon: has no spellings"),
    "empty lists": ("melon:\n  en: []\n  zh: []\n", "Line 1: melon: has no spellings"),
    "no language": ("melon:\n  en: [melon]\n  englisch: [melon]\n", "Line 3: melon.englisch: "),
    "what goes": ("melon:\n  en: [a]\n  remove: [zh]\n", "Line 3: melon.remove: remove cannot be the name"),
    "in place of it": ("melon:\n  replace: true\n", "Line 2: melon.replace: replace cannot be the name"),
    "a list as a key": ("melon:\n  [en]: [a]\n", "Line 2: melon: a key must be one word"),
    "a word of nothing": ("melon:\n  en:\n  - melon\n  - '--'\n", "Line 4: melon.en[1]: "),
    "no set": ("melon:\n  zh: [蜜瓜]\n  en: [$nosuchset]\n", "Line 3: melon.en"),
    "no YAML": ("melon:\n  en: [melon\n  zh: [蜜瓜]\n", "Line 3: zh: is no YAML"),
    "a tab": ("melon:\n\ten: [melon]\n", "Line 2: en: is no YAML"),
    "no alias": ("melon:\n  en: [melon]\n  zh: [*x]\n", "Line 3: zh: is no YAML"),
    "in itself": ("melon: &a\n  en: *a\n", "Line 1: melon.en: contains itself"),
    "another name": ("durian: {en: [durian]}\n", "the first line must be melon:"),
    "another entry": ("melon: {en: [melon]}\nunused: {en: [x]}\n", "the first line must be melon:"),
    "empty": ("", "the first line must be melon:"),
    "a comment": ("# melon: {en: [a]}\n", "the first line must be melon:"),
    "only a list": ("- melon\n", "must be a mapping of keys"),
    "only a text": ("melon\n", "must be a mapping of keys"),
}  # fmt: skip


def put(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "shared.yaml").write_text(SHARED, encoding="utf-8")
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("blocks") / "desk"
    put(folder, SHORT)
    set_up(folder)
    with running(folder) as made:
        yield made


@pytest.fixture(scope="module")
def operator(service: Service) -> Visitor:
    made = Visitor(service.url)
    assert made.sign_in(OPERATOR, PASSWORD).status == 303
    return made


@pytest.fixture(scope="module")
def form(operator: Visitor) -> str:
    return operator.ask("/console/terms/melon").form


def post(operator: Visitor, form: str, path: str, **fields: str) -> Answer:
    return operator.ask(path, "POST", urlencode({"form": form, **fields}))


@pytest.mark.parametrize("kind", some_of(WRONG, 4))
def test_what_is_wrong_with_the_lines_is_said_and_nothing_is_written(
    service: Service, operator: Visitor, form: str, kind: str
) -> None:
    block, said = WRONG[kind]
    for action in ("preview", "apply"):
        answer = post(operator, form, "/console/terms/melon", do=action, block=block)
        assert answer.status == 422 and said in unescape(answer.text)
        assert unescape(answer.text).count(block.rstrip()) > 0, "what was typed stays"
    assert (service.folder / "config.yaml").read_text() == SHORT


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Live:
    return live_at(str(put(tmp_path_factory.mktemp("own"), OWN)))


@pytest.mark.parametrize("kind", WRONG)
def test_it_is_the_same_where_the_lines_are_written_as_they_are(own: Live, kind: str) -> None:
    block, said = WRONG[kind]
    with pytest.raises(AseanwatchError) as error:
        tuning.draft_block(own, "terms", "melon", block)
    assert said in problem_text(error.value, "terms", "melon", words("en"))


def test_an_entry_without_a_value_does_not_take_a_set_out(
    service: Service, operator: Visitor, form: str
) -> None:
    answer = post(operator, form, "/console/terms/unused", do="apply", block="unused:\n")
    assert answer.status == 422 and "use the button that takes the set out" in answer.text
    assert operator.ask("/console/terms/unused").status == 200
    assert load(service.folder / "config.yaml").terms["unused"] == {"en": ("nothing",)}


def test_an_anchor_is_not_lost_where_values_are_written(tmp_path: Path) -> None:
    path = put(tmp_path, SHORT)
    with pytest.raises(EntryLinesError, match=r"2: melon: &rock is read as a name"):
        tuning.draft_block(live_at(str(path)), "terms", "melon", "melon:\n  en: [&rock melon, a]\n")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["", "a", "melon", "$x", "no", "2025-11-30", "<<"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["en", "zh", "*", "remove", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@how(max_examples=150, deadline=None)
@given(value=VALUES)
def test_whatever_a_set_is_said_to_be_it_is_one_or_an_error(value: object) -> None:
    import yaml

    text = yaml.safe_dump({"melon": value}, allow_unicode=True)
    try:
        read = EntryLines("terms", "melon", text).value
    except AseanwatchError as error:
        problems = getattr(error, "problems", [])
        assert all(p.line >= 1 and p.key.startswith("melon") for p in problems) and str(error)
        return
    assert all(isinstance(word, str) for words in read.values() for word in words) and any(read.values())


def test_doubts_of_the_preview_are_shown_after_applying_too(
    service: Service, operator: Visitor, form: str
) -> None:
    topic = {"name": "melons", "query": "$melon AND lang:cn", "alert": "story", "only_relevant": "1"}
    tried = post(operator, form, "/console/topics/melons", do="preview", **topic)
    lines = re.findall(r'<p class="doubtful" role="alert">(.*?)</p>', tried.text)
    assert lines
    applied = post(operator, form, "/console/topics/melons", do="apply", **topic)
    if sure := re.search(r'name="sure" value="(\w+)"', applied.text):
        applied = post(operator, form, "/console/topics/melons", do="apply", **topic, sure=sure[1])
    assert applied.status == 303
    assert all(line in operator.ask("/console/topics/melons").text for line in lines)
    assert not any(line in operator.ask("/console/topics/melons").text for line in lines), "told once"


def test_pages_alone_know_the_subscriptions_of_the_file_and_those_of_a_later_one(
    service: Service, operator: Visitor
) -> None:
    path = service.folder / "config.yaml"
    before = path.read_text()
    for name in ("first", "second"):
        with path.open("a") as file:
            file.write("subscriptions:\n" if name == "first" else "")
            file.write(f"- {{name: {name}, to: [{name}@ours.example], topics: [melons, health]}}\n")
        assert f"/console/subscriptions/{name}" in operator.ask("/console/subscriptions").text
        assert operator.ask(f"/console/subscriptions/{name}").status == 200
    form = operator.ask("/console/subscriptions/first").form
    here = "/console/subscriptions/first"
    ticked = [("form", form), ("do", "save"), ("to", "first@ours.example")]
    refused = operator.ask(here, "POST", urlencode([*ticked, ("topics_mode", "only")]))
    assert refused.status == 422 and "tick the topics" in refused.text
    topics = [("topics", "melons"), ("topics", "health"), ("topics_mode", "all")]
    assert operator.ask(here, "POST", urlencode([*ticked, *topics])).status == 303
    assert load(path).subscriptions[0].topics == ()
    path.write_text(before)
