"""The question for examples of a new topic: headlines, stored articles, texts of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from alerts.authoring.example_search import find_reports
from alerts.commands.asking import asked, numbers_in
from alerts.commands.topic_workplace import OpenAnswers, TopicWorkplace
from crawler.analysis.examples import example_article
from crawler.commands.context import out, print_table
from crawler.model import AseanwatchError
from crawler.parsing.urls import is_web_url


def ask_examples(open_answers: OpenAnswers) -> None:
    """Ask for examples, those that must match first."""
    out.print(
        "\nExamples: paste a headline, the address of a stored article, @file with a text, or ?words to look in the store."
        " An empty line ends."
    )
    for key, what in (("match", "It must match"), ("no_match", "It must not match")):
        while line := asked(what, empty=True):
            found = tuple(_examples(line, open_answers.workplace))
            open_answers.set(**{key: (*getattr(open_answers.answers, key), *found)})
    for text in set(open_answers.answers.match) & set(open_answers.answers.no_match):
        out.print(f"In both lists, and taken out of the second: {text}", markup=False, soft_wrap=True)
        open_answers.set(no_match=tuple(t for t in open_answers.answers.no_match if t != text))


def _examples(line: str, workplace: TopicWorkplace) -> Iterator[str]:
    """The examples that a line stands for; says what is wrong with it."""
    if line.startswith(("?", "？")):
        yield from _picked(line[1:].strip(), workplace)
        return
    if line.startswith("@"):
        try:
            line = Path(line[1:].strip()).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            out.print(f"That cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8'}", markup=False)
            return
    if is_web_url(line):
        try:
            title = example_article(line, workplace.settings).title
        except AseanwatchError as error:
            out.print(str(error), markup=False, soft_wrap=True)
            return
        out.print(f"  {title}", markup=False, soft_wrap=True)
    if line:
        yield line


def _picked(words: str, workplace: TopicWorkplace) -> Iterator[str]:
    try:
        found = find_reports(workplace.store, words)
    except AseanwatchError as error:
        out.print(str(error), markup=False, soft_wrap=True)
        return
    if not found:
        out.print("Nothing stored has these words.")
        return
    rows = [(i, r.lang, r.title, r.source) for i, r in enumerate(found, 1)]
    print_table(f"Stored reports with {words}", ("no.", "lang", "title", "source"), rows)
    for number in numbers_in(asked("Which (such as 1 3-5; empty: none)", empty=True), len(found)):
        yield found[number - 1].url
