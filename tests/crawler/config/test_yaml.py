"""What YAML takes for something else than it looks like is refused by name, and no file ends the program or tells a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.config import load
from crawler.config.loading import ConfigError
from tests.builders import shipped
from tests.crawler.config.test_errors import FIRST_FREE, GOOD, errors


@pytest.mark.parametrize(
    ("added", "parts"),
    [
        (
            "web: {port: 025}",
            ["web.port: 025 is no plain number", "allowed: 25 for the number", "'025' in quotes"],
        ),
        ("web: {port: 0x19}", ["web.port: 0x19 is no plain number", "allowed: a decimal number"]),
        ("web: {port: 0b11}", ["web.port: 0b11 is no plain number"]),
        ("web: {port: 8_080}", ["web.port: 8_080 is no plain number", "without _"]),
        ("web: {port: 99999999999999999999999}", ["web.port: 9999999", "no plain number"]),
        ("web: {port: " + "9" * 6000 + "}", ["web.port: 9999999", "no plain number"]),
        ("web: {port: 12:30}", ["web.port: '12:30'"]),
        ("web: {port: true}", ["web.port: true is a yes or no", "a number"]),
        ("web: {port: yes}", ["web.port: 'yes'"]),
        ("web: {port: }", ["web.port: is empty"]),
        ("web: {port: [1]}", ["web.port"]),
        ("web: [8080]", ["web: a list is not a mapping of keys"]),
        ("subscriptions:", ["subscriptions: is empty; allowed: a list"]),
        ("subscriptions: desk", ["subscriptions: desk is not a list"]),
        ("delivery: {channels: }", ["delivery.channels: is empty"]),
        ("schedule: {budget: .inf}", ["schedule.budget: .inf is no plain number"]),
        ("schedule: {budget: .nan}", ["schedule.budget: .nan is no plain number"]),
        ("schedule: {budget: true}", ["schedule.budget: true is a yes or no"]),
        ("schedule: {every: 99999999999999999d}", ["schedule.every", "too long"]),
        ("schedule: {every: 15}", ["schedule.every: 15 is no duration"]),
        ("crawl: {max_size: true}", ["crawl.max_size: true is a yes or no"]),
        ("crawl: {max_size: -5}", ["crawl.max_size: -5 is no size"]),
        ("crawl: {user_agent: 12}", ["crawl.user_agent: 12 is not text", "'12' in quotes"]),
        ("crawl: {user_agent: true}", ["crawl.user_agent: true is a yes or no", "text (in quotes)"]),
        ("crawl: {<<: {delay: 1s}}", ["merge keys (<<) are not supported"]),
        ("crawl: !!python/object:os.system {}", ["the tag !!python/object:os.system is not supported"]),
        ("crawl: &c {user_agent: *c}", ["contains itself"]),
        ("? [a, b]\n: c", ["a key must be one word"]),
        ("web: {port: 1, port: 2}", ["web.port: this key stands here twice"]),
        ("relevance: {ours: null}", ["relevance.ours: is empty"]),
        ("web:\n\tport: 1", ["is no YAML: a tab stands where only blanks may"]),
        ("web: " + "[" * 20_000, ["brackets lie deeper than"]),
        ("web: " + "[" * 70 + "]" * 70, ["brackets lie deeper than"]),
    ],
)
def test_a_surprise_of_yaml_is_refused_by_name(tmp_path: Path, added: str, parts: list[str]) -> None:
    text = GOOD.replace("relevance: {against: [dispute]}\n", "") if added.startswith("relevance") else GOOD
    told = errors(tmp_path, text + added)
    assert any(all(part in line for part in parts) for line in told), told


def test_aliases_of_aliases_do_not_fill_the_memory(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    assert any("aliases unfold to more than" in line for line in errors(tmp_path, GOOD + bomb))


@pytest.mark.parametrize(
    "added",
    [
        "subscriptions: [{name: a, to: [x@y.example], when: daily 07:30, quiet: 22:00-07:00}]",
        "schedule: {every: 15m}",
        "web: {port: 8080}",
        "crawl: {robots: off}",
        "crawl: &c {robots: no}",
        "schedule: {budget: 2}",
        "web: {port: '${PORT:-25}'}",
    ],
)
def test_what_people_mean_is_taken(tmp_path: Path, added: str) -> None:
    (tmp_path / "config.yaml").write_text(GOOD + added, encoding="utf-8")
    load(tmp_path / "config.yaml", {})


def test_country_and_language_codes_stay_text(tmp_path: Path) -> None:
    text = GOOD.replace('feed"}', 'feed", country: NO, lang: no}', 1)
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    source = load(tmp_path / "config.yaml", {}).sources[0]
    assert (source.country, source.lang) == ("NO", "no")


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (GOOD.encode("utf-16"), 1, "UTF-16"),
        (GOOD.encode("utf-16-le"), 1, "UTF-16"),
        (GOOD.encode("utf-32"), 1, "UTF-32"),
        ((GOOD + "# 中国和东盟的合作示范基地").encode("gbk"), FIRST_FREE, "looks like GBK"),
        ((GOOD + "# Société générale").encode("latin-1"), FIRST_FREE, "the byte E9"),
        ((GOOD + "# ประเทศไทย").encode("cp874"), FIRST_FREE, "not written in UTF-8"),
    ],
)
def test_a_file_of_another_encoding_is_told_in_words(
    tmp_path: Path, data: bytes, line: int, words: str
) -> None:
    (tmp_path / "config.yaml").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.yaml", {})
    (told,) = str(caught.value).splitlines()
    assert told.startswith(f"{tmp_path / 'config.yaml'}:{line}: ")
    assert words in told
    assert told.endswith("save it as UTF-8")


def test_a_byte_order_mark_is_taken(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(GOOD, encoding="utf-8-sig")
    assert load(tmp_path / "config.yaml", {}).sources[0].name == "outlet"


SECRET = "s3cr3t-'quoted'\\value"
ENVIRONMENT = {"SECRET": SECRET, "SHORT": "q7z"}
PLACES = [
    "web: {port: '${SECRET}'}",
    "web: {host: [1], port: '${SHORT}'}",
    "schedule: {every: '${SECRET}', timezone: '${SECRET}'}",
    "storage: {url: 'mysql://me:${SECRET}@host/db'}",
    "crawl: {pages: '${SECRET}', max_size: 'x${SECRET}y', proxy: 'ftp://me:${SECRET}@host'}",
    "delivery: {smtp: {port: '${SECRET}', password: [1]}, rates: {mail: '${SECRET}'}}",
    "subscriptions: [{name: '${SECRET}', to: ['${SECRET}'], topics: ['${SECRET}'], channel: '${SECRET}', when: '${SECRET}'}]",
    "subscriptions: [{name: a, to: [a@b.example], quiet: '${SECRET}', days_off: ['${SECRET}'], languages: ['${SECRET}']}]",
    "judging: {also: ['${SECRET}']}",
    "operations: {channel: '${SECRET}'}",
    "logs: {level: '${SHORT}'}",
    "terms: {other: {en: ['$${SECRET}']}}",
]


@pytest.mark.parametrize("added", PLACES)
def test_no_complaint_repeats_a_value_of_the_environment(tmp_path: Path, added: str) -> None:
    told = "\n".join(
        errors(
            tmp_path,
            (GOOD.replace("terms:", "other:", 1) if added.startswith("terms") else GOOD) + added,
            ENVIRONMENT,
        )
    )
    assert "s3cr3t" not in told
    assert "q7z" not in told


@pytest.mark.parametrize(
    "added",
    [
        "delivery: {smtp: {password: hunter2}}",
        "delivery: {secret: hunter2, smtp: {port: hunter3, password: hunter2}}",
        "crawl: {proxy: 'socks5://me:hunter2@host:1'}",
        "crawl: {proxy: 'me:hunter2@host:1'}",
        "crawl: {proxy: 'ftp://host/?access_token=hunter2&x=1'}",
        "delivery: {public_url: 'ftp://host/?api_key=hunter2'}",
        "delivery: {channels: {c: {type: chat, url: [hunter2]}}}",
    ],
)
def test_no_complaint_repeats_a_secret_that_stands_in_the_file(tmp_path: Path, added: str) -> None:
    assert "hunter2" not in "\n".join(errors(tmp_path, GOOD + added))


def _keys(value: Any, key: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    )
    return [key, *(k for name, child in children for k in _keys(child, (*key, name)))]


WHOLE = yaml.safe_load(GOOD) | {
    "subscriptions": [{"name": "a", "to": ["a@b.example"], "when": "instant", "quiet": "22:00-07:00", "topics": ["trade"]}],
    "delivery": {"smtp": {"port": 25}, "channels": {"c": {"type": "folder", "path": "x"}}, "rates": {"x.example": "1/m"}, "bounces": "b"},
    "storage": {"url": "sqlite:///x.db", "keep": "9d"}, "operations": {"channel": "email", "to": ["a@b.example"]},
    "relevance": {"china": "china", "matters": ["trade"], "threshold": 0.5}, "work": {"engine": "embedded"},
    "judging": {"also": []}, "crawl": {"allow_private": ["x"], "max_size": "1MB"}, "schedule": {"every": "15m"},
}  # fmt: skip
SURPRISES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2), st.sampled_from(["$", "$$x", "a AND", "{query}", "1e999d", "0s"]),
)  # fmt: skip


@given(st.sampled_from([k for k in _keys(WHOLE) if k]), SURPRISES)
def test_whatever_stands_at_a_key_is_taken_or_told(
    tmp_path_factory: pytest.TempPathFactory, key: tuple[Any, ...], value: Any
) -> None:
    data = yaml.safe_load(yaml.safe_dump(WHOLE))
    place = data
    for part in key[:-1]:
        place = place[part]
    place[key[-1]] = value
    path = tmp_path_factory.getbasetemp() / "surprise.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    try:
        load(path, {})
    except ConfigError as error:
        assert error.problems


def test_the_shipped_configuration_has_no_surprise() -> None:
    assert shipped().sources
