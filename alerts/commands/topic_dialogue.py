"""The questions of ``topics new`` on a terminal, in their order."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import typer

from alerts.authoring import saving
from alerts.authoring.answer_mistakes import name_problem, query_problem
from alerts.authoring.answers import Answers
from alerts.authoring.building import is_taken, name_for, title_of
from alerts.authoring.completing import NO_TERMS, together, unknown_sets
from alerts.authoring.suggesting import check_words
from alerts.authoring.trying import UnwantedThing, preset_against
from alerts.commands.asking import asked, is_yes, numbers_in
from alerts.commands.topic_examples import ask_examples
from alerts.commands.topic_outcome import print_outcome
from alerts.commands.topic_terms import ask_terms
from alerts.commands.topic_workplace import OpenAnswers, TopicWorkplace, write_topic
from crawler.commands.context import counted, err, out, print_table, working
from crawler.model import AseanwatchError
from crawler.runtime.starting import take_back


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
        self._open = OpenAnswers(workplace, answers)
        self.trial = workplace.trial()
        self._is_written = False

    @property
    def answers(self) -> Answers:
        """The answers so far."""
        return self._open.answers

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
            ask_examples(self._open)
        if self.answers.terms is None or self.answers.open_terms:
            ask_terms(self._open)
        name = self._ask_name()
        if self.answers.only_relevant is None:
            preset = self.trial.is_all_relevant(self.answers) is not False
            self._open.set(only_relevant=is_yes("Only news of cooperation between the parties?", preset))
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

    def _ask_words(self) -> None:
        while True:
            words = asked("What do you look for? A few words in any language")
            try:
                check_words(words)
            except AseanwatchError as error:
                out.print(str(error), markup=False, soft_wrap=True)
            else:
                self._open.set(looking_for=words)
                return

    def _ask_name(self) -> str:
        suggested = name_for(self.answers, self.workplace.settings)
        while True:
            name = self.answers.name or asked("\nName of the topic", suggested)
            problem = name_problem(name)
            if problem is None and is_taken(name, self.answers, self.workplace.settings):
                problem = f"the configuration has {name} already, as a topic or a term set"
            if problem is None:
                break
            out.print(problem, markup=False, soft_wrap=True)
            self._open.set(name=None)
            suggested = name_for(self.answers, self.workplace.settings)
        self._open.set(name=name)
        if self.answers.title is None:
            self._open.set(title=asked("Title that readers see", title_of(self.answers.looking_for or name)))
        return name

    def _ask_against(self, name: str) -> None:
        with working("Trying the examples …"):
            offered = self.trial.against(self.answers, name)
        if not offered:
            self._open.set(without={})
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
            line = asked("Leave out the marked ones? (Enter; numbers mark or unmark; none)", empty=True)
            if not line:
                break
            if line == "none":
                taken = set()
            for number in numbers_in(line, len(offered)) if line != "none" else ():
                taken ^= {offered[number - 1]}
        self._open.set(without=together(u for u in offered if u in taken))

    def _ask_query(self, name: str) -> None:
        with working("Trying queries …"):
            options = self.trial.options(self.answers, name)
        if not options:
            raise AseanwatchError(NO_TERMS)
        rows = [(i, o.closeness, o.query, o.broken, o.articles) for i, o in enumerate(options, 1)]
        out.print()
        print_table("Queries", ("no.", "things stand", "query", "examples wrong", "reports caught"), rows)
        while True:
            line = asked("Which, or a query of your own", "1")
            if line.isascii() and line.isdecimal():
                if 1 <= int(line) <= len(options):
                    self._open.set(query=options[int(line) - 1].query)
                    return
                out.print(f"There is no {line}; allowed: 1 to {len(options)}", markup=False)
                continue
            problem = query_problem(line) or unknown_sets(self.workplace.settings, self.answers, name, line)
            if problem is None:
                self._open.set(query=line)
                return
            out.print(problem, markup=False, soft_wrap=True)

    def _finish(self, name: str) -> None:
        with working("Trying the topic on the stored reports …"):
            outcome = self.trial.outcome(self.workplace.store, self.answers, name)
        print_outcome(outcome)
        line = asked("\nWrite it into the configuration? (yes, no, show)", "no" if outcome.broken else "yes")
        while line == "show":
            sys.stdout.write(saving.entries_yaml(self.answers, name))
            sys.stdout.flush()
            line = asked(
                "Write it into the configuration? (yes, no, show)", "no" if outcome.broken else "yes"
            )
        if line not in ("yes", "y"):
            self.keep()
            return
        write_topic(self.workplace, self.answers, name)
        self._is_written = True
        out.print(
            f"Tell somebody of it: aseanwatch subscriptions add NAME --to ADDRESS --topic {name}",
            markup=False,
        )


def _few(thing: UnwantedThing) -> str:
    terms = [term for of_lang in thing.terms.values() for term in of_lang]
    return ", ".join(terms[:4])
