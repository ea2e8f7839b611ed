"""The question for the terms of each thing that a new topic is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alerts.authoring.answer_mistakes import ALONE, LANGUAGE_KEYS
from alerts.authoring.answers import joined
from alerts.authoring.missing_languages import languages_without
from alerts.authoring.suggesting import SuggestedTerm, TopicPart, open_parts, terms_by_part, with_terms
from alerts.commands.asking import asked, numbers_in
from alerts.commands.topic_workplace import OpenAnswers
from crawler.commands.context import out, print_table, working

_ADDED = re.compile(r"(?:(alone)\s+)?([a-z]{2}|\*|except)\s*[:：]\s*(.+)", re.DOTALL)


def ask_terms(open_answers: OpenAnswers) -> None:
    """Ask for the terms of each thing that is still open."""
    with working("Looking for terms …"):
        parts = open_parts(open_answers.answers, open_answers.workplace.reports)
    open_answers.set(open_terms=())
    for number, part in enumerate(parts, 1):
        kept = _ask_part(open_answers, part)
        if not kept:
            out.print(f"Without terms, {part.typed} is left out of the query.", markup=False)
        # At once: whatever ends the questions, what was accepted is kept.
        still_open = [one.name for one in parts[number:]]
        open_answers.answers = with_terms(open_answers.answers, terms_by_part(kept), still_open)


def _ask_part(open_answers: OpenAnswers, part: TopicPart) -> list[SuggestedTerm]:
    """The terms of one thing that somebody takes."""
    enough = " (enough by themselves)" if part.name == ALONE else ""
    terms = list(part.terms)
    taken = [term.is_chosen for term in terms]
    out.print(
        "\nEnter takes the marked terms. Numbers (3 5-8) mark or unmark; all, none; zh: 榴莲, 金枕 adds;"
        " alone zh: 高铁 adds what is enough by itself."
    )
    while True:
        _show_terms(part, terms, taken)
        _say_gaps(open_answers, part, [term for term, is_taken in zip(terms, taken, strict=True) if is_taken])
        line = asked(f"Terms for {part.typed}{enough} [marked]", empty=True)
        if not line:
            return [term for term, is_taken in zip(terms, taken, strict=True) if is_taken]
        if line in ("all", "none"):
            taken = [line == "all"] * len(terms)
        elif added := _ADDED.fullmatch(line):
            _add(open_answers, part, added, terms, taken)
        else:
            for number in numbers_in(line, len(terms)):
                taken[number - 1] = not taken[number - 1]


def _say_gaps(open_answers: OpenAnswers, part: TopicPart, kept: Sequence[SuggestedTerm]) -> None:
    """Say in which languages a thing has no terms, while some can be given."""
    spellings = terms_by_part(kept).get(part.name, {})
    if part.name == ALONE or not spellings:
        return
    if gaps := languages_without(open_answers.workplace.settings, spellings, open_answers.answers.alone):
        out.print(
            f"No terms in {', '.join(gaps)}: hardly any news in {'it' if len(gaps) == 1 else 'them'} will be found."
            f" Add some, such as {gaps[0]}: WORD, WORD",
            markup=False,
            soft_wrap=True,
        )


def _add(
    open_answers: OpenAnswers,
    part: TopicPart,
    added: re.Match[str],
    terms: list[SuggestedTerm],
    taken: list[bool],
) -> None:
    alone, lang, words = added.groups()
    if lang not in LANGUAGE_KEYS:
        out.print(f"{lang} is no language here; allowed: {', '.join(LANGUAGE_KEYS)}", markup=False)
        return
    new = tuple(w for word in re.split("[,，、]", words) if (w := word.strip()))
    if alone:
        open_answers.set(alone=joined(open_answers.answers.alone, {lang: new}))
        return
    known = {(t.lang, t.term): i for i, t in enumerate(terms)}
    for word in new:
        if (lang, word) in known:
            taken[known[lang, word]] = True
            continue
        terms.append(SuggestedTerm(part.name, lang, word, (), is_chosen=True))
        taken.append(True)


def _show_terms(part: TopicPart, terms: Sequence[SuggestedTerm], taken: Sequence[bool]) -> None:
    rows = []
    for number, (term, is_taken_now) in enumerate(zip(terms, taken, strict=True), 1):
        before, word, behind = term.count.context or ("", "", "")
        context = " ".join(f"{before[-24:]}{word}{behind[:24]}".split())
        origins = ", ".join(term.origins) or "you"
        rows.append(
            ("x" if is_taken_now else "", number, term.lang, term.term, origins, term.count.articles, context)
        )
    columns = ("", "no.", "lang", "term", "from", "reports", "where")
    print_table(f"Terms for {part.typed}", columns, rows)
