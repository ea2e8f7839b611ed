"""What strangers supply and programs write into config.yaml reads back unchanged, inserts no secret and changes nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.operations import tuning
from alerts.operations.live_config import Live
from crawler.config.adding import add_sources, line_of
from crawler.config.config_file import check_text, only_changed, read_text, write_text
from crawler.config.editing import with_entry
from crawler.config.loading import load, load_with_lines
from crawler.config.settings import Source
from crawler.model import AseanwatchError
from crawler.sources.opml import new_sources, read_opml
from tests.conftest import run
from tests.crawler.config.test_errors import GOOD
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer
from tests.ingesting import item, rss

VALUE = "hush-4711"
PIECES = [
    "${SMTP_PASSWORD}", "$${SMTP_PASSWORD}", "${A:-${B}}", "${SMTP_PASSWORD:-x}", "$", "{", "}", "[", "]", ": ", ":", " #", "#", "*a", "&a ", "!!int ", "!x ",
    "'", '"', "\\", "\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\t", "\ufeff", "\xa0", "\u3000", "\u202e", "- ", "? ", "| ", "> ", "%", "@", "`", ",", "~",
    "<<", "=", "---", "...", "no", "null", "1_000", "12:30", "0x1f", "1e3", "2025-11-30", "😀", "中国", "é", " ", "  ", "a", "{query}", "topics:\n  x: 1\n", "secret: y",
]  # fmt: skip
HOSTILE = st.lists(
    st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
).map("".join)
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@pytest.fixture(autouse=True, scope="module")
def _hostile_environment() -> Iterator[None]:
    """All names that the texts here have stand for a secret."""
    names = ("SMTP_PASSWORD", "A", "B")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, VALUE))
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small configuration with a secret of its own."""
    made = tmp_path_factory.mktemp("written") / "config.yaml"
    made.write_text(GOOD + "delivery: {smtp: {password: '${SMTP_PASSWORD}'}}\n", encoding="utf-8")
    return made


def by_the_desk(path: Path, text: str) -> str:
    made = tuning.draft(Live(path, load(path)), "topics", "own", {"title": text, "query": "$trade"})
    assert made.settings.delivery.smtp.password.get_secret_value() == VALUE
    return made.settings.topics["own"].title_in("en")


def by_the_desk_as_an_example(path: Path, text: str) -> str:
    values = {"query": "$trade", "examples": {"match": ["plain", text]}}
    return (
        tuning.draft(Live(path, load(path)), "topics", "trade", values)
        .settings.topics["trade"]
        .examples.match[1]
    )


def by_discovery(path: Path, text: str) -> str:
    before = read_text(path)
    try:
        add_sources(path, [{"name": "own", "url": f"https://o.example/{text}", "kind": "feed", "lang": None}])
        source = load(path).sources[-1]
        return source.url.removeprefix("https://o.example/")
    finally:
        path.write_bytes(before.encode())


def by_an_import(path: Path, text: str) -> str:
    """The folder of an outline comes in as people see it: on one line."""
    data = f"<opml><body><outline text={quoteattr(text)}><outline text='a feed' xmlUrl='https://o.example/f'/></outline></body></opml>"
    (wanted,) = new_sources(read_opml(data.encode(), "x.opml").feeds, ())
    before = read_text(path)
    try:
        add_sources(path, [wanted])
        assert (load(path).sources[-1].folder or None) == wanted["folder"]
    finally:
        path.write_bytes(before.encode())
    return text


def by_editing_headers(path: Path, text: str) -> str:
    """A key that takes references: text written there by program is none all the same."""
    after = with_entry(
        read_text(path), "sources", "outlet", {"url": "https://o.example", "headers": {"X-Own": text}}
    )
    return check_text(path, after).sources[0].headers["X-Own"]


WRITERS: list[Callable[[Path, str], str]] = [
    by_the_desk, by_the_desk_as_an_example, by_discovery, by_an_import, by_editing_headers,
]  # fmt: skip


@pytest.mark.parametrize("writer", WRITERS)
@given(text=HOSTILE)
@example(text="${SMTP_PASSWORD}")
@example(
    text="Ports of ${SMTP_PASSWORD}: news #1, all of it, and much more of it than would ever stand on one line of any file, truly"
)
@example(text="x" * 100_000)
@example(text="[" * 200)
@example(text="\x85\u2028\ufeff")
def test_text_reads_back_the_same(path: Path, writer: Callable[[Path, str], str], text: str) -> None:
    before = path.read_bytes()
    try:
        got = writer(path, text)
    except AseanwatchError as error:
        assert NO_TEXT.search(text), error
        assert "is no text; leave it out" in str(error)
        assert VALUE not in str(error)
    else:
        assert got == text
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["\0", "\x1b[31m", "\x7f", "\x9b", "\ud800", "a\udcff", "\ufffe", "\x0b"])
@pytest.mark.parametrize("writer", [by_the_desk, by_the_desk_as_an_example, by_discovery, by_editing_headers])
def test_what_is_no_text_is_refused_by_name(
    path: Path, writer: Callable[[Path, str], str], text: str
) -> None:
    with pytest.raises(AseanwatchError, match=r"the character U\+[0-9A-F]{4} is no text; leave it out"):
        writer(path, text)


