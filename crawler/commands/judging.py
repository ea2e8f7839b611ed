"""``classify``, ``evaluate`` and ``topics``: judging without a crawl, with reasons."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from rich.tree import Tree

from crawler.classify import FileError, classify, read_rows
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    err,
    open_store,
    opened,
    out,
    print_json,
    print_lines,
)
from crawler.config import load
from crawler.config.load import Loaded, load_with_lines
from crawler.config.settings import Settings
from crawler.crawl import now
from crawler.examples import broken_examples, count_examples
from crawler.fetching import fetch_page
from crawler.judging.evaluation import measure
from crawler.judging.judge import Explanation, Judge
from crawler.judging.nearest import name_of
from crawler.judging.outcome import Outcome
from crawler.model import Article, AseanwatchError
from crawler.reading.pages import PageError, read_page
from crawler.reading.urls import is_web_url, url_key
from crawler.store.articles import Filter, find, ids_of_keys

topics = typer.Typer(no_args_is_help=True, help="Topics: why an article matches, or does not.")
LABELS = ("relevant", "topics", "new_base", "bases", "story", "lang")
AROUND = 30
LONGEST_HEADLINE = 200


def classify_command(
    file: Annotated[Path, typer.Argument(help="News as JSON Lines: id, url, lang, title, published, source, text.")],
    config: ConfigOption = None,
) -> None:
    """Judge articles from a file; predictions go to standard output as JSON Lines."""
    print_lines(classify(read_rows(file), Judge(load(config).rules()), now()))


def evaluate_command(
    file: Annotated[Path, typer.Argument(help="News with labels, as JSON Lines.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Judge articles from a file and compare with its labels: precision, recall, F1, per language too."""
    rows = read_rows(file)
    for number, row in enumerate(rows, 1):
        if missing := [k for k in LABELS if k not in row]:
            raise FileError(f"{file}: row {number} (id {row['id']}) has no labels; missing: {', '.join(missing)}")
    measures = measure(rows, classify(rows, Judge(load(config).rules()), now()))
    if json:
        print_json(measures)
        return
    for name, value in measures.items():
        out.print(f"{name}: {_figures(value)}", markup=False, soft_wrap=True)


