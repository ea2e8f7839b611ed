"""The questions that assistants are asked: what is sent for each, and what is believed of an answer. Pure but for the asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from crawler.assist import trust
from crawler.assist.exchange import JudgedAnswer, Question
from crawler.assist.model import (
    AssistError,
    AssistReport,
    BriefAnswer,
    BriefRequest,
    CheckAnswer,
    CheckRequest,
    Passage,
    Task,
    TranslationAnswer,
    TranslationRequest,
)
from crawler.store.assist import question_key

BRIEF_TOKENS, OPINION_TOKENS = 200, 200
"""What an answer may take, by estimate."""
NOTHING_GIVEN = "the assistant gave no translation"


def brief_key(request: BriefRequest) -> str:
    """The key of a brief: the same reports, in one language."""
    return question_key(Task.BRIEF, request.to, *_shown(request.reports))


def check_key(request: CheckRequest) -> str:
    """The key of a check: the same clause in the same reports."""
    return question_key(
        Task.CHECK, "", request.clause, request.lang, str(request.number), *_shown(request.reports)
    )


def _shown(reports: Sequence[AssistReport]) -> Iterator[str]:
    for report in reports:
        yield from (str(report.article), report.title, report.text)


def translation_question(
    passages: Mapping[str, Passage], to: str, names: Mapping[str, str]
) -> Question[TranslationAnswer]:
    """What is asked for the translations of passages of one language, by their keys."""

    def request(keys: Sequence[str]) -> TranslationRequest:
        said = tuple(passages[k] for k in keys)
        mine = {name: shown for name, shown in names.items() if any(name in p.text for p in said)}
        return TranslationRequest(said, to, mine)

    def ask(assistant: object, keys: Sequence[str]) -> TranslationAnswer:
        answer: TranslationAnswer = assistant.translate(request(keys))  # type: ignore[attr-defined]
        if len(answer.texts) != len(keys):
            raise AssistError("unreadable", f"{len(answer.texts)} translations came for {len(keys)} passages")
        return answer

    def judged(answer: TranslationAnswer, keys: Sequence[str]) -> list[JudgedAnswer]:
        return [
            _judged_text(passages[k], to, text, names) for k, text in zip(keys, answer.texts, strict=True)
        ]

    def articles(keys: Sequence[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(n for k in keys if (n := passages[k].article) is not None))

    return Question(
        Task.TRANSLATE, to, next(iter(passages.values())).lang, tuple(passages), ask, judged,
        characters=lambda keys: sum(len(passages[k].text) for k in keys),
        articles=articles,
        sources=lambda keys: tuple(dict.fromkeys(passages[k].source for k in keys if passages[k].source)),
        received=lambda answer: sum(len(text or "") for text in answer.texts),
    )  # fmt: skip


def _judged_text(passage: Passage, to: str, text: str | None, names: Mapping[str, str]) -> JudgedAnswer:
    if not text or not text.strip():
        return JudgedAnswer(None, NOTHING_GIVEN)
    mine = {name: shown for name, shown in names.items() if name in passage.text}
    return JudgedAnswer({"text": text}, trust.believed_translation(passage, to, text, mine).reason)


def brief_question(request: BriefRequest, story: int) -> Question[BriefAnswer]:
    """What is asked for a brief on a story."""
    articles = {r.number: r.article for r in request.reports}

    def judged(answer: BriefAnswer, keys: Sequence[str]) -> list[JudgedAnswer]:
        unknown = {n for s in answer.statements for n in s.reports} - articles.keys()
        if not answer.statements:
            return [JudgedAnswer(None, "the brief says nothing")]
        if unknown:
            return [JudgedAnswer(None, f"it names report {min(unknown)}, which it was not shown")]
        said = [{"text": s.text, "articles": [articles[n] for n in s.reports]} for s in answer.statements]
        # All that it was shown, not only what it cites: a source may forbid it later.
        made = {"statements": said, "reports": list(articles.values())}
        return [JudgedAnswer(made, trust.believed_brief(request, answer).reason)]

    return Question(
        Task.BRIEF, request.to, None, (brief_key(request),), lambda assistant, keys: assistant.brief(request), judged,
        characters=lambda keys: _size(request.reports),
        articles=lambda keys: tuple(articles.values()), sources=lambda keys: _sources(request.reports),
        received=lambda answer: sum(len(s.text) for s in answer.statements),
        expected=BRIEF_TOKENS, story=story,
    )  # fmt: skip


def check_question(
    request: CheckRequest, story: int, base_key: str | None, key: str | None = None
) -> Question[CheckAnswer]:
    """What is asked for an opinion on a candidate; under a key that the caller gives, or that of its words."""
    articles = {r.number: r.article for r in request.reports}

    def judged(answer: CheckAnswer, keys: Sequence[str]) -> list[JudgedAnswer]:
        said = answer.opinion
        opinion = {
            "verdict": said.verdict, "name": said.name, "places": list(said.places), "stage": said.stage, "quote": said.quote,
            "article": articles.get(said.report),
        }  # fmt: skip
        return [JudgedAnswer(opinion, trust.believed_opinion(request, said).reason)]

    return Question(
        Task.CHECK, request.lang, None, (key or check_key(request),), lambda assistant, keys: assistant.check(request), judged,
        characters=lambda keys: len(request.clause) + _size(request.reports),
        articles=lambda keys: tuple(articles.values()), sources=lambda keys: _sources(request.reports),
        received=lambda answer: len(answer.opinion.quote) + len(answer.opinion.name),
        expected=OPINION_TOKENS, story=story, base=base_key,
    )  # fmt: skip


def numbered(reports: Sequence[AssistReport]) -> tuple[AssistReport, ...]:
    """Reports with numbers from 1 on."""
    return tuple(replace(report, number=number) for number, report in enumerate(reports, 1))


def _size(reports: Sequence[AssistReport]) -> int:
    return sum(len(r.title) + len(r.text) for r in reports)


def _sources(reports: Sequence[AssistReport]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.source for r in reports if r.source))
