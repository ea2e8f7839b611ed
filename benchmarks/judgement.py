"""How well news is judged, beside simple rules: ``python -m benchmarks.judgement [FILE…]``.

Judges labelled news (in the format of ``aseanwatch evaluate``); without a file our own sample news in ``benchmarks/news``. Two rules
get the same terms. The keyword rule takes an article for relevant that names both parties anywhere, for one of a topic if it has
a term of it, and for a new base if it has a word for a base and one for coming into being. The first-sentence rule does the
same with the headline and the first sentence alone. ``--before`` adds the predictions of another release (as ``classify`` writes them).
Each figure has the bounds between which 95 of 100 draws of as many stories lie.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

from benchmarks.pictures import OTHERS, OURS
from crawler.analysis.classify import article_of, read_rows
from crawler.analysis.evaluate import base_topics, evaluate
from crawler.config import load
from crawler.judging.evaluation import measure
from crawler.judging.evaluation.depth import FRONTS, deeper, on_bases
from crawler.judging.judge import Judge, all_sets
from crawler.judging.queries.query import parse, term_sets_of
from crawler.judging.text.matching import Hit
from crawler.judging.text.sentences import Sentences
from crawler.judging.text.terms import expand

HERE = Path(__file__).parent
ROOT = HERE.parent
NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS, FIRST_SENTENCE, BEFORE, OWN = "keyword rule", "first-sentence rule", "release before", "aseanwatch"
DEEPEST = "behind 750 characters"
Row = dict[str, Any]
Measures = dict[str, Any]


class Rule:
    """A rule over the terms found in some part of an article, as a peer of the judge."""

    def __init__(self, judge: Judge, counts: Callable[[Sentences, Hit], bool]) -> None:
        self._judge = judge
        self._counts = counts
        self._sets = all_sets(judge.rules.terms)
        self._topics = {topic.name: term_sets_of(parse(topic.query)) for topic in judge.rules.topics}

    def predict(self, row: Row) -> Row:
        """What the rule says of an article, as `classify` writes it."""
        findings = self._judge.explain(article_of(row, NOW)).findings
        sentences = Sentences(findings)

        def has(name: str) -> bool:
            hits = findings.of(expand(self._sets, name))
            return any(self._counts(sentences, hit) for hit in hits)

        relevance, bases = self._judge.rules.relevance, self._judge.rules.bases
        relevant = has(relevance.both) or (has(relevance.ours) and has(relevance.theirs))
        new_base = relevant and has(bases.base) and has(bases.launch)
        named = [name for name, sets in self._topics.items() if any(map(has, sets))] if relevant else []
        named += sorted(base_topics(self._judge)) if new_base else []
        return {
            "id": row["id"], "lang": findings.lang, "relevant": relevant, "new_base": new_base, "bases": [],
            "topics": [{"name": name} for name in named],
        }  # fmt: skip

    def measures(self, rows: Sequence[Row]) -> Measures:
        """All measures of the rule."""
        chosen = on_bases(rows)
        depth = {
            front.name: [self.predict(row) for row in deeper(chosen, front)] for front in FRONTS if chosen
        }
        return measure(rows, [self.predict(row) for row in rows], deeper=depth, bounds=True)


def _anywhere(sentences: Sentences, hit: Hit) -> bool:
    return True


def _at_the_beginning(sentences: Sentences, hit: Hit) -> bool:
    return hit.field == "title" or sentences.of(hit).number == 0


def rows_of(files: Sequence[Path]) -> list[Row]:
    """The rows of files, or of our own sample news."""
    return [row for file in files or sorted((HERE / "news").glob("*.jsonl")) for row in _labelled(file)]


def _labelled(file: Path) -> list[Row]:
    """The rows of a file; without those of relevant articles if it labels no topics at all."""
    rows = read_rows(file)
    with_topics = any(row["topics"] for row in rows)
    return [row for row in rows if with_topics or not row["relevant"]]


def compared(rows: Sequence[Row], before: Sequence[Row] = ()) -> dict[str, Measures]:
    """The measures of the judge and of its peers."""
    judge = Judge(load(ROOT / "config.yaml").rules())
    found = {
        KEYWORDS: Rule(judge, _anywhere).measures(rows),
        FIRST_SENTENCE: Rule(judge, _at_the_beginning).measures(rows),
    }
    if before:
        found[BEFORE] = measure(rows, before, base_topics=base_topics(judge), bounds=True)
    found[OWN] = evaluate(rows, judge, NOW).measures
    return found


VERDICTS: dict[str, tuple[str, ...]] = {
    "relevance, F1": ("relevant", "f1"),
    "hard negatives that pass": ("hard_passed",),
    "topics, F1": ("topics", "f1"),
    "new bases, F1": ("new_base", "f1"),
    "new or not, among reports on bases, F1": ("depth", "as is", "f1"),
    f"the same {DEEPEST}, F1": ("depth", DEEPEST, "f1"),
}
"""What is drawn of every method, and where it stands among the measures."""
FACTS: dict[str, tuple[str, ...]] = {
    "names exact": ("names", "exact", "share"),
    "names acceptable": ("names", "acceptable", "share"),
    "names ragged": ("names", "ragged", "share"),
    "names wrong": ("names", "wrong", "share"),
    "stage right": ("stage_accuracy",),
    "day right": ("days", "right", "share"),
    "cities, F1": ("cities", "f1"),
    "reports of one base under one key": ("keys", "same base", "share"),
    "different bases under one key": ("keys", "different bases", "share"),
}
"""What is drawn of the bases that were seen."""


def value_at(measures: Measures, path: Sequence[str]) -> Any:
    """What stands at a place among nested measures; None where nothing does."""
    found: Any = measures
    for step in path:
        if not isinstance(found, dict) or step not in found:
            return found if isinstance(found, list) and step == "share" else None
        # A share of nothing is no figure.
        if found.get("of") == 0:
            return None
        found = found[step]
    return found


def _bars(axes: Any, found: dict[str, Measures], wanted: dict[str, tuple[str, ...]], title: str) -> None:
    """Groups of horizontal bars, one for each method, with their bounds."""
    shades = {KEYWORDS: "#d5dae0", FIRST_SENTENCE: "#b9c2cc", BEFORE: OTHERS, OWN: OURS}
    height = 0.8 / len(found)
    for number, (method, measures) in enumerate(found.items()):
        places, values, errors = [], [], []
        for row, path in enumerate(wanted.values()):
            value = value_at(measures, path)
            if value is not None:
                low, high = value_at(measures.get("intervals", {}), path) or (value, value)
                places.append(-row - number * height)
                values.append(value)
                # A draw's bounds may lie on one side of the figure.
                errors.append((max(0.0, value - low), max(0.0, high - value)))
        spread = list(zip(*errors, strict=True)) if errors else None
        axes.barh(
            places, values, height, xerr=spread, color=shades[method], label=method,
            error_kw={"elinewidth": 0.8, "ecolor": "#4d5761"},
        )  # fmt: skip
        for place, value in zip(places, values, strict=True):
            axes.text(1.02, place, f"{value:.2f}", va="center", fontsize=7)
    axes.set_yticks([-row - 0.4 + height / 2 for row in range(len(wanted))], list(wanted), fontsize=8)
    axes.set_xlim(0, 1.1)
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def draw(found: dict[str, Measures], path: Path) -> None:
    """Draw the verdicts of all methods, and what is said of the bases that were seen."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5))
    _bars(left, found, VERDICTS, "Verdicts")
    seen = {method: measures for method, measures in found.items() if method in (BEFORE, OWN)}
    _bars(right, seen, FACTS, "What is said of new bases that were seen")
    left.legend(fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.06), ncols=4)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Print the figures, and draw and write them where that is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", type=Path, nargs="*", help="labelled news")
    options.add_argument("--before", type=Path, help="the predictions of another release")
    options.add_argument("--picture", type=Path, help="write a picture here, as .svg")
    options.add_argument("--write", type=Path, help="write the figures here, as JSON")
    given = options.parse_args()
    rows = rows_of(given.files)
    before = read_predictions(given.before) if given.before else ()
    found = compared(rows, before)
    print(f"{len(rows)} articles")
    for name, path in {**VERDICTS, **FACTS}.items():
        print(f"{name:40}" + "".join(f"{_shown(found[method], path):>28}" for method in found))
    print(f"{'':40}" + "".join(f"{method:>28}" for method in found))
    if given.write:
        given.write.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if given.picture:
        draw(found, given.picture)


def read_predictions(path: Path) -> list[Row]:
    """The lines of a file of predictions."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _shown(measures: Measures, path: Sequence[str]) -> str:
    value = value_at(measures, path)
    bounds = value_at(measures.get("intervals", {}), path)
    if value is None:
        return "–"
    return f"{value:.3f}" + (f" ({bounds[0]:.3f} to {bounds[1]:.3f})" if bounds else "")


if __name__ == "__main__":
    main()
