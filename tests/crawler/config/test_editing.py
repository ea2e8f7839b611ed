"""Changes to config.yaml by program change what they are to change, and not another byte."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.config.config_file import check_text, load_changed, read_text, write_text
from crawler.config.editing import entry_block, names_of, with_entry, with_entry_block, with_renamed_entry
from crawler.config.entry_places import LISTS
from crawler.model import AseanwatchError
from crawler.runtime.packaged_config import packaged

SHIPPED = read_text(packaged())
SECTIONS = ("terms", "topics", "sources", "subscriptions")
START, END = SHIPPED.index("\nterms:\n") + 8, SHIPPED.index("\n# What makes an article relevant")
SHORT = SHIPPED[:START] + SHIPPED[END:].replace("\n", "", 1)
"""The same without the term sets, which are nine tenths of it."""
EVERY = [7, pytest.param(1, marks=pytest.mark.long)]
"""Every how many entries of the shipped file one is changed; to an editor they are much the same."""
ENTRIES = [(section, name) for section in SECTIONS for name in names_of(SHIPPED, section)]


def some(names: Sequence[str], every: int) -> list[str]:
    """The first of every so many names, and the last one."""
    return [*names[:-1:every], names[-1]]


def loaded(text: str) -> dict[str, dict[str, Any]]:
    """What each entry of each section holds."""
    data = yaml.load(text, Loader=yaml.CSafeLoader)
    found = {}
    for section, held in data.items():
        if section in LISTS and held:
            held = {entry["name"]: entry for entry in held}  # noqa: PLW2901 - by name as all others
        found[section] = dict(held or {}) if isinstance(held, dict | list | None) else held
    return found


def bytes_of(text: str, section: str, block: str) -> int:
    """How many characters of a section a block without its margin stands for."""
    lines, own = (
        text[text.index(f"\n{section}:\n") :].splitlines(keepends=True),
        [line.strip() for line in block.splitlines()],
    )
    starts = (i for i, line in enumerate(lines) if line.strip() == own[0])
    first = next(i for i in starts if [line.strip() for line in lines[i : i + len(own)]] == own)
    return len("".join(lines[first : first + len(own)]))


def test_the_shipped_file_has_what_is_to_be_edited() -> None:
    counts = {section: sum(s == section for s, _ in ENTRIES) for section in SECTIONS}
    assert (
        counts["terms"] > 40 and counts["topics"] > 10 and counts["sources"] > 100 and counts["subscriptions"]
    )


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_entry_of_the_shipped_file_is_taken_out_and_put_back_alone(section: str, every: int) -> None:
    shipped = SHIPPED if section == "terms" else SHORT
    names = names_of(shipped, section)
    for name in some(names, every):
        block = entry_block(shipped, section, name)
        assert block is not None
        assert with_entry_block(shipped, section, name, block) == shipped, (
            "with its own lines nothing changes"
        )
        without = with_entry_block(shipped, section, name, None)
        assert names_of(without, section) == [n for n in names if n != name]
        if len(names) > 1:
            same = sum(
                1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(shipped, without, strict=False))
            )
            assert shipped[same + bytes_of(shipped, section, block) :] == without[same:], (
                "no other byte is touched"
            )


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_entry_of_the_shipped_file_is_edited_alone(section: str, every: int) -> None:
    shipped = SHIPPED if section == "terms" else SHORT
    changes: dict[str, dict[str, Any]] = {
        "terms": {"en": ["railway", "no", "12:30", "rail: link"]}, "topics": {"title": "Another: title #1", "threshold": 0.7},
        "sources": {"url": "https://other.example/feed?a=1&b={c}", "country": "NO"}, "subscriptions": {"when": "daily 22:00"},
    }  # fmt: skip
    entries = loaded(shipped)[section]
    for name in some(list(entries), every):
        held = entries[name]
        values = {**held, **changes[section]}
        changed = with_entry(shipped, section, name, values)
        now = entry_block(changed, section, name) or ""
        assert loaded(f"{section}:\n" + indent(now, "  "))[section] == {name: values}
        assert with_entry_block(changed, section, name, entry_block(shipped, section, name)) == shipped, (
            "no other byte is touched"
        )
        assert with_entry(shipped, section, name, held) == shipped, "the same values change nothing"


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_entry_of_the_shipped_file_is_renamed_alone(section: str, every: int) -> None:
    shipped = SHIPPED if section == "terms" else SHORT
    names = names_of(shipped, section)
    for name in some(names, every):
        changed = with_renamed_entry(shipped, section, name, "quite_another")
        assert names_of(changed, section) == ["quite_another" if n == name else n for n in names]
        assert with_renamed_entry(changed, section, "quite_another", name) == shipped


@pytest.mark.parametrize("section", SECTIONS)
def test_an_entry_is_added_behind_all_others_of_its_section(section: str) -> None:
    values: dict[str, Any] = {"sources": {"url": "https://x.example/feed"}, "topics": {"query": "$base"}}.get(
        section, {"en": ["x"]}
    )
    added = with_entry(SHIPPED, section, "quite_new", values)
    assert names_of(added, section) == [*names_of(SHIPPED, section), "quite_new"]
    assert with_entry_block(added, section, "quite_new", None) == SHIPPED
    assert len(added) > len(SHIPPED)


def test_a_changed_topic_of_the_shipped_file_is_a_right_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(SHIPPED, encoding="utf-8", newline="")
    text = SHIPPED
    for section, name in ENTRIES[:: len(ENTRIES) // 12]:
        if section in ("topics", "terms"):
            text = with_entry_block(text, section, name, entry_block(text, section, name))
    assert check_text(file, text) == check_text(file, SHIPPED)


FORMS = {
    "flow entries": 'terms:\n  a: {en: [x, y]}   # of a\n  "b": {en: [z]}\n',
    "a flow section": "terms: {a: {en: [x]}, b: {en: [z]}}\ntopics: {}\n",
    "a flow section on many lines": "terms: {\n  a: {en: [x]},  # of a\n  b: {en: [z]},\n}\ntopics: {}\n",
    "deep margins": "terms:\n        a:\n            en: [x]\n\n        b:\n            en: [z]\n",
    "comments all around": "# top\nterms:\n  # before a\n  a:   # of a\n    en: [x] # of x\n    # in a\n\n  # before b\n  b:\n    en: [z]\n  # behind b\n# end\n",
    "no newline at the end": "terms:\n  a:\n    en: [x]\n  b:\n    en: [z]",
    "line breaks of Windows": "# top\r\nterms:\r\n  a:\r\n    en: [x]\r\n  # of b\r\n  b:\r\n    en: [z]\r\ntopics: {}\r\n",
    "a byte order mark": "\ufeffterms:\n  a:\n    en: [x]\n  b:\n    en: [z]\n",
    "quoted keys": "terms:\n  'a':\n    \"en\": ['x']\n  \"b\":\n    en: [z]\n",
    "block lists": "terms:\n  a:\n    en:\n    - x\n    - y\n  b:\n    en:\n      - z\n",
    "anchors": "terms:\n  a: &one\n    en: [x]\n  b:\n    en: [z]\n  c: *one\n",
    "texts of several lines": "terms:\n  a:\n    en:\n      - |\n        # no comment\n        x\n\n      - >-\n        y\n        y\n  b:\n    en: [z]\n",
    "the last text keeps its line breaks": "terms:\n  b:\n    en: [z]\n  a:\n    en:\n      - |+\n        x\n\n",
    "an empty value": "terms:\n  a:\n  b:\n    en: [z]\n",
    "no indentation of lists": "terms:\n  a: {en: [x]}\n  b: {en: [z]}\nsources:\n- name: one\n  url: https://a.example/\n# of two\n- {name: two, url: 'https://b.example/'}\n",
    "a dash alone": "terms:\n  a: {en: [x]}\n  b: {en: [z]}\nsources:\n  -\n    # of one\n    name: one\n    url: https://a.example/\n  - name: two\n    url: https://b.example/\n",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_whatever_the_file_looks_like(form: str) -> None:
    text = FORMS[form]
    whole = loaded(text)
    sections = [s for s in ("terms", "sources") if s in whole]
    for section in sections:
        for name in whole[section]:
            block = entry_block(text, section, name)
            assert block is not None and loaded(with_entry_block(text, section, name, block)) == whole
            left = {n: v for n, v in whole[section].items() if n != name}
            if form != "anchors" or name != "a":
                assert loaded(with_entry_block(text, section, name, None)) == {**whole, section: left}
            values = (
                {"en": ["other", "words"]}
                if section == "terms"
                else {"name": name, "url": "https://other.example/"}
            )
            changed = with_entry(text, section, name, values)
            if form != "anchors" or name != "a":
                assert loaded(changed) == {**whole, section: {**whole[section], name: values}}
            assert (
                ("\r\n" in changed) == ("\r\n" in text) and "\n" not in changed.replace("\r\n", "")
            ) or "\r\n" not in text
            assert changed.startswith("\ufeff") == text.startswith("\ufeff")
            assert changed.count("#") >= text.count("#") - block.count("#"), "comments of others stay"
        added = with_entry(text, section, "new", values)
        assert list(loaded(added)[section]) == [*whole[section], "new"]
        assert with_entry_block(added, section, "new", None) in (text, text + "\n", text + "\r\n")


@pytest.mark.parametrize(
    "empty",
    [
        "terms:\n",
        "terms: {}\n",
        "terms: {}  # none yet\ntopics: {}\n",
        "topics: {}",
        "",
        "terms:   \n# end\n",
    ],
)
def test_the_first_entry_of_a_section(empty: str) -> None:
    added = with_entry(empty, "terms", "a", {"en": ["x"]})
    assert loaded(added)["terms"] == {"a": {"en": ["x"]}}
    assert ("# none yet" in added, "# end" in added) == ("# none yet" in empty, "# end" in empty)
    assert not loaded(with_entry_block(added, "terms", "a", None))["terms"]


@pytest.mark.parametrize(
    "text", ["terms: [a, b]\n", "terms: no\n", "? terms\n: ? a\n  : {en: [x]}\n", "terms:\n  a: [\n"]
)
def test_what_cannot_be_edited_is_refused_in_words(text: str) -> None:
    with pytest.raises(AseanwatchError):
        with_entry(text, "terms", "a", {"en": ["y"]})


def test_a_file_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(SHIPPED.replace("\n", "\r\n").encode())
    before = read_text(file)
    topic = loaded(SHIPPED)["topics"]["health"]
    write_text(file, before, with_entry(before, "topics", "health", {**topic, "threshold": 0.4}))
    written = file.read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n")
    with pytest.raises(AseanwatchError, match="changed by somebody else"):
        write_text(file, before, before)


names = st.text("abcxyz_", min_size=1, max_size=6).map(lambda s: "n" + s)
words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12)
comments = st.sampled_from(
    ["", "\n", "  # a comment\n", "    # a deep comment\n", "# at the margin\n", "\n\n  # two\n\n"]
)
values_ = st.dictionaries(
    st.sampled_from(["en", "zh", "th", "except"]),
    st.lists(words, min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)
styles = st.sampled_from(["block", "flow", "mixed"])


def written(entries: Sequence[tuple[str, Any, str, str]], margin: int) -> str:
    """A section of term sets in all kinds of style."""
    text = "terms:\n"
    for name, held, style, comment in entries:
        flow = {"block": False, "flow": True, "mixed": None}[style]
        body = yaml.safe_dump({name: held}, default_flow_style=flow, allow_unicode=True, width=60)
        body = body[1:-2] + "\n" if style == "flow" and body.count("\n") == 1 else body
        if style == "flow" and not body.startswith(name):
            body = yaml.safe_dump({name: held}, default_flow_style=False, allow_unicode=True)
        text += comment + "".join(" " * margin + line for line in body.splitlines(keepends=True))
    return text + "topics: {}\n"


@settings(max_examples=40)
@given(
    st.lists(st.tuples(names, values_, styles, comments), min_size=1, max_size=5, unique_by=lambda e: e[0]),
    st.integers(1, 6),
    st.data(),
)
def test_any_file_any_change(
    entries: list[tuple[str, Any, str, str]], margin: int, data: st.DataObject
) -> None:
    text = written(entries, margin)
    whole = loaded(text)
    name = data.draw(st.sampled_from([e[0] for e in entries]))
    values = data.draw(values_)
    changed = with_entry(text, "terms", name, values)
    assert loaded(changed) == {**whole, "terms": {**whole["terms"], name: values}}
    left = {n: v for n, v in whole["terms"].items() if n != name}
    assert loaded(with_entry_block(text, "terms", name, None)) == {**whole, "terms": left}
    assert with_entry_block(text, "terms", name, entry_block(text, "terms", name)) == text
    for other in left:
        assert entry_block(changed, "terms", other) == entry_block(text, "terms", other)


def test_a_text_that_was_checked_is_not_read_again_where_all_that_it_says_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, beside = tmp_path / "config.yaml", tmp_path / "beside.yaml"
    text = 'extends: packaged\ncrawl: {proxy: "${OUR_PROXY:-http://other.example:1}"}\n'
    file.write_text("", encoding="utf-8")
    made = check_text(file, text)
    assert write_text(file, "", text) is made
    assert load_changed(file).settings is made
    assert load_changed(file).settings is not made, "it is not kept when it is in force"
    check_text(file, text)
    monkeypatch.setenv("OUR_PROXY", "http://proxy.example:3128")
    assert "proxy.example" in str(check_text(file, text).crawl.proxy)
    assert check_text(file, f"{text}# more\n") is not check_text(file, text)
    file.write_text("extends: packaged\nschedule: {every: 2h}\n", encoding="utf-8")
    assert load_changed(file).settings.schedule.every.total_seconds() == 7200, "written by others meanwhile"
    for wanted in ("1h", "3h"):
        beside.write_text(f"extends: packaged\nschedule: {{every: {wanted}}}\n", encoding="utf-8")
        found = check_text(file, "extends: beside.yaml\n")
        assert found.schedule.every.total_seconds() == int(wanted[0]) * 3600


def test_a_renamed_entry_is_renamed_wherever_the_file_refers_to_it(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    text = with_entry(
        SHIPPED, "subscriptions", "mine", {"to": ["a@b.example"], "topics": ["health", "tourism"]}
    )
    file.write_text(text, encoding="utf-8", newline="")
    changed = with_renamed_entry(
        with_renamed_entry(with_renamed_entry(text, "topics", "health", "medicine"), "terms", "china", "prc"),
        "terms",
        "trade",
        "commerce",
    )
    made, before = check_text(file, changed), check_text(file, text)
    assert made.subscriptions[-1].topics == ("medicine", "tourism")
    assert (made.relevance.ours, made.relevance.matters[0]) == ("prc", "commerce")
    assert (
        made.topics["trade_investment"].query
        == "$commerce OR $economy^0.6 OR (new:base AND $working_place^2)"
    )
    assert made.terms["prc"] == before.terms["china"]
    assert "china_asean" in made.terms, "a name that only begins so is another"
    assert made.topics["medicine"] == before.topics["health"]
