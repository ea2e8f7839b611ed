"""The questions of ``topics new`` on a terminal, and the same steps without questions."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import typer

from alerts.authoring import saving
from alerts.authoring.answer_mistakes import ALONE, LANGUAGE_KEYS, name_problem, query_problem
from alerts.authoring.answers import Answers, joined
from alerts.authoring.building import is_taken, name_for, title_of
from alerts.authoring.completing import NO_TERMS, completed, together, unknown_sets
from alerts.authoring.example_search import find_reports
from alerts.authoring.reports import ReadReport, latest_reports
from alerts.authoring.suggesting import (
    SuggestedTerm,
    TopicPart,
    check_words,
    open_parts,
    terms_by_part,
    with_terms,
)
from alerts.authoring.trying import NewTopicOutcome, NewTopicTrial, UnwantedThing, preset_against
from alerts.commands.audited import ACTOR
from alerts.operations.live_config import Live, live_at
from crawler.analysis.examples import example_article
from crawler.commands.context import counted, err, open_store, out, print_table, working
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.parsing.urls import is_web_url
from crawler.runtime.clock import now
from crawler.runtime.starting import take_back
from crawler.store import Store

SHOWN_EVENTS = 5
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")
_ADDED = re.compile(r"(?:(alone)\s+)?([a-z]{2}|\*|except)\s*[:：]\s*(.+)", re.DOTALL)


@dataclass(frozen=True)
class TopicWorkplace:
    """What a topic is made for: the configuration, its file, the store and the latest reports in it."""

    settings: Settings
    live: Live
    store: Store
    reports: Sequence[ReadReport]

    @classmethod
    def open(cls, config: str | None, *, writes: bool) -> TopicWorkplace:
        """The workplace of a configuration.

        Raises:
            ConfigError: it is wrong; AseanwatchError: it is to be written, and it is the packaged one.
        """
        live = live_at(config)
        if writes:
            _ = live.path  # before anything is asked
        store = Store(live.settings.storage.url)
        if store.exists():
            store.upgrade()
        with working("Reading the stored reports …"):
            reports = latest_reports(store)
        return cls(live.settings, live, store, reports)

    def trial(self) -> NewTopicTrial:
        """What tries answers here."""
        return NewTopicTrial(self.settings, self.reports)


def run_unasked(workplace: TopicWorkplace, answers: Answers, *, dry_run: bool, anyway: bool) -> bool:
    """Take what is suggested for every open question, and write the topic.

    Returns:
        Whether nothing was written because examples fail.

    Raises:
        AseanwatchError: the topic cannot be made.
    """
    trial = workplace.trial()
    answers, name = completed(trial, answers)
    outcome = trial.outcome(workplace.store, answers, name)
    if dry_run:
        sys.stdout.write(saving.entries_yaml(answers, name))
        _print_outcome(outcome, err_only=True)
        return False
    if outcome.broken and not anyway:
        for line in outcome.broken:
            err.print(line, markup=False, soft_wrap=True)
        return True
    _write(workplace, answers, name)
    _print_outcome(outcome)
    return False


def _write(workplace: TopicWorkplace, answers: Answers, name: str) -> None:
    saving.check(workplace.live, answers, name)
    store = open_store(workplace.settings)
    with store.write() as connection:
        saving.save(connection, workplace.live, answers, name, ACTOR, now())
    out.print(
        f"The topic {name} is written to {workplace.live.path}. A running service takes it over within seconds.",
        markup=False,
        soft_wrap=True,
    )
    out.print(f"Its examples are tested by: aseanwatch topics test", markup=False)  # noqa: F541


def run_dialogue(workplace: TopicWorkplace, answers: Answers, kept_in: Path | None = None) -> None:
    """Ask what is open, show what is suggested, and write the topic. Whatever ends it, the answers are kept.

    Args:
        workplace: what the topic is made for.
        answers: what is answered already.
        kept_in: the file that they came from, into which those that are added are written too.
    """
    dialogue = Dialogue(workplace, answers, kept_in)
    take_back()
    try:
        dialogue.run()
    except (KeyboardInterrupt, EOFError, typer.Abort):
        out.print()
        dialogue.keep()
        raise typer.Exit(130) from None
    except BaseException:
        # Whatever went wrong, what was typed is not lost.
        dialogue.keep()
        raise


class Dialogue:
    """The questions in their order.

    Args:
        workplace: what the topic is made for.
        answers: what is answered already; only what is open is asked.
        kept_in: the file of these answers.
    """

    def __init__(self, workplace: TopicWorkplace, answers: Answers, kept_in: Path | None = None) -> None:
        self._kept_in = kept_in
        self.workplace = workplace
        self.answers = answers
        self.trial = workplace.trial()
        self._is_written = False

    def run(self) -> None:
        """Ask everything; ends with the topic written, or the answers kept."""
        reports = counted(len(self.workplace.reports), "stored report", "stored reports")
        out.print(
            f"A new topic. Enter takes what stands in brackets; Ctrl-C keeps your answers. {reports} to try on."
        )
        if not self.workplace.reports:
            out.print(
                "Nothing is stored yet, so that terms cannot be counted: crawl first to see what they would hit."
            )
        if not self.answers.looking_for and not self.answers.terms:
            self._ask_words()
        if not self.answers.match and not self.answers.no_match:
            self._ask_examples()
        if self.answers.terms is None or self.answers.open_terms:
            self._ask_terms()
        name = self._ask_name()
        if self.answers.only_relevant is None:
            preset = self.trial.is_all_relevant(self.answers) is not False
            self._set(only_relevant=_yes("Only news of cooperation between the parties?", preset))
        if self.answers.without is None:
            self._ask_against(name)
        if self.answers.query is None:
            self._ask_query(name)
        self._finish(name)

    def keep(self) -> None:
        """Write the answers into a file, or print them; say how to go on."""
        if self._is_written or not self.answers.plain():
            return
        folder = Path.cwd()
        with suppress(AseanwatchError):
            folder = self.workplace.live.path.absolute().parent
        try:
            path = saving.keep_answers(self.answers, folder, self._kept_in)
        except AseanwatchError as error:
            err.print(f"{error}; these are your answers:", markup=False, soft_wrap=True)
            sys.stdout.write(self.answers.yaml())
            return
        out.print(
            f"Your answers are kept. Go on with: aseanwatch topics new --from {path}",
            markup=False,
            soft_wrap=True,
        )

    def _set(self, **values: object) -> None:
        self.answers = self.answers.with_values(**values)

    def _ask_words(self) -> None:
        while True:
            words = _asked("What do you look for? A few words in any language")
            try:
                check_words(words)
            except AseanwatchError as error:
                out.print(str(error), markup=False, soft_wrap=True)
            else:
                self._set(looking_for=words)
                return

    def _ask_examples(self) -> None:
        out.print(
            "\nExamples: paste a headline, the address of a stored article, @file with a text, or ?words to look in the store."
            " An empty line ends."
        )
        for key, what in (("match", "It must match"), ("no_match", "It must not match")):
            while line := _asked(what, empty=True):
                found = tuple(self._examples(line))
                self._set(**{key: (*getattr(self.answers, key), *found)})
        for text in set(self.answers.match) & set(self.answers.no_match):
            out.print(f"In both lists, and taken out of the second: {text}", markup=False, soft_wrap=True)
            self._set(no_match=tuple(t for t in self.answers.no_match if t != text))

    def _examples(self, line: str) -> Iterator[str]:
        """The examples that a line stands for; says what is wrong with it."""
        if line.startswith(("?", "？")):
            yield from self._picked(line[1:].strip())
            return
        if line.startswith("@"):
            try:
                line = Path(line[1:].strip()).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                out.print(
                    f"That cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8'}", markup=False
                )
                return
        if is_web_url(line):
            try:
                title = example_article(line, self.workplace.settings).title
            except AseanwatchError as error:
                out.print(str(error), markup=False, soft_wrap=True)
                return
            out.print(f"  {title}", markup=False, soft_wrap=True)
        if line:
            yield line

    def _picked(self, words: str) -> Iterator[str]:
        try:
            found = find_reports(self.workplace.store, words)
        except AseanwatchError as error:
            out.print(str(error), markup=False, soft_wrap=True)
            return
        if not found:
            out.print("Nothing stored has these words.")
            return
        rows = [(i, r.lang, r.title, r.source) for i, r in enumerate(found, 1)]
        print_table(f"Stored reports with {words}", ("no.", "lang", "title", "source"), rows)
        for number in _numbers(_asked("Which (such as 1 3-5; empty: none)", empty=True), len(found)):
            yield found[number - 1].url

    def _ask_terms(self) -> None:
        with working("Looking for terms …"):
            parts = open_parts(self.answers, self.workplace.reports)
        self._set(open_terms=())
        for number, part in enumerate(parts, 1):
            kept = self._ask_part(part)
            if not kept:
                out.print(f"Without terms, {part.typed} is left out of the query.", markup=False)
            # At once: whatever ends the questions, what was accepted is kept.
            still_open = [one.name for one in parts[number:]]
            self.answers = with_terms(self.answers, terms_by_part(kept), still_open)

    def _ask_part(self, part: TopicPart) -> list[SuggestedTerm]:
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
            line = _asked(f"Terms for {part.typed}{enough} [marked]", empty=True)
            if not line:
                return [term for term, is_taken in zip(terms, taken, strict=True) if is_taken]
            if line in ("all", "none"):
                taken = [line == "all"] * len(terms)
            elif added := _ADDED.fullmatch(line):
                self._add(part, added, terms, taken)
            else:
                for number in _numbers(line, len(terms)):
                    taken[number - 1] = not taken[number - 1]

    def _add(
        self, part: TopicPart, added: re.Match[str], terms: list[SuggestedTerm], taken: list[bool]
    ) -> None:
        alone, lang, words = added.groups()
        if lang not in LANGUAGE_KEYS:
            out.print(f"{lang} is no language here; allowed: {', '.join(LANGUAGE_KEYS)}", markup=False)
            return
        new = tuple(w for word in re.split("[,，、]", words) if (w := word.strip()))
        if alone:
            self._set(alone=joined(self.answers.alone, {lang: new}))
            return
        known = {(t.lang, t.term) for t in terms}
        for word in new:
            if (lang, word) not in known:
                terms.append(SuggestedTerm(part.name, lang, word, (), is_chosen=True))
                taken.append(True)

    def _ask_name(self) -> str:
        suggested = name_for(self.answers, self.workplace.settings)
        while True:
            name = self.answers.name or _asked("\nName of the topic", suggested)
            problem = name_problem(name)
            if problem is None and is_taken(name, self.answers, self.workplace.settings):
                problem = f"the configuration has {name} already, as a topic or a term set"
            if problem is None:
                break
            out.print(problem, markup=False, soft_wrap=True)
            self._set(name=None)
            suggested = name_for(self.answers, self.workplace.settings)
        self._set(name=name)
        if self.answers.title is None:
            self._set(title=_asked("Title that readers see", title_of(self.answers.looking_for or name)))
        return name

    def _ask_against(self, name: str) -> None:
        with working("Trying the examples …"):
            offered = self.trial.against(self.answers, name)
        if not offered:
            self._set(without={})
            return
        taken = set(preset_against(offered))
        out.print(
            "\nWhat you named as unwanted, and what headlines of your examples that must not match have and the others have not:"
        )
        while True:
            rows = [
                (
                    "x" if u in taken else "",
                    i,
                    u.name,
                    f"{len(u.examples)}, mends {len(u.mends)}",
                    u.loses,
                    _few(u),
                )
                for i, u in enumerate(offered, 1)
            ]
            columns = ("", "no.", "thing", "examples", "reports lost", "terms")
            print_table("Not if the headline is about", columns, rows)
            line = _asked("Leave out the marked ones? (Enter; numbers mark or unmark; none)", empty=True)
            if not line:
                break
            if line == "none":
                taken = set()
            for number in _numbers(line, len(offered)) if line != "none" else ():
                taken ^= {offered[number - 1]}
        self._set(without=together(u for u in offered if u in taken))

    def _ask_query(self, name: str) -> None:
        with working("Trying queries …"):
            options = self.trial.options(self.answers, name)
        if not options:
            raise AseanwatchError(NO_TERMS)
        rows = [(i, o.closeness, o.query, o.broken, o.articles) for i, o in enumerate(options, 1)]
        out.print()
        print_table("Queries", ("no.", "things stand", "query", "examples wrong", "reports caught"), rows)
        while True:
            line = _asked("Which, or a query of your own", "1")
            if line.isascii() and line.isdecimal():
                if 1 <= int(line) <= len(options):
                    self._set(query=options[int(line) - 1].query)
                    return
                out.print(f"There is no {line}; allowed: 1 to {len(options)}", markup=False)
                continue
            problem = query_problem(line) or unknown_sets(self.workplace.settings, self.answers, name, line)
            if problem is None:
                self._set(query=line)
                return
            out.print(problem, markup=False, soft_wrap=True)

    def _finish(self, name: str) -> None:
        with working("Trying the topic on the stored reports …"):
            outcome = self.trial.outcome(self.workplace.store, self.answers, name)
        _print_outcome(outcome)
        line = _asked("\nWrite it into the configuration? (yes, no, show)", "no" if outcome.broken else "yes")
        while line == "show":
            sys.stdout.write(saving.entries_yaml(self.answers, name))
            sys.stdout.flush()
            line = _asked(
                "Write it into the configuration? (yes, no, show)", "no" if outcome.broken else "yes"
            )
        if line not in ("yes", "y"):
            self.keep()
            return
        _write(self.workplace, self.answers, name)
        self._is_written = True
        out.print(
            f"Tell somebody of it: aseanwatch subscriptions add NAME --to ADDRESS --topic {name}",
            markup=False,
        )


def _few(thing: UnwantedThing) -> str:
    terms = [term for of_lang in thing.terms.values() for term in of_lang]
    return ", ".join(terms[:4])


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


def _print_outcome(outcome: NewTopicOutcome, *, err_only: bool = False) -> None:
    """Say what a topic would do."""
    to = err if err_only else out
    change = outcome.change
    lines = [
        f"On {counted(outcome.tried, 'stored report', 'stored reports')} it catches"
        f" {counted(change.after, 'report', 'reports')} of {counted(len(change.events_after), 'event', 'events')}."
    ]
    lines += [
        f"  {p.article.lang_hint or '':3} {p.article.title}"
        for p in list(change.events_after.values())[-SHOWN_EVENTS:]
    ]
    if outcome.alerts:
        lines.append(
            f"{counted(len(outcome.alerts), 'alert', 'alerts')} would have been sent, by: {', '.join(outcome.subscriptions)}."
        )
    else:
        lines.append("No alert would have been sent: nobody who is subscribed gets it.")
    if (nearest := outcome.nearest) is not None:
        lines.append(
            f"The nearest topic is {nearest.name}: {nearest.shared} of {nearest.articles} match it too."
        )
    lines += [f"Wrong: {line}" for line in outcome.broken]
    for line in lines:
        to.print(line, markup=False, soft_wrap=True)


def _asked(what: str, preset: str = "", *, empty: bool = False) -> str:
    """What somebody types, without blanks around it; asked again while it is empty and may not be."""
    while True:
        shown = f" [{preset}]" if preset else ""
        # A byte that is no text is one character: what is typed must be writable.
        line = input(f"{what}{shown}: ").encode("utf-8", "replace").decode("utf-8").strip()
        if line or preset or empty:
            return line or preset
        out.print("Please write something, or press Ctrl-C to leave.")


def _yes(what: str, preset: bool) -> bool:
    while True:
        line = _asked(f"{what} (yes, no)", "yes" if preset else "no").lower()
        if line in ("y", "yes", "n", "no"):
            return line.startswith("y")
        out.print("Please write yes or no.")


def _numbers(line: str, most: int) -> list[int]:
    """The numbers that somebody typed, such as 1 3-5; says which are none."""
    found: list[int] = []
    for word in re.split(r"[\s,，、]+", line.strip()):
        match = _RANGE.fullmatch(word)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= low <= high <= most:
            if word:
                out.print(f"{word} is no number here; allowed: 1 to {most}, such as 1 3-5", markup=False)
            continue
        found += range(low, high + 1)
    return list(dict.fromkeys(found))
