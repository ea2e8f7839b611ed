"""All measures of predictions against labels, with the bounds within which chance could move them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from crawler.judging.evaluation import bases, stories, verdicts
from crawler.judging.evaluation.rows import LabelledPair, Row, paired
from crawler.judging.evaluation.tallies import CountForm, StoryCounts, intervals

BASE_TOPICS = frozenset({"demonstration_base"})
"""The topics that tell of bases, where nobody says which they are."""
Deeper = Mapping[str, Sequence[Row]]
"""Predictions of the same rows behind other text, by what stands before them."""


def measure(
    gold: Sequence[Row],
    predictions: Iterable[Row],
    *,
    base_topics: Collection[str] = BASE_TOPICS,
    deeper: Deeper | None = None,
    bounds: bool = False,
) -> dict[str, Any]:
    """All measures of predictions against labels, as plain numbers rounded to three decimals.

    Args:
        gold: labelled rows.
        predictions: rows as `classify` writes them; matched by ``id``, missing ones are counted and left out.
        base_topics: the topics of which a new base must have one.
        deeper: predictions of reports on bases behind other text (`crawler.judging.evaluation.depth`).
        bounds: also between which bounds each figure lies in 95 of 100 draws of as many stories.
    """
    pairs = paired(gold, predictions)
    single, grouped = _tallies(pairs, base_topics, deeper or {}, gold)
    # What an older reader of these figures expects stands
    # under its old name beside the table that holds it too.
    found: dict[str, Any] = {"rows": len(gold), "missing": len(gold) - len(pairs)}
    found |= {name: figures_of(tally) for name, tally in single.items()}
    found |= {name: _group(tallies) for name, tallies in grouped.items()}
    found["cross_lingual_pairs"].pop("f1")
    found["relevant_f1_by_lang"] = {lang: rates["f1"] for lang, rates in found["relevant_by_lang"].items()}
    found["topics_micro_f1"] = found["topics"]["f1"]
    found["cities_f1"] = found["cities"]["f1"]
    if bounds:
        found["intervals"] = _intervals(single, grouped, pairs)
    return found


def figures_of(tally: StoryCounts) -> Any:
    """What is guess of a tally: its rates, or one share; 0 for a share of nothing."""
    figures = tally.figures()
    return figures.get("share", 0) if tally.form is CountForm.SHARE else figures


def _group(tallies: Mapping[str, StoryCounts]) -> dict[str, Any]:
    """The figures of tallies by name; a share with how many it is of, for it may be of few."""
    return {
        name: {"share": 0.0, **tally.figures()} if tally.form is CountForm.SHARE else tally.figures()
        for name, tally in tallies.items()
    }


def _tallies(
    pairs: Sequence[LabelledPair], base_topics: Collection[str], deeper: Deeper, gold: Sequence[Row]
) -> tuple[dict[str, StoryCounts], dict[str, dict[str, StoryCounts]]]:
    """The tallies of all measures: those that stand alone, and tables of them."""
    relevant = [p for p in pairs if p.gold["relevant"]]
    seen = bases.hits(pairs)
    single = {
        "relevant": verdicts.flag(pairs, "relevant"),
        "hard_passed": verdicts.hard_passed(pairs),
        "topics": verdicts.topics(pairs),
        "relevant_without_topic": verdicts.without_topic(pairs),
        "new_base": verdicts.flag(pairs, "new_base"),
        "new_base_without_topic": verdicts.without_base_topic(pairs, base_topics),
        "stage_accuracy": bases.stages(seen),
        "cities": verdicts.cities(pairs),
        "stories_b3": stories.b_cubed(relevant),
        "cross_lingual_pairs": stories.cross_lingual(relevant),
        "language_accuracy": verdicts.language(pairs),
    }
    grouped = {
        "relevant_by_lang": _by_language(pairs, "relevant"),
        "new_base_by_lang": _by_language(pairs, "new_base"),
        "new_base_by_stage": bases.by_stage(pairs),
        "near_misses_passed": bases.near_misses(pairs),
        "names": bases.names(seen),
        "english_names": bases.english_names(seen),
        "days": bases.days(seen),
        "keys": bases.keys(seen),
        "depth": {where: verdicts.flag(paired(gold, guess), "new_base") for where, guess in deeper.items()},
    }
    return single, grouped


def _by_language(pairs: Sequence[LabelledPair], key: str) -> dict[str, StoryCounts]:
    languages = sorted({p.gold["lang"] for p in pairs})
    return {lang: verdicts.flag([p for p in pairs if p.gold["lang"] == lang], key) for lang in languages}


def _intervals(
    single: Mapping[str, StoryCounts],
    grouped: Mapping[str, Mapping[str, StoryCounts]],
    pairs: Sequence[LabelledPair],
) -> dict[str, Any]:
    """The bounds of all figures, in the same places as the figures themselves."""
    flat = dict(single) | {
        f"{table}\n{name}": tally for table, tallies in grouped.items() for name, tally in tallies.items()
    }
    found: dict[str, Any] = {}
    for path, figures in intervals(flat, (p.story for p in pairs)).items():
        table, _, name = path.partition("\n")
        bounds: Any = figures.get("share", figures) if path in single else figures
        if not bounds:
            continue
        if name:
            found.setdefault(table, {})[name] = bounds
        else:
            found[table] = bounds
    return found
