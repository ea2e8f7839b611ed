"""Packaged tables: what is prepared for a quick start says the same as what it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.judging.text.normal import normal_spelling, normalise
from crawler.judging.weights import JudgingWeights, using
from crawler.runtime.data_tables import read_table
from crawler.runtime.weight_tables import scaled
from scripts import build_parsed

FOLDER = build_parsed.DATA / "parsed"


def test_what_is_prepared_is_what_would_be_worked_out_now() -> None:
    made = build_parsed.contents()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    stale = sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
    assert not stale, "run `make parsed`"


@pytest.mark.parametrize(("of", "read"), [(1346165676, "prepared"), (1, "written")])
def test_a_changed_table_is_read_itself(tmp_path: Path, of: int, read: str) -> None:
    (tmp_path / "parsed").mkdir()
    (tmp_path / "some.yaml").write_text("word: written", encoding="utf-8")
    (tmp_path / "parsed/some.json").write_text(
        f'{{"of": {of}, "table": {{"word": "prepared"}}}}', encoding="utf-8"
    )
    assert read_table(tmp_path, "some.yaml") == {"word": read}


def test_under_other_weights_spellings_are_worked_out_anew() -> None:
    burmese = {
        text: form for text, form in build_parsed.spellings().items() if "\u1000" <= text[0] <= "\u109f"
    }
    with using(scaled(JudgingWeights(), "language.zawgyi", -1)):
        anew = {text: normal_spelling(text) for text in burmese}
        assert anew == {text: normalise(text).text for text in burmese}
    assert anew != burmese


def _lists_in(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists_in(inner)


@pytest.mark.parametrize("file", sorted(build_parsed.DATA.glob("*.yaml")), ids=lambda file: file.name)
def test_no_word_of_a_table_is_read_as_a_truth_value(file: Path) -> None:
    # YAML 1.1 takes no, off, on and yes for truth values.
    mixed = [
        one
        for one in _lists_in(yaml.safe_load(file.read_text("utf-8")))
        if any(isinstance(word, bool) for word in one)
    ]
    assert mixed == []
