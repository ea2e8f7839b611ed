"""The speed of matching topics, compared with other methods in one process: ``python -m benchmarks.matching``.

Articles have 3,000 characters in ten languages, topics 20 terms each. Our method includes normalising, whole words in every script and
the evidence; the others look for the terms as written. Slow methods get fewer articles, never fewer topics. ``--picture`` draws
the curve from 10 to 10,000 topics.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import tantivy
from matplotlib import pyplot as plt

from benchmarks.matching_corpus import Article, articles, topics
from crawler.judging.queries.topics import TopicSet, match_of
from crawler.judging.text.matching import Matcher
from crawler.judging.text.terms import patterns
from crawler.model import TermSet, Topic

SIZES = (10, 100, 1000, 10_000)
BUDGET = 4.0
"""Seconds that one measurement may take after its minimum of articles."""
LEAST = 3
Match = Callable[[Article], int]
"""Returns how many topics an article matches."""


def ours(sets: dict[str, TermSet], chosen: Sequence[Topic]) -> Match:
    """Our method: one pass of an automaton over the normalised text, then the topics with a hit."""
    compiled = TopicSet(chosen, sets)
    matcher = Matcher([*patterns(sets.values()), *compiled.literals()])

    def match(article: Article) -> int:
        lang, title, text = article
        findings = matcher.find({"title": title, "text": text}, lang)
        return len([match_of(o, findings) for o in compiled.outcomes(findings, True) if o.matches])

    return match


def _terms(sets: dict[str, TermSet]) -> list[list[str]]:
    return [[word.casefold() for words in s.spellings.values() for word in words] for s in sets.values()]


def substrings(sets: dict[str, TermSet], chosen: Sequence[Topic]) -> Match:
    """A loop over all terms with ``in``."""
    terms = _terms(sets)

    def match(article: Article) -> int:
        text = f"{article[1]}\n{article[2]}".casefold()
        return sum(any(term in text for term in own) for own in terms)

    return match


def alternation(sets: dict[str, TermSet], chosen: Sequence[Topic]) -> Match:
    """One regular expression for each topic, its terms as alternatives."""
    compiled = [re.compile("|".join(map(re.escape, own)), re.IGNORECASE) for own in _terms(sets)]

    def match(article: Article) -> int:
        text = f"{article[1]}\n{article[2]}"
        return sum(bool(pattern.search(text)) for pattern in compiled)

    return match


def fts5(sets: dict[str, TermSet], chosen: Sequence[Topic]) -> Match:
    """SQLite FTS5: the article as the only row of a table in memory, each topic a query to it."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE news USING fts5(text)")
    queries = [" OR ".join(f'"{term}"' for term in own) for own in _terms(sets)]

    def match(article: Article) -> int:
        connection.execute("DELETE FROM news")
        connection.execute("INSERT INTO news VALUES (?)", (f"{article[1]}\n{article[2]}",))
        ask = "SELECT count(*) FROM news WHERE news MATCH ?"
        return sum(connection.execute(ask, (query,)).fetchone()[0] for query in queries)

    return match


def tantivy_queries(sets: dict[str, TermSet], chosen: Sequence[Topic]) -> Match:
    """Tantivy: the article as the only document of an index in memory, each topic a parsed query to it."""
    schema = tantivy.SchemaBuilder().add_text_field("text").build()
    index = tantivy.Index(schema)
    queries = [index.parse_query(" OR ".join(f'"{term}"' for term in own), ["text"]) for own in _terms(sets)]
    writer = index.writer(15_000_000, 1)

    def match(article: Article) -> int:
        writer.delete_all_documents()
        writer.add_document(tantivy.Document(text=f"{article[1]}\n{article[2]}"))
        writer.commit()
        index.reload()
        searcher = index.searcher()
        return sum(bool(searcher.search(query, 1).hits) for query in queries)

    return match


PEERS: dict[str, Callable[[dict[str, TermSet], Sequence[Topic]], Match]] = {
    "aseanwatch": ours,
    "substrings": substrings,
    "re": alternation,
    "SQLite FTS5": fts5,
    "Tantivy": tantivy_queries,
}


def rate(match: Match, news: Sequence[Article]) -> tuple[float, float]:
    """Articles a second and matched topics an article, over as many articles as the time allows."""
    match(news[0])
    begun, done, matched = perf_counter(), 0, 0
    for article in news:
        matched += match(article)
        done += 1
        if done >= LEAST and perf_counter() - begun > BUDGET:
            break
    return done / (perf_counter() - begun), matched / done


def measure(count: int, news: Sequence[Article], rounds: int) -> dict[str, tuple[float, float]]:
    """The median rate of each method for so many topics; every round runs the methods in turn."""
    sets, chosen = topics(count)
    matches = {name: peer(sets, chosen) for name, peer in PEERS.items()}
    rates = [{name: rate(match, news) for name, match in matches.items()} for _ in range(rounds)]
    return {name: (statistics.median(r[name][0] for r in rates), rates[0][name][1]) for name in PEERS}


def draw(curves: dict[str, list[float]], path: Path) -> None:
    """Draw articles a second over the number of topics, both logarithmic."""
    plt.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots(figsize=(7.4, 3.8))
    for name, rates in curves.items():
        axes.loglog(SIZES, rates, marker="o", linewidth=2.2 if name == "aseanwatch" else 1.2, label=name)
    axes.set_xlabel("topics of 20 terms each")
    axes.set_ylabel("articles a second, one core")
    axes.grid(visible=True, which="major", color="#e3e0d8")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else {})


def main() -> None:
    """Print the table for 1,000 topics, then the curve."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--picture", type=Path, help="write the curve here, as .svg or .png")
    given = options.parse_args()
    news = articles(given.articles)
    found = {size: measure(size, news, given.rounds if size == 1000 else 1) for size in SIZES}
    print(
        f"1000 topics of 20 terms, {given.articles} articles of 3000 characters, one core, median of {given.rounds} rounds"
    )
    print(f"{'':12} {'articles/s':>11} {'ours is':>9} {'topics matched':>15}")
    for name, (speed, matched) in found[1000].items():
        print(f"{name:12} {speed:>11.1f} {found[1000]['aseanwatch'][0] / speed:>8.1f}x {matched:>15.1f}")
    print(f"\n{'articles/s with':16}" + "".join(f"{size:>10}" for size in SIZES) + "  topics")
    curves = {name: [found[size][name][0] for size in SIZES] for name in PEERS}
    for name, rates in curves.items():
        print(f"{name:16}" + "".join(f"{speed:>10.1f}" for speed in rates))
    print(
        f"\nours with 10,000 topics takes {curves['aseanwatch'][2] / curves['aseanwatch'][3]:.2f} times as long as with 1,000"
    )
    if given.picture:
        draw(curves, given.picture)


if __name__ == "__main__":
    main()
