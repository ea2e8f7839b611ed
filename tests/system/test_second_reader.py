"""``evaluate --assist``: what a second reader adds, measured on labelled news."""

from __future__ import annotations

import json
from pathlib import Path

from tests.alerts.assist.test_second_reader import LEFT_OUT, TAKEN
from tests.assist_servers import Asked, ChatServer
from tests.conftest import run


def labelled(number: int, story: tuple[str, str], *, new_base: bool) -> dict[str, object]:
    title, text = story
    bases = [{"name": title, "cities": [], "date": None}] if new_base else []
    return {
        "id": f"n{number}", "url": f"https://outlet.example/{number}", "lang": "en", "title": title, "text": text,
        "published": "2026-03-02", "source": "outlet", "relevant": True, "topics": [], "new_base": new_base, "bases": bases,
        "countries": [], "story": f"s{number}", "dup_of": None, "hard_negative": False,
    }  # fmt: skip


def answer(asked: Asked) -> dict[str, object]:
    """A reader that knows better: the centre is new, the host city only plans."""
    clause = asked.document["clause"]
    verdict = "yes" if "Cambodia" in clause else "no"
    return {"verdict": verdict, "name": "", "places": [], "stage": "", "quote": clause, "report": 1}


def test_what_it_adds_is_told_beside_the_rules_alone(tmp_path: Path) -> None:
    rows = [labelled(1, LEFT_OUT, new_base=True), labelled(2, TAKEN, new_base=False)]
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    with ChatServer(answer) as server:
        config = f"extends: packaged\nassist: {{kind: openai, url: {server.url}, model: small, second_reader: agree}}\n"
        (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
        found = run("evaluate", "news.jsonl", "--assist", "--json", cwd=tmp_path).json
        shown = run("evaluate", "news.jsonl", "--assist", cwd=tmp_path).out
    alone, twice = found["new_base"], found["with_second_reader"]["new_base"]
    assert (alone["f1"], twice["f1"]) == (0, 1)
    counts = found["with_second_reader"]["asked"]
    assert (counts["asked"], counts["verdicts"], counts["refused"]) == (2, {"yes": 1, "no": 1}, {})
    assert "second reader: asked about 2 candidates: no 1, yes 1, 0 refused, 0 without an answer" in shown


def test_without_an_assistant_that_can_it_says_what_is_missing(tmp_path: Path) -> None:
    row = labelled(1, TAKEN, new_base=False)
    (tmp_path / "news.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (tmp_path / "config.yaml").write_text("extends: packaged\n", encoding="utf-8")
    done = run("evaluate", "news.jsonl", "--assist", cwd=tmp_path)
    assert (done.status, done.err.splitlines()[-1]) == (
        2,
        "assist: no assistant is set up to check; give one whose kind and tasks have check",
    )
