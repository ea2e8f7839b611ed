"""Asks the second reader about doubtful bases, and does at once what its opinions change."""

from __future__ import annotations

from functools import cached_property

from alerts.assist.second_reader import act_on, questions
from crawler.assist.asking import ask_check
from crawler.assist.assistants import Assistants
from crawler.assist.exchange import Clock, NotAskedError, choose, is_open
from crawler.assist.model import Task
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.store import Store
from crawler.store.assist import answers


class SecondReader:
    """Has doubtful bases read a second time. For one thread.

    Args:
        settings: the whole configuration.
        store: where everything is kept.
        assistants: who is asked.
        clock: gives the present moment.
    """

    def __init__(self, settings: Settings, store: Store, assistants: Assistants, clock: Clock) -> None:
        self._settings, self._store, self._assistants, self._clock = settings, store, assistants, clock

    @cached_property
    def _judge(self) -> Judge:
        # Made where a candidate enters, which is rare: its tables take a second and a hundred megabytes.
        return Judge(self._settings.rules())

    def read(self) -> int:
        """Ask about each candidate that waits; gives how many opinions there are of them now."""
        now = self._clock()
        with self._store.read() as connection:
            wanted = questions(connection, self._settings, now)
            known = answers(connection, (q.candidate.question for q in wanted))
        found = 0
        for asked in wanted:
            answer = known.get(asked.candidate.question)
            if is_open(answer, now):
                try:
                    # Without one that can be asked nothing is, and nothing is noted for each candidate.
                    choose(self._store, self._assistants, Task.CHECK, None, None, now)
                except NotAskedError:
                    break
                answer = ask_check(
                    self._store, self._assistants, asked.request, asked.story, asked.base,
                    key=asked.candidate.question, clock=self._clock,
                )  # fmt: skip
            if answer is None or answer.answer is None:
                continue
            found += 1
            if asked.candidate.taken or answer.answer["verdict"] != "yes":
                continue
            with self._store.write() as connection:
                act_on(connection, self._settings, lambda: self._judge, asked, answer, self._clock())
        return found
