"""``topics new`` on a real pseudo-terminal, and as scripts use it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from crawler.config import load
from crawler.judging.judge import Judge
from crawler.runtime.packaged_config import packaged
from crawler.store import Store
from tests.builders import NOON, article, keep, later, new_store
from tests.conftest import run
from tests.terminal import Conversation

NEWS = {
    "en": "Thailand and China agree on durian exports by rail, ministers say",
    "zh": "越南对中国榴莲出口大幅增长",
    "th": "จีนและไทยตกลงเรื่องส่งออกทุเรียน",
    "vi": "Trung Quốc và Việt Nam mở cửa cho xuất khẩu sầu riêng",
}
EXAMPLES = ["--match", "Thai durian exports to China rise", "--no-match", "Durian museum shows old exports"]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a configuration and a store of some reports."""
    store: Store = new_store(tmp_path)
    for number, headline in enumerate(NEWS.values()):
        keep(store, headline, published=NOON, first_seen=later(minutes=number), source=f"outlet-{number}")
    store.close()
    return configured(tmp_path)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with a configuration and no store."""
    return configured(tmp_path)


def configured(folder: Path) -> Path:
    text = packaged().read_text(encoding="utf-8")
    (folder / "config.yaml").write_text(
        text.replace("sqlite:///aseanwatch.db", "sqlite:///store.db"), encoding="utf-8"
    )
    return folder


def matches(folder: Path, topic: str, headline: str) -> bool:
    judge = Judge(load(folder / "config.yaml").rules())
    return topic in {t.name for t in judge.classify(article(headline)).topics}


def test_a_conversation_makes_a_topic(desk: Path) -> None:
    talk = Conversation("topics", "new", cwd=desk)
    talk.answer("What do you look for?", "!!!", "？？", "durian exports")
    talk.answer("It must match", "?durian")
    assert talk.text.count("names nothing to look for") == 2
    talk.answer("Which", "1")
    talk.answer("It must match", "Thai durian exports to China rise", "https://nowhere.example/9")
    talk.wait_for("is no stored article")
    talk.answer("It must match", "")
    talk.answer("It must not match", "Durian museum shows exports of old", "")
    talk.answer("Terms for durian [marked]", "none", "en: durian")
    talk.wait_for("No terms in zh, id")
    talk.answer("Terms for durian [marked]", "all", "my: ဒူးရင်းသီးသစ်", "")
    talk.answer("Terms for exports [marked]", "99", "en: shipments", "")
    talk.answer("Name of the topic", "finance")
    talk.wait_for("already")
    talk.answer(
        "Name of the topic",
        "",
    )
    talk.answer("Title that readers see", "Durians across borders")
    talk.answer("Only news of cooperation", "maybe")
    talk.answer("Only news of cooperation", "no")
    talk.answer("Leave out the marked ones?", "")
    talk.answer("Which, or a query of your own", "title:$nothing", "")
    talk.wait_for("it catches")
    talk.answer("Write it into the configuration?", "show", "yes")
    assert "is written to" in talk.end()
    assert talk.status == 0
    assert matches(desk, "durian_exports", "Durian shipments reach China")
    assert not matches(desk, "durian_exports", "Durian museum shows shipments of old")
    assert run("topics", "test", cwd=desk).status == 0


def test_ctrl_c_keeps_the_answers_and_they_are_gone_on_with(empty: Path) -> None:
    before = (empty / "config.yaml").read_bytes()
    talk = Conversation("topics", "new", cwd=empty)
    talk.answer("What do you look for?", "durian exports")
    talk.answer("It must match", "Thai durian exports to China rise")
    talk.wait_for("It must match")
    assert "topics new --from" in talk.interrupt()
    assert talk.status == 130
    assert (empty / "config.yaml").read_bytes() == before
    kept = yaml.safe_load((empty / "topic-answers.yaml").read_text(encoding="utf-8"))
    assert kept == {
        "looking_for": "durian exports",
        "examples": {"match": ["Thai durian exports to China rise"]},
    }
    again = Conversation("topics", "new", "--from", "topic-answers.yaml", cwd=empty)
    again.answer("Terms for durian [marked]", "")
    again.wait_for("Terms for exports")
    again.type("\x04")
    assert "topic-answers.yaml" in again.end().replace("\r\n", "").replace(" ", "")
    assert not (empty / "topic-answers-2.yaml").exists(), "they are gone on with in the same file"
    kept = yaml.safe_load((empty / "topic-answers.yaml").read_text(encoding="utf-8"))
    assert list(kept["terms"]) == ["durian"], "what was accepted is kept"
    assert kept["terms"]["durian"]["zh"]
    assert kept["open_terms"] == ["exports"]
    third = Conversation("topics", "new", "--from", "topic-answers.yaml", cwd=empty)
    third.answer("Terms for exports [marked]", "")
    third.wait_for("Name of the topic")
    third.type("\x04")
    third.end()
    finished = yaml.safe_load((empty / "topic-answers.yaml").read_text(encoding="utf-8"))
    assert list(finished["terms"]) == ["durian", "exports"]
    assert finished["terms"]["durian"] == kept["terms"]["durian"]
    assert "open_terms" not in finished
    assert not (empty / "store.db").exists(), "asking makes no store"


def test_words_that_name_nothing_are_refused_at_once(empty: Path) -> None:
    for words in ("!!!", "and or", "…"):
        refused = run("topics", "new", "--looking-for", words, "--yes", cwd=empty)
        assert refused.status != 0
        assert "names nothing to look for" in refused.err


def test_a_script_makes_a_topic_and_a_second_one_of_its_name_is_refused(desk: Path) -> None:
    made = run(
        "topics",
        "new",
        "--looking-for",
        "durian exports",
        *EXAMPLES,
        "--all-news",
        "--name",
        "durians",
        cwd=desk,
    )
    assert made.status == 0, made.err
    assert matches(desk, "durians", "越南榴莲出口创新高")
    written = (desk / "config.yaml").read_bytes()
    again = run("topics", "new", "--looking-for", "durian exports", "--name", "durians", cwd=desk)
    assert again.status != 0
    assert "already" in again.err
    assert (desk / "config.yaml").read_bytes() == written


def test_a_dry_run_prints_what_would_be_written_and_writes_nothing(empty: Path) -> None:
    before = (empty / "config.yaml").read_bytes()
    done = run("topics", "new", "--looking-for", "durian exports", *EXAMPLES, "--dry-run", cwd=empty)
    printed = yaml.safe_load(done.out)
    assert printed["topics"]["durian_exports"]["examples"]["match"] == [EXAMPLES[1]]
    assert printed["terms"]["durian_exports_durian"]["th"] == ["ทุเรียน"]
    assert (empty / "config.yaml").read_bytes() == before


@pytest.mark.long
def test_a_topic_whose_examples_fail_is_written_only_when_that_is_said(empty: Path) -> None:
    wrong = ("topics", "new", "--looking-for", "durian exports", "--match", "Rice is cheap")
    refused = run(*wrong, cwd=empty)
    assert refused.status == 1
    assert "Rice is cheap: does not match" in refused.err
    assert "durian_exports" not in load(empty / "config.yaml").topics
    assert run(*wrong, "--yes", cwd=empty).status == 0
    assert "durian_exports" in load(empty / "config.yaml").topics


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing says what to look for"),
        (("--from", "missing.yaml"), "missing.yaml"),
        pytest.param(("--looking-for", "of the"), "there are no terms", marks=pytest.mark.long),
        pytest.param(
            ("--looking-for", "durian", "--name", "Durian Exports"),
            "cannot be a name",
            marks=pytest.mark.long,
        ),
        (("--looking-for", "durian", "--match", "https://nowhere.example/1"), "is no stored article"),
    ],
)
def test_without_a_terminal_what_is_missing_or_wrong_is_said(
    empty: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run("topics", "new", *arguments, cwd=empty)
    assert done.status in (1, 2)
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (empty / "store.db").exists()


def test_the_packaged_configuration_is_not_written_and_nothing_is_asked(tmp_path: Path) -> None:
    done = run("topics", "new", "--looking-for", "durian", cwd=tmp_path)
    assert done.status != 0
    assert "aseanwatch init" in done.err
