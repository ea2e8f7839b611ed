"""How good the judging is against labels: precision, recall and F1 per judgement and per language.

Stories are measured by B-cubed (Bagga and Baldwin 1998) over the relevant articles and by pairs of relevant
articles in different languages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

Row = Mapping[str, Any]
Pair = tuple[Row, Row]
"""A labelled row and its prediction."""


def _rates(tp: int, fp: int, fn: int) -> dict[str, float]:
    # Nothing found, or nothing to be found, counts as 0: it must not look like success.
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    return {"p": round(p, 3), "r": round(r, 3), "f1": round(2 * p * r / (p + r) if p + r else 0.0, 3)}


def _flag(pairs: Iterable[Pair], key: str) -> dict[str, float]:
    counts = [0, 0, 0]
    for gold, guess in pairs:
        a = bool(gold[key])
        b = bool(guess.get(key))
        counts[0] += a and b
        counts[1] += b and not a
        counts[2] += a and not b
    return _rates(*counts)


def _sets(
    pairs: Iterable[Pair], wanted: Callable[[Row], set[str]], given: Callable[[Row], set[str]]
) -> dict[str, float]:
    counts = [0, 0, 0]
    for gold, guess in pairs:
        a = wanted(gold)
        b = given(guess)
        counts[0] += len(a & b)
        counts[1] += len(b - a)
        counts[2] += len(a - b)
    return _rates(*counts)


def _cities(row: Row) -> set[str]:
    return {c.lower() for base in row.get("bases") or () for c in base.get("cities") or ()}


def _story(gold: Row, guess: Row) -> str:
    # An article without a story is one of its own; two of them are not together.
    return guess.get("story") or f"none-{gold['id']}"


def _b_cubed(pairs: Sequence[Pair]) -> dict[str, float]:
    wanted = defaultdict(set)
    given = defaultdict(set)
    for gold, guess in pairs:
        wanted[gold["story"]].add(gold["id"])
        given[_story(gold, guess)].add(gold["id"])
    precision = recall = 0.0
    for gold, guess in pairs:
        a = wanted[gold["story"]]
        b = given[_story(gold, guess)]
        precision += len(a & b) / len(b)
        recall += len(a & b) / len(a)
    n = len(pairs) or 1
    p = precision / n
    r = recall / n
    return {"p": round(p, 3), "r": round(r, 3), "f1": round(2 * p * r / (p + r) if p + r else 0.0, 3)}


def _cross_lingual(pairs: Sequence[Pair]) -> dict[str, float]:
    counts = [0, 0, 0]
    for (a, x), (b, y) in combinations(pairs, 2):
        if a["lang"] == b["lang"]:
            continue
        same = a["story"] == b["story"]
        guessed = _story(a, x) == _story(b, y)
        counts[0] += same and guessed
        counts[1] += guessed and not same
        counts[2] += same and not guessed
    return {k: v for k, v in _rates(*counts).items() if k != "f1"}


def _per_language(pairs: Sequence[Pair], key: str) -> dict[str, dict[str, float]]:
    languages = sorted({gold["lang"] for gold, _ in pairs})
    return {lang: _flag([p for p in pairs if p[0]["lang"] == lang], key) for lang in languages}


def measure(gold: Sequence[Row], predictions: Iterable[Row]) -> dict[str, Any]:
    """All measures of predictions against labels, as plain numbers rounded to three decimals.

    Args:
        gold: labelled rows.
        predictions: rows as `classify` writes them; matched by ``id``, missing ones are counted and left out.
    """
    by_id = {p["id"]: p for p in predictions}
    pairs = [(g, by_id[g["id"]]) for g in gold if g["id"] in by_id]
    relevant = [p for p in pairs if p[0]["relevant"]]
    hard = [guess for g, guess in pairs if g.get("hard_negative")]
    topics = _sets(relevant, lambda g: set(g["topics"]), lambda p: {t["name"] for t in p.get("topics") or ()})
    cities = _sets([p for p in pairs if _cities(p[0])], _cities, _cities)
    per_language = _per_language(pairs, "relevant")
    return {
        "rows": len(gold),
        "missing": len(gold) - len(pairs),
        "relevant": _flag(pairs, "relevant"),
        "new_base": _flag(pairs, "new_base"),
        "relevant_f1_by_lang": {lang: rates["f1"] for lang, rates in per_language.items()},
        "relevant_by_lang": per_language,
        "new_base_by_lang": _per_language(pairs, "new_base"),
        "hard_passed": round(sum(bool(p.get("relevant")) for p in hard) / len(hard), 3) if hard else 0,
        "topics_micro_f1": topics["f1"],
        "topics": topics,
        "cities_f1": cities["f1"],
        "stories_b3": _b_cubed(relevant),
        "cross_lingual_pairs": _cross_lingual(relevant),
        "language_accuracy": round(
            sum((p.get("lang") or "") == g["lang"] for g, p in pairs) / (len(pairs) or 1), 3
        ),
    }
