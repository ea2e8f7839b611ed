"""Keys by the names that they had once: read as before, with a notice, and written by their present names."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.config.former_keys import with_present_keys
from crawler.config.loading import ConfigError, load_with_lines
from crawler.config.own_file import OwnFile
from crawler.config.plain import PlainReader
from crawler.config.shortening import shortened
from crawler.config.yaml_values import plain_mapping
from tests.crawler.config.test_errors import GOOD

OLD = """\
extends: packaged
terms:
  our_side: {en: [Tata Motors]}
relevance:
  china: our_side   # whom the news is of
  partner: asean_or_member
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(OLD, encoding="utf-8")
    return path


def test_former_keys_are_read_with_a_notice_at_their_line(file: Path) -> None:
    found = load_with_lines(file)
    assert (found.settings.relevance.ours, found.settings.relevance.theirs) == ("our_side", "asean_or_member")
    lines = [line.removeprefix(str(file)) for line in found.warning_lines()]
    assert [line.partition(";")[0] for line in lines] == [
        ":5: relevance.china: is called ours now", ":6: relevance.partner: is called theirs now"
    ]  # fmt: skip


def test_shortening_writes_the_present_names(file: Path) -> None:
    text = shortened(file)
    assert "ours: our_side   # whom the news is of" in text
    assert "china:" not in text
    assert "partner:" not in text


def test_renaming_a_term_set_leaves_one_key_for_each(file: Path) -> None:
    file.write_text(OwnFile(file, OLD).renamed("terms", "our_side", "our_firms"), encoding="utf-8")
    assert load_with_lines(file).settings.relevance.ours == "our_firms"


def test_a_key_by_both_its_names_is_given_twice(file: Path) -> None:
    file.write_text(OLD + "  ours: china\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"relevance\.ours.*twice"):
        load_with_lines(file)


def test_a_file_of_its_own_may_have_them(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    given = "relevance: {china: china, 'partner': asean_or_member, "
    path.write_text(GOOD.replace("relevance: {", given), encoding="utf-8")
    assert load_with_lines(path).settings.relevance.theirs == "asean_or_member"


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("relevance: {china: a, 'partner': b}\n", "relevance: {ours: a, theirs: b}\n"),
        ("\ufeffrelevance:\n  china: a\n", "\ufeffrelevance:\n  ours: a\n"),
        ("remove: {relevance: [china]}\n", "remove: {relevance: [ours]}\n"),
        ("relevance: {remove: {partner: true}}\n", "relevance: {remove: {theirs: true}}\n"),
        ("terms: {china: {en: [China]}}\n", "terms: {china: {en: [China]}}\n"),
        ("", ""),
    ],
)
def test_a_text_gets_the_present_names_and_nothing_else(text: str, present: str) -> None:
    assert with_present_keys(text) == present
    assert plain_mapping(text.lstrip("\ufeff"), "x", PlainReader({}, None)) == plain_mapping(
        present.lstrip("\ufeff"), "x", PlainReader({}, None)
    )
