"""Everything that is wrong with a configuration is told at once, with line, key, what is wrong and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.config import load
from crawler.config.loading import ConfigError, find_config
from crawler.runtime.packaged_config import packaged
from tests.builders import TERMS

GOOD = """\
sources:
  - {name: outlet, url: "https://outlet.example/feed"}
terms:
""" + "\n".join(f"  {name}: {{en: {list(spellings.get('en', ('x',)))}}}" for name, spellings in TERMS.items()) + """
  history: {en: [history]}
relevance: {against: [dispute]}
topics:
  trade: {query: $china AND $trade}
"""  # fmt: skip
FIRST_FREE = GOOD.count("\n") + 1


def _written(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def errors(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> list[str]:
    """The lines of the error, without the file's path."""
    path = _written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path, environment or {})
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


def test_a_small_configuration_is_enough(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(GOOD, encoding="utf-8")
    assert load(tmp_path / "config.yaml", {}).sources[0].name == "outlet"


@pytest.mark.parametrize(
    ("added", "offset", "parts"),
    [
        ("storag: {}", 0, ["storag: unknown key (did you mean storage?)", "allowed: alerts, assist, crawl"]),
        ("crawl:\n  timeout: 3 parsecs", 1, ["crawl.timeout: '3 parsecs' is no duration", "30s, 15m, 12h, 7d"]),
        ("crawl:\n  max_size: huge", 1, ["crawl.max_size", "10MB"]),
        ("crawl:\n  concurency: 3", 1, ["crawl.concurency: unknown key (did you mean concurrency?)"]),
        ("crawl: {pages: sometimes}", 0, ["crawl.pages: 'sometimes' is not known", "always, matching or never"]),
        ("schedule: {timezone: Asia/Atlantis}", 0, ["schedule.timezone: 'Asia/Atlantis' is no time zone"]),
        ("subscriptions:\n  - {name: a, channel: email, to: [x@y.example], topics: [trad]}", 1, ["unknown topic trad (did you mean trade?)"]),
        ("subscriptions:\n  - {name: a, to: [nobody]}", 1, ["subscriptions[0].to[0]: 'nobody' is no mail address"]),
        ("subscriptions:\n  - {name: a}", 1, ["subscriptions[0].to: is missing"]),
        ("subscriptions:\n  - {name: a, channel: pigeon}", 1, ["unknown channel pigeon; allowed: email"]),
        ("subscriptions:\n  - {name: a, to: [a@b.example], when: daily 25:00}", 1, ["names no time of day"]),
        ("subscriptions:\n  - {name: a, to: [a@b.example], when: weekly xyz 07:00}", 1, ["'xyz' is no weekday"]),
        ("subscriptions:\n  - {name: a, to: [a@b.example], languages: [indonesian]}", 1, ["two-letter language code"]),
        ("delivery:\n  smtp: {password: hunter2}", 1, ["a secret must come from the environment"]),
        ("delivery:\n  smtp: {password: '${MAIL_PASSWORD}'}", 1, ["the environment variable MAIL_PASSWORD is not set"]),
        ("web: {port: 70000}", 0, ["web.port: 70000: should be less than or equal to 65535"]),
        ("web: {port: 1}\nweb: {port: 2}", 1, ["web: this key stands here twice"]),
        ("web: [", 1, ["is no YAML"]),
    ],
)  # fmt: skip
def test_one_mistake_is_told_at_its_line(tmp_path: Path, added: str, offset: int, parts: list[str]) -> None:
    found = errors(tmp_path, GOOD + added + "\n")
    assert found[0].startswith(f"{FIRST_FREE + offset}:"), found
    assert all(part in found[0] for part in parts), found
    assert len(found) == 1


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("$china AND $trade", "$chna", "topics.trade.query: unknown term set $chna (did you mean $china?)"),
        ("$china AND $trade", "$china AND", "topics.trade.query: column 11: expected"),
        ("https://outlet.example/feed", "outlet.example", "an address that begins with http:// or https://"),
        ("name: outlet", "name: out let", "letters, digits"),
        ('feed"}', 'feed", kind: listing}', "a listing needs select.item"),
        ('feed"}', 'f?q={query}", kind: search}', "sources[0].query: is missing"),
        (
            'feed"}',
            'feed", kind: telegram}',
            "'telegram' is not known; allowed: feed, sitemap, listing or search",
        ),
        ('feed"}', 'feed", select: {itm: li}}', "unknown key (did you mean item?)"),
        ("topics:\n  trade: {query: $china AND $trade}", "", "topics: is missing"),
        ("en: ['China']", "en: ['$chin']", "unknown term set $chin (did you mean $china?)"),
    ],
)
def test_mistakes_inside_sources_terms_and_topics(tmp_path: Path, old: str, new: str, part: str) -> None:
    assert old in GOOD
    found = errors(tmp_path, GOOD.replace(old, new))
    assert any(part in line for line in found), found


