"""Asks an assistant now, whatever is known, to see what it says and what is believed of it. Nothing of it is kept but the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.assist.briefs import COLUMNS, brief_request, reports_shown
from alerts.assist.passages import passages_of
from crawler.assist.assistants import Assistants
from crawler.assist.exchange import NotAskedError, Question, exchange
from crawler.assist.glossary import Glossary, glossary_of, names_in
from crawler.assist.model import Passage
from crawler.assist.questions import brief_question, translation_question
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store import Store, stories
from crawler.store.assist import translation_key


@dataclass(frozen=True, slots=True)
class TriedAnswer:
    """What came of one request.

    Attributes:
        original: what was asked about.
        said: what the assistant said of it; None where it said nothing.
        reason: why that is not believed, or why nothing came; None where it is believed.
        failed: whether nothing came: what it took is not known.
    """

    task: str
    kind: str
    model: str
    original: str
    said: Any
    reason: str | None
    tokens_in: int
    tokens_out: int
    money: float
    seconds: float
    failed: bool = False

    @property
    def is_believed(self) -> bool:
        """Whether readers would see it."""
        return self.reason is None


class AssistTrial:
    """Asks the assistants of a configuration for somebody who watches.

    Args:
        settings: the whole configuration.
        store: where requests are noted; the budget of the day counts them.
        clock: gives the present moment.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._assistants = Assistants(settings)
        with store.read() as connection:
            self._glossary: Glossary = glossary_of(connection, settings)

    def text(self, text: str, lang: str, to: str) -> list[TriedAnswer]:
        """The translation of a text."""
        return self._translated([Passage(text, lang)], to)

    def story(self, number: int, to: str) -> list[TriedAnswer]:
        """The translations of a story's reports, and its brief, of the sources that allow it.

        Raises:
            AseanwatchError: there is no such story, or its sources allow no assistant.
        """
        with self._store.read() as connection:
            rows = stories.members(connection, [number], COLUMNS).get(number, [])
        if not rows:
            raise AseanwatchError(f"there is no story {number}; aseanwatch stories list shows them")
        allowed = [r for r in rows if self._assistants.may_send(r.source)]
        if not allowed:
            raise AseanwatchError(
                f"the sources of story {number} allow no assistant (sources: assist: false)"
            )
        said = [Passage(text, lang, r.id, r.source) for r in allowed for text, lang in passages_of(r)]
        found: list[TriedAnswer] = []
        for lang in dict.fromkeys(p.lang for p in said if p.lang != to):
            found += self._translated([p for p in said if p.lang == lang], to)
        request = brief_request(reports_shown(rows, self._assistants.may_send), to, self._glossary)
        return found + self._asked(brief_question(request, number), [f"story {number}"])

    def close(self) -> None:
        """Let go of the assistants."""
        self._assistants.close()

    def _translated(self, passages: list[Passage], to: str) -> list[TriedAnswer]:
        names: dict[str, str] = {}
        for passage in passages:
            names |= names_in(passage.text, passage.lang, to, self._glossary)
        wanted = {translation_key(p.text, p.lang, to): p for p in passages}
        keys, found = list(wanted), list[TriedAnswer]()
        most = max((s.batch for s in self._assistants.settings.assistants), default=1)
        for start in range(0, len(keys), most):
            some = {k: wanted[k] for k in keys[start : start + most]}
            found += self._asked(translation_question(some, to, names), [p.text for p in some.values()])
        return found

    def _asked(self, question: Question[Any], originals: list[str]) -> list[TriedAnswer]:
        try:
            done = exchange(self._store, self._assistants, question, self._clock, afresh=True)
        except NotAskedError as error:
            raise AseanwatchError(f"nothing was sent: {error}") from error
        name, sent = done.chosen.name, done.sent
        assert sent is not None
        took = (sent.tokens_in, sent.tokens_out, sent.money, sent.seconds)
        if done.answer is None:
            reason = f"{done.error.kind}: {done.error}" if done.error else "it gave no answer"
            return [
                TriedAnswer(question.task.value, name.kind, name.model, o, None, reason, *took, failed=True)
                for o in originals
            ]
        model = done.answer.model or name.model
        judged = zip(originals, question.judged(done.answer, done.keys), self._said(done.answer), strict=True)
        return [
            TriedAnswer(question.task.value, name.kind, model, o, j.answer or raw, j.reason, *took)
            for o, j, raw in judged
        ]

    @staticmethod
    def _said(answer: Any) -> list[Any]:
        """What an answer says to each question, also where nothing of it is believed."""
        if hasattr(answer, "texts"):
            return [{"text": text} if text else None for text in answer.texts]
        return [{"statements": [{"text": s.text, "reports": list(s.reports)} for s in answer.statements]}]