def _figures(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    if value and all(isinstance(v, dict) for v in value.values()):
        return "".join(f"\n  {lang}: {_figures(rates)}" for lang, rates in value.items())
    return "  ".join(f"{k} {v:.3f}" for k, v in value.items())


@topics.command("explain")
def explain(
    what: Annotated[str, typer.Argument(help="A stored article's id, a file, an address, or - for standard input.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Say for every topic what its query found where, and why the article is relevant or not."""
    judge = Judge(load(config).rules())
    explanation = judge.explain(_article(what, config))
    if json:
        print_json(explained(explanation, judge))
        return
    reading = explanation.reading
    verdict = "relevant" if reading.relevance.relevant else "not relevant"
    threshold = judge.rules.relevance.threshold
    out.print(f"Language {reading.lang}; {verdict}: score {reading.relevance.score:.2f}, threshold {threshold:.2f}")
    for reason, weight in reading.relevance.reasons:
        out.print(f"  {weight:+.2f}  {reason}")
    for base in reading.bases:
        out.print(
            f"New base: {base.name} ({base.kind}, {base.stage}) in {', '.join(base.cities) or 'no city named'}",
            markup=False,
        )
    for outcome in explanation.outcomes:
        mark = "matches" if outcome.matches else f"does not match: {outcome.why_not}"
        tree = Tree(Text(f"{outcome.topic.name} {mark}; score {outcome.score:.2f}, threshold {outcome.topic.threshold:.2f}"))
        _grow(tree, outcome.outcome, explanation)
        out.print(tree)
        if needs := judge.needs(outcome, explanation):
            out.print(f"  would match with: {'; '.join(needs)}", markup=False)


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
    found = broken_examples(settings, Judge(settings.rules()), lambda text: _example(text, settings))
    return [loaded.line(key, message) for key, message in found]


def _example(text: str, settings: Settings) -> Article:
    """The article of an example: a stored one for an address, else a text whose first line is the headline."""
    if not is_web_url(text):
        return _text_article("example", text)
    store = open_store(settings)
    with store.reading() as connection:
        rows = find(connection, Filter(ids=list(ids_of_keys(connection, [url_key(text)]).values())))
    if not rows:
        raise AseanwatchError(f"the example {text} is no stored article; crawl it first: aseanwatch crawl --url {text}")
    return _of_row(rows[0])


def _article(what: str, config: str | None) -> Article:
    """The article that an argument means: a stored one, a page's, or a text's whose first line is the headline."""
    if what == "-":
        return _text_article("standard input", sys.stdin.read())
    if is_web_url(what):
        return _page_article(what, config)
    path = Path(what)
    if path.is_file():
        body = path.read_bytes()
        if path.suffix.lower() in (".html", ".htm"):
            return _from_page(body, path.resolve().as_uri(), what)
        return _text_article(what, body.decode("utf-8", "replace"))
    if what.isdigit():
        return _stored(int(what), config)
    raise AseanwatchError(f"{what}: neither a stored article's id, nor a file, nor an address")


def _text_article(name: str, text: str) -> Article:
    """The first line is the headline, unless it is all there is and longer than headlines are."""
    first, _, rest = text.strip().partition("\n")
    title, body = ("", first) if not rest and len(first) > LONGEST_HEADLINE else (first.strip(), rest.strip())
    return Article(url=f"file:{name}", title=title, text=body, source=name, first_seen=now())


def _page_article(url: str, config: str | None) -> Article:
    return _from_page(fetch_page(url, load(config).crawl), url, url)


def _from_page(body: bytes, url: str, name: str) -> Article:
    try:
        page = read_page(body, url=url, seen=now())
    except PageError as error:
        raise AseanwatchError(f"{name}: {error}") from None
    return Article(page.url, page.title, page.text, name, now(), lang_hint=page.lang, published=page.published)


def _stored(number: int, config: str | None) -> Article:
    _, store = opened(config)
    with store.reading() as connection:
        rows = find(connection, Filter(ids=[number]))
    if not rows:
        raise AseanwatchError(f"no stored article has the id {number}")
    return _of_row(rows[0])


def _of_row(row: Any) -> Article:
    return Article(row.url, row.title, row.text, row.source, row.first_seen, country=row.country, published=row.published)


def _grow(tree: Tree, outcome: Outcome, explanation: Explanation) -> None:
    branch = tree.add(Text(f"{'✓' if outcome.holds else '✗'} {name_of(outcome.node)}{_found(outcome, explanation)}"))
    for child in outcome.children:
        _grow(branch, child, explanation)


def _found(outcome: Outcome, explanation: Explanation) -> str:
    if outcome.node.kind not in ("set", "literal"):
        return ""
    shown = [f"{e['term']} ({e['field']} {e['start']}: …{e['around']}…)" for e in _evidence(outcome, explanation)[:3]]
    more = f" and {len(outcome.hits) - 3} more" if len(outcome.hits) > 3 else ""
    return f": {'; '.join(shown)}{more}" if shown else ": nothing found"


def _evidence(outcome: Outcome, explanation: Explanation) -> list[dict[str, Any]]:
    found = []
    for hit in outcome.hits[:20]:
        proof = explanation.findings.evidence(hit)
        original = explanation.findings.fields[proof.field].original
        around = original[max(0, proof.start - AROUND) : proof.end + AROUND].replace("\n", " ")
        found.append(
            {
                "term": proof.term,
                "field": proof.field,
                "start": proof.start,
                "end": proof.end,
                "around": around,
            }
        )
    return found


def explained(explanation: Explanation, judge: Judge) -> dict[str, Any]:
    """An explanation as plain values."""

    def tree(outcome: Outcome) -> dict[str, Any]:
        node = outcome.node
        return {
            "node": node.kind, "value": node.value, "number": node.number, "holds": outcome.holds,
            "evidence": _evidence(outcome, explanation), "children": [tree(o) for o in outcome.children],
        }  # fmt: skip

    reading = explanation.reading
    return {
        "lang": reading.lang,
        "relevance": {"relevant": reading.relevance.relevant, "score": reading.relevance.score, "reasons": dict(reading.relevance.reasons)},
        "bases": [{"name": b.name, "kind": b.kind, "stage": b.stage, "cities": b.cities, "sentence": b.sentence} for b in reading.bases],
        "topics": [
            {"name": o.topic.name, "matches": o.matches, "why_not": o.why_not, "score": o.score, "threshold": o.topic.threshold,
             "needs": judge.needs(o, explanation), "query": tree(o.outcome)}
            for o in explanation.outcomes
        ],
    }  # fmt: skip
