"""Answers are written and read back the same; every mistake in a file of answers is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.authoring.answer_mistakes import LANGUAGE_KEYS, name_problem
from alerts.authoring.answers import Answers, AnswersError, answers_of, name_of, read_answers

TEXT = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
SPELLINGS = st.dictionaries(
    st.sampled_from(LANGUAGE_KEYS), st.lists(TEXT, min_size=1, max_size=3).map(tuple), max_size=3
)


@given(
    st.builds(
        Answers,
        looking_for=TEXT,
        match=st.lists(TEXT, max_size=3).map(tuple),
        no_match=st.lists(TEXT, max_size=3).map(tuple),
        terms=st.none() | st.dictionaries(st.sampled_from(["durian", "exports"]), SPELLINGS, min_size=1),
        alone=SPELLINGS,
        without=st.none() | SPELLINGS,
        only_relevant=st.sampled_from([None, True, False]),
        alert=st.sampled_from([None, "story", "article"]),
        name=st.sampled_from([None, "durian", "no", "x_1"]),
        title=st.none() | TEXT,
    )
)
def test_answers_read_back_as_they_were_written(answers: Answers) -> None:
    assert answers_of(answers.yaml(), "kept").plain() == answers.plain()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("looking_for: durian\nlooking: x", "a.yaml:2: looking: unknown key; allowed: looking_for"),
        ("examples: [a]", "a.yaml:1: examples: must have match and no_match"),
        ("examples:\n  match: a", "a.yaml:2: examples.match: must be a list of texts"),
        ("examples:\n  matches: [a]", "a.yaml:2: examples.matches: unknown key; allowed: match, no_match"),
        ("examples:\n  match: [1]", "must be a list of texts"),
        ("terms: [a]", "must name each thing"),
        ("terms:\n  Durian: {en: [a]}", "must be a name of small letters"),
        ("terms:\n  durian: {fil: [a]}", "terms.durian.fil: unknown language; allowed: en, zh"),
        ("terms:\n  durian: [a]", "must have its terms by language"),
        ("without: {en: a}", "without.en: must be a list of texts"),
        ("only_relevant: maybe", "must be true or false"),
        ("alert: daily", "'daily' is unknown; allowed: story, article, new_base"),
        ("name: new", "cannot be a name"),
        ("name: 5", "must be a text"),
        ("query: (durian", "query: column"),
        ("looking_for: [", "no YAML"),
        ("- durian", "must be a mapping"),
    ],
)
def test_each_mistake_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(AnswersError) as failed:
        answers_of(text, "a.yaml")
    assert said in str(failed.value)
    assert str(failed.value).startswith("a.yaml")


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(AnswersError) as failed:
        answers_of("alert: daily\nname: A B\nfoo: 1", "a.yaml")
    assert len(str(failed.value).splitlines()) == 3


def test_a_file_that_is_no_text_or_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(AnswersError, match="is not UTF-8"):
        read_answers(tmp_path / "a.yaml")
    with pytest.raises(AnswersError, match=r"b\.yaml: No such file"):
        read_answers(tmp_path / "b.yaml")
    assert answers_of("", "empty") == Answers()


@given(st.text(max_size=60))
def test_a_name_is_made_of_any_words(words: str) -> None:
    assert name_problem(name_of(words)) is None
