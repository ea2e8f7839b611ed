"""The file formats as documented in docs/contract.md: predictions, exports, the configuration's schema."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.commands.setup import short_config
from crawler.config.schema import config_schema
from crawler.judging.bases.stages import STAGES
from tests.conftest import Done, run
from tests.newsroom.configuration import packaged, watching
from tests.newsroom.news import items, labelled
from tests.newsroom.web import Newsroom

SCHEMA = Path(__file__).parents[2] / "docs" / "config.schema.json"
PREDICTION = {
    "id",
    "lang",
    "relevant",
    "score",
    "topics",
    "event",
    "new_base",
    "bases",
    "countries",
    "story",
    "dup_of",
}
ARTICLE = [
    "id",
    "url",
    "title",
    "lang",
    "published",
    "source",
    "text",
    "topics",
    "score",
    "story",
    "dup_of",
    "first_seen",
    "relevant",
]
BASE = {
    "key",
    "name",
    "name_en",
    "names",
    "name_origins",
    "original",
    "kind",
    "cities",
    "countries",
    "first_seen",
    "status",
    "stage",
    "evidence",
    "date",
    "partners",
    "figures",
    "timeline",
    "first_reported",
    "sentence",
    "outlet",
    "url",
}


@pytest.fixture(scope="module")
def classified(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], Done]:
    """The newsroom's items as rows, without their labels but the required ones, and what classify makes of them."""
    folder = tmp_path_factory.mktemp("classify")
    rows = [{k: r[k] for k in ("id", "url", "lang", "title", "source", "text")} for r in labelled()]
    rows = [row | {"published": item.at.isoformat()} for row, item in zip(rows, items(), strict=True)][::-1]
    (folder / "news.jsonl").write_text(
        "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8"
    )
    return rows, run("classify", "news.jsonl", cwd=folder)


def test_predictions_come_one_a_line_in_the_order_of_the_input(
    classified: tuple[list[dict[str, Any]], Done],
) -> None:
    rows, done = classified
    assert done.status == 0
    assert [p["id"] for p in done.lines] == [r["id"] for r in rows]
    assert all(set(p) == PREDICTION for p in done.lines)


def test_bases_of_predictions_carry_stage_and_name_in_english(
    classified: tuple[list[dict[str, Any]], Done],
) -> None:
    _, done = classified
    bases = [base for prediction in done.lines for base in prediction["bases"]]
    assert bases
    assert all(
        set(base) == {"name", "name_en", "stage", "cities", "date", "key"} and base["name"] for base in bases
    )
    assert all(base["stage"] in STAGES for base in bases)


def test_evidence_points_at_words_of_the_article(classified: tuple[list[dict[str, Any]], Done]) -> None:
    rows, done = classified
    for row, prediction in zip(rows, done.lines, strict=True):
        assert 0 <= prediction["score"] <= 1
        for topic in prediction["topics"]:
            assert topic["evidence"]
            for proof in topic["evidence"]:
                assert set(proof) == {"term", "field", "start", "end"}
                assert row[proof["field"]][proof["start"] : proof["end"]].strip()


def test_copies_come_after_their_originals_whatever_the_order_of_the_lines(
    classified: tuple[list[dict[str, Any]], Done],
) -> None:
    _, done = classified
    expected = {f"n{i.number}": i.labels["dup_of"] for i in items() if i.labels["dup_of"]}
    assert {p["id"]: p["dup_of"] for p in done.lines if p["dup_of"]} == expected