@given(
    texts=st.dictionaries(
        st.sampled_from(["name", "url", "kind", "lang", "country", "folder"]), HOSTILE, min_size=1
    )
)
def test_a_line_of_a_source_is_one_flow_of_its_values(texts: dict[str, str]) -> None:
    try:
        line = line_of(texts)
    except AseanwatchError:
        assert any(NO_TEXT.search(t) for t in texts.values())
        return
    assert yaml.load(line, yaml.CSafeLoader) == [{k: v for k, v in texts.items() if v}]
    assert line.count("\n") == 1


def test_what_is_no_text_in_one_outline_does_not_keep_the_others_out() -> None:
    urls = ["https://o.example/\x9b", "https://o.example/good", "https://o.example/{query}"]
    opml = f"<opml><body>{''.join(f'<outline text={quoteattr(u)} xmlUrl={quoteattr(u)}/>' for u in urls)}</body></opml>"
    assert [s["url"] for s in new_sources(read_opml(opml.encode(), "x.opml").feeds, ())] == urls[1:]
    assert Source(name="own", url=urls[2]).address == urls[2], "only a search has a place for its query"


def test_nothing_is_added_in_the_place_of_another_source(path: Path) -> None:
    before = read_text(path)
    with pytest.raises(AseanwatchError, match="there is a source outlet already"):
        add_sources(path, [{"name": "outlet", "url": "https://evil.example/feed", "kind": "feed"}])
    assert read_text(path) == before


def test_a_hostile_form_cannot_reach_beyond_its_entry(path: Path) -> None:
    before = read_text(path)
    for hostile in (
        "x: {en: [a]}\ndelivery: {secret: y}\n",
        "own: {en: [a]}\n...\n---\nweb: {port: 1}\n",
        "own: &a {en: [*a]}\n",
        "- " * 100_000,
    ):
        with pytest.raises(AseanwatchError):
            tuning.draft_block(Live(path, load(path)), "terms", "own", hostile)
    assert read_text(path) == before


def test_a_change_of_anything_else_is_refused(path: Path) -> None:
    before = read_text(path)
    other = before.replace("'${SMTP_PASSWORD}'", "other", 1)
    assert other != before
    with pytest.raises(AseanwatchError, match="this would change more than topics: trade"):
        only_changed(before, other, "topics", ["trade"])


def test_an_anchor_in_a_block_cannot_turn_an_alias_behind_it(tmp_path: Path) -> None:
    """``*host`` is the latest ``&host`` before it: whoever may write terms must not choose the mail server by that."""
    path = tmp_path / "config.yaml"
    text = f"web: {{host: &host 127.0.0.1}}\n{GOOD}delivery: {{smtp: {{host: *host}}}}\n"
    path.write_text(text, encoding="utf-8")
    live = Live(path, load(path))
    with pytest.raises(
        AseanwatchError, match=r"second occurrence|this would change more than terms: history"
    ):
        tuning.draft_block(live, "terms", "history", "history: {en: [&host evil.example]}\n")
    assert read_text(path) == text


def test_brackets_in_strangers_text_do_not_add_up_to_a_configuration_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD, encoding="utf-8")
    for number in range(5):
        add_sources(path, [{"name": f"s{number}", "url": f"https://o.example/{'[{' * 20}", "kind": "feed"}])
    live = Live(path, load(path))
    made = tuning.draft(live, "topics", "trade", {"title": "[" * 90, "query": "$trade"})
    write_text(path, made.before, made.after)
    assert len(load(path).sources) == 6


PAGE = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/rss?k=${SMTP_PASSWORD}&amp;x=*a: #"></head></html>"""


@pytest.fixture
def stranger() -> Iterator[FaultServer]:
    """A site whose only feed has an address that names a variable of the environment."""
    feed = rss(*(item(f"Port {n}", f"https://o.example/{n}") for n in range(3)))
    with FaultServer({"": answer(PAGE, {"Content-Type": "text/html"}), "rss": answer(feed)}) as server:
        yield server


def test_a_discovered_address_names_no_secret(stranger: FaultServer, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD + "crawl: {allow_private: [127.0.0.1]}\n", encoding="utf-8")
    done = run("sources", "discover", stranger.address(""), "--add", "--json", "--config", path, cwd=tmp_path)
    assert done.status == 0, done.err
    source = load_with_lines(path).settings.sources[-1]
    assert "SMTP_PASSWORD" in source.url and VALUE not in source.url
    listed = run("sources", "list", "--json", "--config", path, cwd=tmp_path)
    checking = run("check", "--config", path, cwd=tmp_path)
    assert checking.status == 0, checking.err
    assert VALUE not in done.out + done.err + listed.out + checking.out + checking.err


def test_a_foreign_opml_names_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD, encoding="utf-8")
    urls = [
        "https://o.example/?k=${SMTP_PASSWORD}",
        "https://${SMTP_PASSWORD}.evil.example/rss",
        "https://o.example/$${A}",
        "https://o.example/a: #*b",
    ]
    outlines = "".join(f"<outline text={quoteattr('No. ${A}')} xmlUrl={quoteattr(u)}/>" for u in urls)
    opml = tmp_path / "foreign.opml"
    opml.write_text(
        f"<opml><body><outline text={quoteattr('${SMTP_PASSWORD}')}>{outlines}</outline></body></opml>",
        encoding="utf-8",
    )
    done = run("sources", "import", opml, "--write", "--config", path, cwd=tmp_path)
    assert done.status == 0, done.err
    new: list[Any] = list(load(path).sources[1:])
    assert [s.url for s in new] == urls
    assert {s.folder for s in new} == {"${SMTP_PASSWORD}"}
    assert VALUE not in done.out + done.err
    assert quote(VALUE) not in run("sources", "export", "--config", path, cwd=tmp_path).out
