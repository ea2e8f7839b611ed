"""Writes docs/worked-topics: how five topics were made with ``topics new``, and what they are worth (``make topic-pages``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from alerts.authoring.answers import Answers
from alerts.authoring.completing import completed
from alerts.authoring.saving import entries_yaml
from alerts.authoring.suggesting import parts_of
from alerts.authoring.trying import NewTopicTrial
from benchmarks.new_topics import ROOT, STAGES, TOPICS, answers_of, measured
from crawler.config import load
from crawler.config.settings import Settings
from crawler.judging.text.language import LANGUAGES

FOLDER = ROOT / "docs/worked-topics"
MOST_SHOWN = 14


def page(settings: Settings, topic: str, figures: Mapping[str, Any]) -> str:
    """The page of a topic."""
    first, edited = (answers_of(topic, stage) for stage in STAGES)
    made, name = completed(NewTopicTrial(settings, ()), edited)
    return "\n".join(
        [
            f"# {edited.title}",
            "",
            *_asked(first, edited),
            *_suggested(edited),
            "## What was written",
            "",
            "```yaml",
            entries_yaml(made, name).rstrip(),
            "```",
            "",
            *_measures(figures),
        ]
    )


def _asked(first: Answers, edited: Answers) -> Iterator[str]:
    yield "## What was asked and answered"
    yield ""
    yield f"- What do you look for? `{first.looking_for}`"
    if edited.looking_for != first.looking_for:
        yield f"- Asked again, with alternatives: `{edited.looking_for}`"
    for question, texts in (("It must match", first.match), ("It must not match", first.no_match)):
        yield f"- {question}:"
        yield from (f"    - {text}" for text in texts)
    yield "- Only news of cooperation? no: here every report is of interest."
    yield ""


def _suggested(edited: Answers) -> Iterator[str]:
    offered = [term for part in parts_of(edited.looking_for) for term in part.terms]
    groups = [*(edited.terms or {}).values(), edited.alone]
    final = {(lang, term) for own in groups for lang, terms in own.items() for term in terms}
    known = {(t.lang, t.term) for t in offered}
    refused = [f"{t.term} ({t.lang})" for t in offered if t.is_chosen and (t.lang, t.term) not in final]
    added = [
        f"{term} ({lang})" for lang, term in sorted(final - known, key=lambda key: LANGUAGES.index(key[0]))
    ]
    origins = Counter(str(origin) for t in offered for origin in t.origins[:1])
    marked = sum(t.is_chosen for t in offered)
    yield "## What was suggested"
    yield ""
    yield f"{len(offered)} terms, {marked} of them marked beforehand; by where each was found first: {_counted(origins)}."
    yield ""
    yield f"- Refused: {_some(refused)}."
    yield f"- Added: {_some(added)}."
    yield ""


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def _some(words: Iterable[str]) -> str:
    listed = list(words)
    more = f", and {len(listed) - MOST_SHOWN} more" if len(listed) > MOST_SHOWN else ""
    return ", ".join(listed[:MOST_SHOWN]) + more if listed else "none"


def _measures(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "## What it is worth"
    yield ""
    yield f"On {figures['items']} held headlines and articles in ten languages; in brackets the bounds of 95 of 100 draws of as many."
    yield ""
    yield from table(figures)


def table(figures: Mapping[str, Any]) -> Iterator[str]:
    """The figures of both stages as a table."""
    yield "| | " + " | ".join(f"{words}: P | R | F1" for words in STAGES.values()) + " |"
    yield "|---|" + "---:|" * 6
    for name in ("all", "headlines", "with text", *LANGUAGES):
        cells = [_cell(figures[stage][name], key) for stage in STAGES for key in ("p", "r", "f1")]
        yield f"| {name} | " + " | ".join(cells) + " |"
    yield ""


def _cell(figures: Mapping[str, Any], key: str) -> str:
    low, high = figures["bounds"].get(key, (0.0, 0.0))
    return f"{figures[key]:.2f} ({low:.2f}–{high:.2f})"


def main() -> None:
    """Write all pages."""
    settings = load(ROOT / "config.yaml")
    found = measured(settings)
    FOLDER.mkdir(exist_ok=True)
    for topic in TOPICS:
        _write(FOLDER / f"{topic}.md", page(settings, topic, found[topic]))
    rows = [
        f"| [{answers_of(topic, 'edited').title}]({topic}.md) | {own['items']} | {own['terms']['kept']} of {own['terms']['marked']} |"
        f" {own['terms']['added']} | {_cell(own['first']['all'], 'f1')} | {_cell(own['edited']['all'], 'f1')} |"
        for topic, own in found.items()
        if topic in TOPICS
    ]
    whole = found["all topics"]
    text = [
        "# Five topics, and what they are worth",
        "",
        "Each was made with [`aseanwatch topics new`](../how-to/write-a-topic.md): first the suggested terms alone, then after an",
        "operator refused some terms and added others. The news that they are measured on was written after the answers, and labelled",
        "before anything was judged; by the same hand as the tables, so that other news will do worse. One more set of as many items,",
        "in `benchmarks/topics/seen`, showed what to mend in the suggestions. `python -m benchmarks.new_topics --misses` prints all",
        "figures, and what was judged otherwise than labelled.",
        "",
        "| topic | held items | suggested terms kept | terms added | F1, suggested terms alone | F1, after editing |",
        "|---|---:|---:|---:|---:|---:|",
        *rows,
        "",
        "## All topics together",
        "",
        *table(whole),
        "What is missed with the suggested terms alone is mostly said in other words: a durian that is *sent*, *imported* or *held at",
        "customs* is not *exported*, and news of a river's flood need not say *water*. A second look with alternatives",
        "(`durian export/import/shipment`) finds them in all languages at once. Precision is lost where the headline of a film, a",
        "novel or a warning has the words of the topic: one example that must not match, and the thing is left out in ten languages.",
    ]  # fmt: skip
    _write(FOLDER / "index.md", "\n".join([*text, ""]))


def _write(path: Path, text: str) -> None:
    path.write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
