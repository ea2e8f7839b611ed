"""``topics``: why an article matches, whether the examples hold, what terms are good for, which are missing."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from crawler.analysis.examples import broken_examples, count_examples, example_article
from crawler.analysis.history import past_articles
from crawler.analysis.term_usage import Term, Usage, terms_of, usage
from crawler.commands.argument import article_argument
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    LimitOption,
    SinceOption,
    err,
    moment_since,
    open_existing,
    out,
    print_json,
    print_table,
    working,
)
from crawler.commands.explaining import explanation_values, print_explanation
from crawler.config import load
from crawler.config.loading import Loaded, load_with_lines
from crawler.judging.judge import Judge
from crawler.judging.queries.suggesting import Tally, unknown_words
from crawler.runtime.clock import now

topics = typer.Typer(no_args_is_help=True, help="Topics: why an article matches, and what a change would do.")
LEAST_UNWANTED = 3
"""A term seen in fewer articles has not shown yet what it is good for."""
MOST_TERMS = 12


@topics.command("explain")
def explain(
    what: Annotated[
        str, typer.Argument(help="A stored article's id, a file, an address, or - for standard input.")
    ],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Say for every topic what its query found where, and why the article is relevant or not."""
    judge = Judge(load(config).rules())
    explanation = judge.explain(article_argument(what, config))
    if json:
        print_json(explanation_values(explanation, judge))
    else:
        print_explanation(explanation, judge)


@topics.command("test")
def test_topics(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Hold the examples beside each topic against what it does."""
    loaded = load_with_lines(config)
    broken = broken_lines(loaded)
    if json:
        print_json({"examples": count_examples(loaded.settings), "broken": broken})
    else:
        for line in broken:
            err.print(line, markup=False, soft_wrap=True)
        out.print(f"{count_examples(loaded.settings)} examples, {len(broken)} broken")
    if broken:
        raise typer.Exit(FAILURES)


def broken_lines(loaded: Loaded) -> list[str]:
    """The examples whose topic does otherwise, each as a line with its place in the file."""
    settings = loaded.settings
    found = broken_examples(settings, Judge(settings.rules()), lambda text: example_article(text, settings))
    return [loaded.located(key, message) for key, message in found]


@topics.command("stats")
def stats(
    since: SinceOption = None, limit: LimitOption = 10, config: ConfigOption = None, json: JsonOption = False
) -> None:
    """How often each topic and term was seen in the stored history: what is never seen, what only ever matches in vain."""
    settings, store = open_existing(config)
    with working("Reading the stored history …"), store.read() as connection:
        found = usage(past_articles(connection, moment_since(since, now())), Judge(settings.rules()))
    own = terms_of(settings.rules().terms.values())
    never = found.never_seen(own)
    unwanted = [t for t in found.only_unwanted(LEAST_UNWANTED) if t in set(own)]
    if json:
        print_json(_stats(found, list(settings.topics), never, unwanted, own))
        return
    rows = [(n, found.topics[n], len(found.events.get(n, ())), _causes(found, n)) for n in settings.topics]
    print_table(
        f"Topics in {found.articles} articles", ("topic", "articles", "events", "matched most by"), rows
    )
    out.print()
    wasted = [(t.set_name, t.lang, t.spelling, found.seen[t]) for t in unwanted[:limit]]
    print_table(
        f"Seen only in articles of no topic: {len(unwanted)} terms",
        ("set", "lang", "term", "articles"),
        wasted,
    )
    out.print()
    by_set: dict[str, list[str]] = {}
    for term in never:
        by_set.setdefault(term.set_name, []).append(term.spelling)
    sizes = {n: sum(t.set_name == n for t in own) for n in by_set}
    largest = sorted(by_set.items(), key=lambda item: -len(item[1]))[:limit]
    missing = [(n, f"{len(words)} of {sizes[n]}", ", ".join(words[:MOST_TERMS])) for n, words in largest]
    print_table(f"Never seen: {len(never)} of {len(own)} terms", ("set", "terms", "such as"), missing)


def _causes(found: Usage, topic: str) -> str:
    return ", ".join(f"{term.spelling} {count}" for term, count in found.causes_of(topic)[:5])


def _stats(
    found: Usage, names: list[str], never: list[Term], unwanted: list[Term], own: list[Term]
) -> dict[str, Any]:
    def plain(term: Term) -> dict[str, Any]:
        values = {"set": term.set_name, "lang": term.lang, "term": term.spelling}
        return values | {"articles": found.seen[term], "wanted": found.wanted[term]}

    return {
        "articles": found.articles,
        "topics": [
            {"name": n, "articles": found.topics[n], "events": len(found.events.get(n, ())),
             "terms": [plain(t) | {"matched": m} for t, m in found.causes_of(n)]}
            for n in names
        ],
        "terms": [plain(t) for t in own],
        "never_seen": [plain(t) for t in never],
        "only_unwanted": [plain(t) for t in unwanted],
    }  # fmt: skip


@topics.command("suggest")
def suggest(
    topic: Annotated[str | None, typer.Option(help="Only for this topic.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only in this language.")] = None,
    least: Annotated[int, typer.Option(min=1, help="Articles of the topic that must have a term.")] = 3,
    since: SinceOption = None,
    limit: LimitOption = 30,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Terms that articles of a topic use and no term set knows: how precise they are, and what they would add."""
    settings, store = open_existing(config)
    if topic is not None and topic not in settings.topics:
        raise typer.BadParameter(
            f"unknown topic {topic}; allowed: {', '.join(settings.topics)}", param_hint="--topic"
        )
    judge = Judge(settings.rules())
    tally = Tally()
    with store.read() as connection:
        for past in past_articles(connection, moment_since(since, now())):
            if past.is_duplicate:
                continue  # a copy says nothing that its original did not
            explanation = judge.explain(past.article)
            reading = explanation.reading
            names = [t.name for t in reading.topics]
            tally.add(
                reading.lang, unknown_words(explanation.findings), names, relevant=reading.relevance.relevant
            )
    chosen = [s for s in tally.suggestions(least) if topic in (None, s.topic) and lang in (None, s.lang)][
        :limit
    ]
    if json:
        print_json([{f: getattr(s, f) for f in s.__slots__} for s in chosen])
        return
    rows = [
        (s.lang, s.topic, s.term, s.articles, f"{s.precision:.0%}", s.adds, f"{s.score:.1f}") for s in chosen
    ]
    print_table(
        "Terms that no set knows", ("lang", "topic", "term", "articles", "precision", "adds", "score"), rows
    )
