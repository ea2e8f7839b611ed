"""A package that was written for an older release still works: its old names lead to what the program uses now."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.plugins import old_names
from tests.conftest import run
from tests.plugins import installed
from tests.system.test_extras import configured, ministry  # noqa: F401 - a fixture

OLD_SOURCE_JUDGE_AND_CHANNEL = """
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import crawler.answers
from alerts.channels import DeliveryError
from alerts.message import Outgoing
from alerts.retrying import Failure
from crawler import reading
from crawler.answers import Answer, Fetched
from crawler.config.settings import Channel, Settings, Source
from crawler.model import Article, AseanwatchError, Entry, Evidence, Reading, TopicMatch
from crawler.reading.feeds import FeedError

assert crawler.answers.Answer is Answer
assert reading.feeds.FeedError is FeedError


def read(answer: Answer, source: Source) -> Fetched:
    try:
        notices = json.loads(answer.body)["notices"]
    except (ValueError, KeyError) as error:
        raise FeedError("not a list of notices", "the answer is no list of notices") from None
    entries = [Entry(source.name, str(n["id"]), n["href"], n["subject"], answer.seen, n["body"]) for n in notices]
    return Fetched((replace(entries[0], published=datetime.fromisoformat(notices[0]["date"])),))


def judge(article: Article, reading: Reading) -> Reading:
    assert type(reading) is Reading
    start = article.text.find("Tanjung Priok")
    if start < 0:
        return reading
    return replace(reading, topics=(TopicMatch("seaports", 0.8, (Evidence("Tanjung Priok", "text", start, start + 13),)),))


class LinesChannel:
    is_mail, merges, side_by_side = False, False, 1

    def __init__(self, settings: Settings, own: Channel) -> None:
        self.file = Path(own.path)

    def send(self, outgoing: Outgoing) -> None:
        assert type(outgoing) is Outgoing
        if not self.file.parent.is_dir():
            raise DeliveryError("there is no such folder", Failure.UNREACHABLE)
        with self.file.open("a") as stream:
            stream.write(outgoing.letter.rendered.subject + "\\n")

    def close(self) -> None: ...

    def abort(self) -> None: ...
"""


def test_a_source_a_judge_and_a_channel_that_use_old_names_do_their_work(
    ministry: str, tmp_path: Path
) -> None:
    path = installed(
        tmp_path,
        OLD_SOURCE_JUDGE_AND_CHANNEL,
        sources="notices = flaky:read",
        judges="ports = flaky:judge",
        channels="lines = flaky:LinesChannel",
    )
    configured(tmp_path, ministry)
    crawled = run("crawl", "--json", cwd=tmp_path, PYTHONPATH=path)
    assert "not a list of notices" in crawled.out, (
        "the program catches the error that the package raises by its old name"
    )
    dispatched = run("alerts", "dispatch", "--json", cwd=tmp_path, PYTHONPATH=path)
    assert dispatched.json["sent"] == 1, dispatched.err
    assert (tmp_path / "news.log").read_text().strip()


def test_every_old_name_is_the_module_of_the_new_one() -> None:
    code = (
        "import importlib, json, sys, warnings\n"
        "from crawler.plugins import old_names\n"
        "old_names.install(); old_names.install()\n"
        "found = {}\n"
        "for old, new in old_names.MOVED_MODULES.items():\n"
        "    with warnings.catch_warnings(record=True) as told:\n"
        "        warnings.simplefilter('always')\n"
        "        same = importlib.import_module(old) is importlib.import_module(new)\n"
        "        importlib.import_module(old)\n"
        "    found[old] = same, [str(w.message) for w in told if w.category is DeprecationWarning and old in str(w.message)]\n"
        "print(json.dumps(found))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    wrong = {old: found[old] for old in found if not found[old][0] or len(found[old][1]) != 1}
    assert found and wrong == {}, "each is the same module, and is warned of once"
    assert found["crawler.answers"][1] == [
        "crawler.answers is crawler.documents.kinds now; the old name will go"
    ]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with a class that was renamed, and one that asks for it by its old name."""
    (tmp_path / "renaming.py").write_text("class New:\n    pass\n", encoding="utf-8")
    (tmp_path / "asking.py").write_text(
        "from renaming import Old\nimport renaming\nassert renaming.Old is Old\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    before = sys.meta_path[:]
    yield "renaming"
    sys.meta_path[:] = before
    for name in ("renaming", "asking"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("is_loaded", [False, True])
def test_a_class_answers_to_its_old_name(package: str, is_loaded: bool) -> None:
    if is_loaded:
        importlib.import_module(package)
    old_names.install({}, {package: {"Old": "New"}})
    with pytest.warns(DeprecationWarning, match=r"renaming\.Old is renaming\.New now") as told:
        asking = importlib.import_module("asking")
    assert asking.Old is importlib.import_module(package).New
    assert len(told) == 1 and told[0].filename.endswith("asking.py")
    with pytest.raises(AttributeError, match="has no attribute 'Older'"):
        _ = importlib.import_module(package).Older


def test_every_renamed_class_is_there_by_both_names() -> None:
    for module, names in old_names.RENAMED.items():
        for new in names.values():
            assert hasattr(importlib.import_module(module), new), f"{module} has no {new}"
