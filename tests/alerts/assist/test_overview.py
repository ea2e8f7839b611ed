"""Where operators see how assistants do: commands, the health page, metrics, incidents."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.operations.incidents import find_troubles
from alerts.operations.live_config import Live
from alerts.operations.metrics import metrics_text
from alerts.operations.verdict import verdict_on
from crawler.assist.asking import ask_translations
from crawler.assist.assistants import Assistants
from crawler.assist.model import AssistError, Passage, TokenCount
from crawler.config.settings import Settings
from crawler.store import Store
from tests.alerts.web.web_client import serving
from tests.assisting import Scripted, SimulatedClock, assisted, believe, install
from tests.builders import NOON, keep, later, new_store
from tests.conftest import run
from tests.sessions import BY_SESSION, let_in

LAO = "ໂຄງການເຊື່ອມຕໍ່ສາຍສົ່ງໄຟຟ້າ 500 ກິໂລໂວນ ລາວ-ຈີນ ຄືບໜ້າ"
TEXT = "ໂຄງການຮ່ວມມືເຊື່ອມຕໍ່ສາຍສົ່ງໄຟຟ້າ 500 ກິໂລໂວນ ລະຫວ່າງ ລາວ ແລະ ຈີນ ມີຄວາມຄືບໜ້າ. ເມື່ອສຳເລັດ ຈະສາມາດແລກປ່ຽນພະລັງງານສະອາດລະຫວ່າງສອງປະເທດ."
"""A report of the demo, whose words the packaged phrase book has."""


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    made = Scripted(TokenCount(1000, 500))
    install(monkeypatch, scripted=made)
    believe(monkeypatch, lambda text: "a number that no report has" if "wrong" in text else None)
    return made


def ask(store: Store, own: Settings, clock: SimulatedClock, *texts: str) -> None:
    passages = [Passage(text, "lo", None, "outlet") for text in texts]
    ask_translations(store, Assistants(own), passages, "en", clock=clock)


def test_health_metrics_and_incidents_tell_of_costs_and_of_an_outage(
    tmp_path: Path, scripted: Scripted
) -> None:
    store, clock = new_store(tmp_path), SimulatedClock()
    own = assisted(
        url="https://mt.example/v1?key=S3CRET", price_in=10, price_out=20, budget={"tokens": 90_000}
    )
    ask(store, own, clock, "one")
    ask(store, own, clock, "wrong")
    clock.go(minutes=5)
    ask(store, own, clock, "wrong")
    found = metrics_text(Live(None, own), store, clock).decode()
    assert 'aseanwatch_assist_requests{outcome="given",task="translate"} 3.0' in found
    assert 'aseanwatch_assist_tokens{direction="read"} 3000.0' in found
    assert "aseanwatch_assist_money 0.06" in found
    assert 'aseanwatch_assist_refused{task="translate"} 1.0' in found and "S3CRET" not in found

    def troubles() -> list[str]:
        with store.read() as connection:
            found = find_troubles(connection, store, own, clock())
            verdict = verdict_on(connection, store, own, clock())
        told = [str(t.message) for t in found if t.kind == "assistant"]
        assert any(m.kind == "assistant" for m in verdict.matters) == bool(told)
        return told

    assert troubles() == []
    let_in(store, NOON)
    with serving(own, store, clock) as browser:
        page = browser.get("/console/health", **BY_SESSION).text
        for words in ("Machine assistants", "mt.example", "0.06 today, 0.06 in 30 days", "4500 of 90000 tokens", "a number that no report has"):  # fmt: skip
            assert words in page, words
        scripted.always = AssistError("denied", "the key is not accepted")
        for n in range(3):
            ask(store, own, clock, f"later {n}")
            clock.go(minutes=11)
        (told,) = troubles()
        assert "accepts neither key nor request since 2025-11-28 12:05" in told
        page = browser.get("/console/health", **BY_SESSION).text
        assert "accepts neither key nor request since" in page and "the key is not accepted" in page
        assert "S3CRET" not in page
    scripted.always = None
    ask(store, own, clock, "last")
    assert troubles() == []
    off = own.model_copy(update={"assist": assisted(kind="").assist})
    assert "assist" not in metrics_text(Live(None, off), store, clock).decode()


def test_commands_with_the_packaged_sample(tmp_path: Path) -> None:
    config = (
        "extends: packaged\nstorage: {url: 'sqlite:///store.db'}\nassist: {kind: demo, languages: [en], fresh: 20000d}\n"
        "sources:\n  - {name: outlet, url: 'https://outlet.example/feed', lang: lo}\n"
        "  - {name: licensed, url: 'https://licensed.example/feed', lang: lo, assist: false}\n"
    )
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    store = new_store(tmp_path)
    stored = keep(store, LAO, TEXT, published=NOON)
    keep(store, "ລາວ-ຈີນ ເປີດທາງລົດໄຟ", "ລາວ-ຈີນ ຮ່ວມມື ເປີດທາງລົດໄຟ.", published=NOON, source="licensed")
    store.close()
    filled = run("assist", "fill", "--json", cwd=tmp_path)
    assert filled.status == 0 and filled.json["answered"]["translate"] >= 2, filled
    assert filled.json["waiting"] == 0
    log = run("assist", "log", "--json", cwd=tmp_path).json
    assert {source for row in log for source in row["sources"]} == {"outlet"}
    assert {row["place"] for row in log} == {"in this process"}
    status = run("assist", "status", "--json", cwd=tmp_path).json
    assert "lo-en" in status["pairs"] and status["today"]["requests"]["used"] == len(log)
    said = run("assist", "status", cwd=tmp_path).out
    assert "demo in this process" in said and "requests today (UTC)" in said
    tried = run("assist", "try", LAO, "--json", cwd=tmp_path).json
    assert tried[0]["said"]["text"] == "Laos-China 500-kilovolt power line project makes progress"
    assert tried[0]["believed"] is True
    story = run("assist", "try", "--story", str(stored.story), cwd=tmp_path)
    assert "believed" in story.out and "brief by demo sample phrase book" in story.out
    unknown = run("assist", "try", "ທາງລົດໄຟ", cwd=tmp_path)
    assert unknown.status == 1 and "refused: the assistant gave no translation" in unknown.out
    assert run("assist", "forget", cwd=tmp_path).status == 2
    gone = run("assist", "forget", "--model", "sample phrase book", "--json", cwd=tmp_path).json["forgotten"]
    assert gone == sum(a["count"] for a in status["answers"])
    assert run("assist", "fill", "--json", cwd=tmp_path).json["answered"] == filled.json["answered"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("status",), "no assistant is set up"),
        (("fill",), "no assistant is set up"),
        (("try", "words"), "no assistant is set up"),
        (("log",), "0 requests"),
    ],
)
def test_commands_without_an_assistant(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    (tmp_path / "config.yaml").write_text("extends: packaged\nstorage: {url: 'sqlite:///store.db'}\n")
    new_store(tmp_path).close()
    done = run("assist", *arguments, cwd=tmp_path)
    assert says in done.out + done.err and done.status == (0 if arguments[0] in ("status", "log") else 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("try",), "give a text, or --story"),
        (("try", "words", "--to", "klingonish"), "is no language"),
        (("try", "China and Laos sign a trade agreement today"), "it is in en already"),
        (("try", "--story", "99"), "there is no story 99"),
        (("log", "--since", "soon"), "soon"),
    ],
)
def test_what_is_asked_wrongly_is_told(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    (tmp_path / "config.yaml").write_text(
        "extends: packaged\nstorage: {url: 'sqlite:///store.db'}\nassist: {kind: demo}\n"
    )
    new_store(tmp_path).close()
    done = run("assist", *arguments, cwd=tmp_path)
    assert done.status != 0 and says in done.err, done
    assert "Traceback" not in done.err


def test_upkeep_prunes_answers_and_the_record(tmp_path: Path, scripted: Scripted) -> None:
    from crawler.store.upkeep import prune

    store = new_store(tmp_path)
    ask(store, assisted(), SimulatedClock(), "one")
    assert prune(store, later(days=-1), later(days=1))["answers of assistants"] == 0
    assert prune(store, later(days=1), later(days=1))["answers of assistants"] == 2


def test_commands_say_why_nothing_comes(tmp_path: Path) -> None:
    config = (
        "extends: packaged\nstorage: {url: 'sqlite:///store.db'}\n"
        "assist: {kind: libretranslate, url: 'http://127.0.0.1:9', also: [{kind: openai, url: 'http://127.0.0.1:9'}]}\n"
        "sources: [{name: outlet, url: 'https://outlet.example/feed', lang: lo}]\n"
    )
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    new_store(tmp_path).close()
    said = run("assist", "status", cwd=tmp_path).out
    assert "openai at 127.0.0.1: all that it can\n  cannot be used: assist.kind: openai needs a model" in said
    tried = run("assist", "try", "ທາງລົດໄຟ", cwd=tmp_path)
    assert tried.status == 1 and "no answer: unreachable: 127.0.0.1 cannot be reached" in tried.out
    assert "tokens" not in tried.out and "refused" not in tried.out.replace("connection refused", "")
    both = run("assist", "forget", "--all", "--refused", cwd=tmp_path)
    assert both.status == 2 and "leave" in both.err
    assert run("assist", "forget", "--model", "nobody", cwd=tmp_path).out == "0 answers forgotten\n"
