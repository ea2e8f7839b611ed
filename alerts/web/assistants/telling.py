"""Answers in a few lines, for assistants that read text alone; each line has its source, and marks what others wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.web.assistants import answers
from alerts.web.assistants.room import quoted


def in_words(answer: object) -> str:  # noqa: PLR0911 - one for each kind of answer
    """An answer as text."""
    match answer:
        case answers.StoriesFound(stories=stories, next=following):
            return _list("stories", [_story(s) for s in stories], following)
        case answers.StoryRead(story=story, reports=reports, next=following):
            return _story(story) + "\n" + _list("reports", [_report(r) for r in reports], following)
        case answers.BasesFound(bases=bases, next=following):
            return _list("bases", [_base(b) for b in bases], following)
        case answers.BaseRead():
            return _base_read(answer)
        case answers.DecisionTrail():
            return _why(answer)
        case answers.NewsSince():
            return _news(answer)
        case answers.TopicsFound(topics=topics, next=following):
            return _list("topics", [f"{t.name}: {t.title}" for t in topics], following)
    raise TypeError("an answer of a kind that is not told")


def _list(what: str, lines: Sequence[str], following: str | None) -> str:
    shown = "\n".join(lines) if lines else f"no {what}"
    return f"{shown}\nmore with cursor {following}" if following else shown


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _joined(*parts: str) -> str:
    return "; ".join(p for p in parts if p)


def _story(s: answers.StorySource) -> str:
    many = f"{s.reports} report{'' if s.reports == 1 else 's'} in {', '.join(s.languages)}"
    line = f"story {s.id}: {quoted(s.headline)} ({quoted(s.outlet)}, {_day(s.first_seen)}; {many}) {s.url}".rstrip()
    return "\n".join([line, *_translated(s.translation), *map(_briefed, s.brief or ())])


def _translated(made: answers.MachineTextRead | None) -> list[str]:
    """A line with what a machine made of what stands before it; none where it made nothing."""
    return [f"  machine translation by {_model(made)}: {quoted(made)}"] if made else []


def _briefed(line: answers.BriefLineRead) -> str:
    said_by = ", ".join(map(str, line.reports))
    return f"  brief by {_model(line.said)}: {quoted(line.said)} (reports {said_by})"


def _model(made: answers.MachineTextRead) -> str:
    """The name that a model gives itself: text from outside, too."""
    return quoted(answers.OutsideText(text=made.by))


def _report(r: answers.ReportSource) -> str:
    when = _day(r.published or r.first_seen)
    found = ", ".join(f"{t.name} ({', '.join(t.terms)})" for t in r.topics)
    copy = f"repeats {r.copy_of}" if r.copy_of is not None else ""
    head = f"report {r.id}: {quoted(r.headline)} ({quoted(r.outlet)}, {r.headline.lang}, {when}) {r.url}".rstrip()
    return "\n".join([_joined(head, copy, found), *_translated(r.translation)])


def _base(b: answers.BaseListed) -> str:
    places = ", ".join([*b.cities, *b.countries])
    return f"base {b.key}: {quoted(b.name)} ({_joined(b.stage, places, str(b.day or ''))}) {b.url}".rstrip()


def _base_read(answer: answers.BaseRead) -> str:
    lines = [_base(answer.base)]
    for s in answer.timeline:
        when = str(s.day or "") or (f"reported {_day(s.reported)}" if s.reported else "")
        lines.append(f"{_joined(s.stage, when)}: {quoted(s.sentence)} ({quoted(s.outlet)}) {s.url}".rstrip())
        lines += _translated(s.translation)
    return "\n".join(lines)


def _why(answer: answers.DecisionTrail) -> str:
    lines = []
    for r in answer.reports:
        topics = ", ".join(f"{t.name} ({', '.join(t.terms)})" for t in r.topics) or "no topic"
        judged = f"{'relevant' if r.relevant else 'not relevant'} ({r.score:.2f})"
        copy = f"repeats {r.copy_of}" if r.copy_of is not None else ""
        lines.append(_joined(f"report {r.id}: {quoted(r.headline)} {r.url}".rstrip(), judged, topics, copy))
    for one in answer.subscriptions:
        lines.append(
            f"{one.subscription}: {', '.join(one.alerts) if one.alerted else f'silence: {one.silence}'}"
        )
    if answer.left_out:
        lines.append(f"{answer.left_out} more are left out; ask about one subscription")
    return "\n".join(lines) or "nothing is known of it"


def _news(answer: answers.NewsSince) -> str:
    lines = [f"{'new' if n.is_new else f'+{n.new_reports}'} {_story(n.story)}" for n in answer.news]
    more = "there is more: ask again" if answer.more else "that is all; ask the next time"
    return "\n".join([*(lines or ["nothing new"]), f"{more} with cursor {answer.next}"])