def test_a_row_may_leave_out_all_but_id_and_text(tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_text('{"id": 7, "text": "China and ASEAN widen cooperation."}\n')
    (only,) = run("classify", "news.jsonl", cwd=tmp_path).lines
    assert (only["id"], only["lang"], only["relevant"]) == (7, "en", True)


MEASURES = {
    "rows", "missing", "relevant", "relevant_by_lang", "relevant_f1_by_lang", "hard_passed", "topics", "topics_micro_f1",
    "relevant_without_topic", "new_base", "new_base_by_lang", "new_base_by_stage", "new_base_without_topic", "stage_accuracy",
    "names", "english_names", "days", "keys", "cities", "cities_f1", "stories_b3", "cross_lingual_pairs", "language_accuracy", "depth", "intervals",
}  # fmt: skip


def test_evaluate_prints_what_json_says(tmp_path: Path) -> None:
    rows = labelled()[::3]
    (tmp_path / "news.jsonl").write_text(
        "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8"
    )
    measures = run("evaluate", "news.jsonl", "--json", cwd=tmp_path).json
    assert measures["rows"] == len(rows)
    assert set(measures) >= MEASURES
    bounds = measures["intervals"]
    assert set(bounds) <= set(measures)
    printed = run("evaluate", "news.jsonl", cwd=tmp_path).out
    low, high = bounds["relevant"]["p"]
    assert f"relevant: p {measures['relevant']['p']:.3f} ({low:.3f} to {high:.3f})" in printed
    assert f"  km: p {measures['relevant_by_lang']['km']['p']:.3f}" in printed
    depth = measures["depth"]["behind 750 characters"]
    assert f"  behind 750 characters: p {depth['p']:.3f}" in printed


def test_evaluate_measures_reports_on_bases_as_the_labels_have_them(tmp_path: Path) -> None:
    text = "A joint laboratory of China and Laos opened in Vientiane on March 4, 2025."
    facts = {"cities": ["Vientiane"], "date": "2025-03-04", "stage": "launched"}
    labels = {"relevant": True, "topics": ["demonstration_base"], "new_base": True, "story": "s"}
    row = {
        "id": "1", "lang": "en", "title": "China-Laos joint laboratory opens", "published": "2025-03-04", "text": text,
        "bases": [{"name": "China-Laos joint laboratory", **facts}], **labels,
    }  # fmt: skip
    (tmp_path / "news.jsonl").write_text(json.dumps(row))
    measures = run("evaluate", "news.jsonl", "--json", cwd=tmp_path).json
    assert measures["new_base_by_stage"] == {"launched": {"share": 1.0, "of": 1}}
    assert measures["names"]["wrong"]["share"] == 0
    assert measures["days"]["right"] == {"share": 1.0, "of": 1}
    assert measures["new_base_without_topic"] == 0
    assert measures["depth"]["as is"]["f1"] == 1


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_exports_carry_their_columns(own: Path, ending: str) -> None:

    def export(what: str) -> list[dict[str, Any]]:
        out = run("export", "--what", what, "--format", ending, cwd=own).out
        return (
            [json.loads(line) for line in out.splitlines()]
            if ending == "jsonl"
            else list(csv.DictReader(io.StringIO(out)))
        )

    articles, bases = export("articles"), export("bases")
    assert list(articles[0]) == ARTICLE
    assert set(bases[0]) == BASE
    assert {a["title"] for a in articles} >= {i.title for i in items() if i.outlet.name == "straits-ledger"}
    assert export("stories")
    assert (
        run("export", "--what", "bases", "--format", ending, "--output", f"bases.{ending}", cwd=own).out == ""
    )
    assert (own / f"bases.{ending}").stat().st_size > 0


def test_a_cell_that_a_spreadsheet_would_run_is_defused(
    tmp_path: Path, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = "<rss version='2.0'><channel><item><title>=HYPERLINK(1)</title><link>https://o.example/1</link></item></channel></rss>"
    answer = room.answer
    monkeypatch.setattr(
        room, "answer", lambda p, q: type(answer("/", {}))(feed.encode()) if p == "/x" else answer(p, q)
    )
    watching(room, tmp_path, sources=[{"name": "x", "url": room.address("/x"), "pages": "never"}])
    run("crawl", cwd=tmp_path)
    assert "'=HYPERLINK(1)" in run("export", "--what", "articles", "--format", "csv", cwd=tmp_path).out


def test_the_schema_in_docs_is_the_code_s() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == config_schema(), "make docs writes it anew"


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"extends": "packaged"},
        {"extends": ["packaged", "../shared-terms.yaml"], "remove": {"sources": ["cna"]}},
        {"extends": "packaged", "sources": [{"name": "cna", "remove": True}, {"name": "b", "replace": True, "url": "http://b"}]},
        {"extends": "packaged", "terms": {"trade": {"en": ["deal"], "remove": {"zh": ["外贸"], "th": True}}}},
        {"extends": "packaged", "topics": {"remove": ["tourism"], "health": {"threshold": 0.4}}},
        yaml.safe_load(short_config()),
    ],
)  # fmt: skip
def test_right_configurations_fit_the_schema(right: dict[str, Any]) -> None:
    import jsonschema  # takes two seconds to load, which every test process would spend to collect this file

    whole = right if "extends" in right else yaml.safe_load(packaged())
    jsonschema.validate(whole, json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"storag": {}}, {"web": {"port": "x"}}, {"sources": [{"name": "a"}]}, {"crawl": {"timeout": "long"}},
        {"topics": {"health": {"remove": True}}}, {"extends": 5}, {"extends": "packaged", "storag": {}},
        {"extends": "packaged", "sources": [{"enabled": False}]}, {"extends": "packaged", "remove": True},
        {"extends": "packaged", "topics": {"health": {"remove": "yes"}}}, {"extends": []},
    ],
)  # fmt: skip
def test_the_schema_finds_mistakes(wrong: dict[str, Any]) -> None:
    import jsonschema

    whole = wrong if "extends" in wrong else yaml.safe_load(packaged()) | wrong
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(whole, json.loads(SCHEMA.read_text(encoding="utf-8")))
