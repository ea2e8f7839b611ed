"""What ``topics new`` is worth to somebody who makes a topic with it: ``python -m benchmarks.new_topics [--json] [--misses] [--seen]``.

Five topics were made by its questions. ``benchmarks/topics/answers`` has what was answered: ``*.first.yaml`` what is looked for and
some examples, so that all suggested terms are taken; ``*.edited.yaml`` the terms after somebody refused some and added others.
``benchmarks/topics/*.yaml`` has news in ten languages, written and labelled after the answers and before anything was judged; ``--seen`` takes the news by which the suggestions were mended instead. Each
figure has the bounds between which 95 of 100 draws of as many items lie.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from alerts.authoring.answers import Answers, read_answers
from alerts.authoring.building import settings_with, topic_setting
from alerts.authoring.completing import completed
from alerts.authoring.suggesting import parts_of
from alerts.authoring.trying import NewTopicTrial
from crawler.analysis.examples import text_article
from crawler.config import load
from crawler.config.settings import Settings
from crawler.judging.evaluation.rows import LabelledPair
from crawler.judging.evaluation.tallies import StoryCounts, intervals
from crawler.judging.evaluation.verdicts import flag
from crawler.judging.judge import Judge

HERE = Path(__file__).parent / "topics"
ROOT = Path(__file__).resolve().parent.parent
TOPICS = ("durian_exports", "mekong_water", "battery_plants", "high_speed_rail", "scam_centres")
STAGES = {"first": "suggested terms alone", "edited": "after editing"}


class HeldItem(NamedTuple):
    """A held example: its language, text and label."""

    lang: str
    text: str
    is_wanted: bool


class Acceptance(NamedTuple):
    """How many terms were suggested and marked, how many of these somebody kept, and how many were added."""

    marked: int
    kept: int
    added: int


def held_items(topic: str, *, seen: bool = False) -> list[HeldItem]:
    """The held examples of a topic; or those that were looked at."""
    folder = HERE / "seen" if seen else HERE
    found = yaml.safe_load((folder / f"{topic}.yaml").read_text(encoding="utf-8"))
    return [
        HeldItem(lang, text, label == "yes")
        for lang, labelled in found.items()
        for label, texts in labelled.items()
        for text in texts
    ]


def answers_of(topic: str, stage: str) -> Answers:
    """What was answered for a topic, at a stage."""
    return read_answers(HERE / "answers" / f"{topic}.{stage}.yaml")


def judged(settings: Settings, topic: str, stage: str, items: Sequence[HeldItem]) -> list[LabelledPair]:
    """The held examples with whether the topic that the answers make matches them."""
    answers, name = completed(NewTopicTrial(settings, ()), answers_of(topic, stage))
    judge = Judge(settings_with(settings, answers, name, {name: topic_setting(answers)}).rules())
    pairs = []
    for number, item in enumerate(items):
        reading = judge.classify_without_features(text_article(str(number), item.text))
        matches = any(t.name == name for t in reading.topics)
        row = {"id": str(number), "lang": item.lang, "text": item.text, "match": item.is_wanted}
        pairs.append(LabelledPair(row, {"id": str(number), "match": matches}))
    return pairs


def acceptance(topic: str) -> Acceptance:
    """What became of the terms that were suggested for the words of the edited answers."""
    edited = answers_of(topic, "edited")
    marked = {(t.lang, t.term) for p in parts_of(edited.looking_for) for t in p.terms if t.is_chosen}
    groups = [*(edited.terms or {}).values(), edited.alone]
    final = {(lang, term) for spellings in groups for lang, terms in spellings.items() for term in terms}
    return Acceptance(len(marked), len(marked & final), len(final - marked))


def tallies(pairs: Sequence[LabelledPair]) -> Iterator[tuple[str, StoryCounts]]:
    """The counts of all items, of each language, and of both forms."""
    yield "all", flag(pairs, "match")
    for lang in dict.fromkeys(p.gold["lang"] for p in pairs):
        yield lang, flag([p for p in pairs if p.gold["lang"] == lang], "match")
    yield "headlines", flag([p for p in pairs if "\n" not in p.gold["text"]], "match")
    yield "with text", flag([p for p in pairs if "\n" in p.gold["text"]], "match")


def measured(settings: Settings, *, seen: bool = False) -> dict[str, Any]:
    """All figures, by topic and stage."""
    found: dict[str, Any] = {}
    everything: dict[str, list[LabelledPair]] = {stage: [] for stage in STAGES}
    for topic in TOPICS:
        items = held_items(topic, seen=seen)
        found[topic] = {"items": len(items), "terms": acceptance(topic)._asdict()}
        for stage in STAGES:
            pairs = judged(settings, topic, stage, items)
            everything[stage] += [
                LabelledPair({**p.gold, "id": f"{topic} {p.gold['id']}"}, p.guess) for p in pairs
            ]
            found[topic] |= {stage: _figures(pairs), f"{stage} misses": _misses(pairs)}
    found["all topics"] = {"items": len(everything["first"])} | {
        s: _figures(p) for s, p in everything.items()
    }
    return found


def _figures(pairs: Sequence[LabelledPair]) -> dict[str, Any]:
    counted = dict(tallies(pairs))
    bounds = intervals(counted, (p.story for p in pairs))
    return {name: tally.figures() | {"bounds": bounds.get(name, {})} for name, tally in counted.items()}


def _misses(pairs: Sequence[LabelledPair]) -> list[str]:
    signs = {True: "missed", False: "wrong"}
    return [
        f"{signs[p.gold['match']]} {p.gold['lang']}: {p.gold['text'].splitlines()[0]}"
        for p in pairs
        if p.gold["match"] != p.guess["match"]
    ]


def _line(name: str, figures: dict[str, Any]) -> str:
    parts = [
        f"{key.upper()} {figures[key]:.2f} ({figures['bounds'].get(key, [0, 0])[0]:.2f}–{figures['bounds'].get(key, [0, 0])[1]:.2f})"
        for key in ("p", "r", "f1")
    ]
    return f"    {name:10} {'  '.join(parts)}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true", help="also what was judged otherwise than labelled")
    parser.add_argument(
        "--seen", action="store_true", help="on the news by which the suggestions were mended"
    )
    chosen = parser.parse_args()
    found = measured(load(ROOT / "config.yaml"), seen=chosen.seen)
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for topic, own in found.items():
        print(f"{topic}: {own['items']} items")
        if "terms" in own:
            print(
                f"  terms: {own['terms']['kept']} of {own['terms']['marked']} kept, {own['terms']['added']} added"
            )
        for stage, words in STAGES.items():
            print(f"  {words}")
            for name, figures in own[stage].items():
                print(_line(name, figures))
            for line in own.get(f"{stage} misses", ()) if chosen.misses else ():
                print(f"    {line}")


if __name__ == "__main__":
    main()
