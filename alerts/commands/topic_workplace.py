"""Where a new topic is made by command: the configuration, its store, the answers so far; and how it is written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.authoring import saving
from alerts.authoring.answers import Answers
from alerts.authoring.completing import completed
from alerts.authoring.reports import ReadReport, latest_reports
from alerts.authoring.trying import NewTopicTrial
from alerts.commands.audited import ACTOR
from alerts.commands.topic_outcome import print_outcome
from alerts.operations.live_config import Live, live_at
from crawler.commands.context import err, open_store, out, working
from crawler.config.settings import Settings
from crawler.runtime.clock import now
from crawler.store import Store


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


@dataclass
class OpenAnswers:
    """The answers while they are asked: whatever ends the questions, what stands in them is kept.

    Attributes:
        workplace: what the topic is made for.
        answers: those so far.
    """

    workplace: TopicWorkplace
    answers: Answers

    def set(self, **values: object) -> None:
        """Take answers."""
        self.answers = self.answers.with_values(**values)


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
        print_outcome(outcome, err_only=True)
        return False
    if outcome.broken and not anyway:
        for line in outcome.broken:
            err.print(line, markup=False, soft_wrap=True)
        return True
    write_topic(workplace, answers, name)
    print_outcome(outcome)
    return False


def write_topic(workplace: TopicWorkplace, answers: Answers, name: str) -> None:
    """Write a topic into the configuration and its history, and say where.

    Raises:
        ConfigError, AseanwatchError: it cannot be written; then nothing is.
    """
    saving.check(workplace.live, answers, name)
    store = open_store(workplace.settings)
    with store.write() as connection:
        saving.save(connection, workplace.live, answers, name, ACTOR, now())
    out.print(
        f"The topic {name} is written to {workplace.live.path}. A running service takes it over within seconds.",
        markup=False,
        soft_wrap=True,
    )
    out.print("Its examples are tested by: aseanwatch topics test", markup=False)