def test_everything_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = (
        GOOD.replace("$china AND $trade", "$chna") + "web: {port: x}\nstorag: {}\nschedule: {every: often}\n"
    )
    found = errors(tmp_path, text)
    assert len(found) == 4
    lines = [int(line.split(":")[0]) for line in found]
    assert lines == sorted(lines)


def test_a_term_set_that_contains_itself(tmp_path: Path) -> None:
    text = GOOD.replace("terms:\n", "terms:\n  a: {en: [$b]}\n  b: {en: [$a]}\n")
    assert any("contains itself" in line for line in errors(tmp_path, text))


@pytest.mark.parametrize("name", ["china", "two_sides", "agreement", "base", "launch", "established"])
@pytest.mark.parametrize("topics", ["topics:\n  trade: {query: $trade}\n", "topics: {}\n"])
def test_a_term_set_that_judging_needs_is_missed_with_topics_and_without(
    tmp_path: Path, name: str, topics: str
) -> None:
    text = GOOD.replace("topics:\n  trade: {query: $china AND $trade}\n", topics)
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith(f"  {name}:")]
    assert load(_written(tmp_path, text), {})
    assert len(lines) == text.count("\n") - 1
    found = errors(tmp_path, "".join(lines))
    assert any(f"${name}" in line or f"term set {name} is missing" in line for line in found), found


def test_names_that_are_used_twice(tmp_path: Path) -> None:
    text = GOOD.replace("terms:\n", '  - {name: outlet, url: "https://b.example"}\nterms:\n', 1)
    assert errors(tmp_path, text) == ["3: sources[1].name: the name outlet is used twice; write another one"]


def test_values_come_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        GOOD + "delivery: {smtp: {host: '${HOST:-mail.example}', password: '${PASSWORD}'}}\n",
        encoding="utf-8",
    )
    smtp = load(path, {"PASSWORD": "s3cret"}).delivery.smtp
    assert (smtp.host, smtp.password.get_secret_value()) == ("mail.example", "s3cret")
    assert "s3cret" not in repr(smtp)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path / "none.yaml")


def test_a_folder_in_the_place_of_the_file_is_told_and_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config() == packaged(), "nothing is here"
    (tmp_path / "config.yaml").symlink_to("nowhere.yaml")
    with pytest.raises(ConfigError, match=r"config.yaml:1: there is no such file"):
        load()
    (tmp_path / "config.yaml").unlink()
    (tmp_path / "config.yaml").mkdir()
    with pytest.raises(ConfigError, match=r"config.yaml:1: is a folder; allowed: a file"):
        load()


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1/feed",
        "https://a.example:99999/",
        "https://a.example:port/",
        "https://me:s3cret@ex ample/",
    ],
)
def test_an_address_that_cannot_be_read_is_told_without_what_it_may_hide(tmp_path: Path, url: str) -> None:
    text = GOOD.replace("terms:\n", f"  - {{name: other, url: '{url}'}}\nterms:\n", 1)
    (told,) = errors(tmp_path, text)
    assert told.startswith("3: sources[1].url: is no address: its host or port cannot be read")


def test_a_type_of_channel_that_nothing_brings(tmp_path: Path) -> None:
    told = errors(tmp_path, GOOD + "delivery: {channels: {post: {type: pigeon}}}\n")
    assert len(told) == 1
    assert (
        "delivery.channels.post.type: 'pigeon' is not known; allowed: chat, email, feed, folder, maildir"
        in told[0]
    )


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "\x00"])
def test_a_file_that_is_no_configuration(tmp_path: Path, text: str) -> None:
    assert errors(tmp_path, text)


@pytest.mark.parametrize(
    ("section", "line"),
    [
        (
            "operations: {channel: emial, to: [a@example.org]}",
            "operations.channel: unknown channel emial (did you mean email?)",
        ),
        ("operations: {channel: email}", "operations.to: is missing: mail needs an address"),
        ("work: {engine: procrastinate}", "work.engine: procrastinate needs PostgreSQL"),
        ("work: {engine: procrastinate}", "machines must share what signs links: delivery.secret is missing"),
        (
            "crawl: {websub: true}",
            "crawl.websub: hubs must be able to call the web pages: delivery.public_url",
        ),
        ("work: {engine: celery}", "work.engine: 'celery' is not known; allowed: embedded or procrastinate"),
        ("judging: {also: [nobody]}", "judging.also[0]: no judge 'nobody' is installed"),
    ],
)
def test_mistakes_in_how_it_is_run(tmp_path: Path, section: str, line: str) -> None:
    found = errors(tmp_path, f"{GOOD}\n{section}\n")
    assert any(line in e for e in found), found


@pytest.mark.parametrize("end", ["pa@h:hunter2@h/news", "p:hunter2@h:x/news", "x@h:hunter2"])
def test_a_password_that_breaks_the_address_of_a_store_is_not_told(tmp_path: Path, end: str) -> None:
    (found,) = errors(tmp_path, GOOD + f"storage: {{url: 'postgresql+psycopg://u:{end}'}}\n")
    assert "storage.url: is no address of a store" in found
    assert "hunter2" not in found
