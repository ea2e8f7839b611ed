"""``${NAME}`` inserts a value of the environment only in the keys meant for it, whoever wrote it and however."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import make_url

from crawler.config.loading import Loaded, load, load_with_lines, reference_keys
from crawler.config.references import ANY, escaped, substituted
from crawler.config.settings import ChannelSettings, DeliverySettings, Smtp
from crawler.model import AseanwatchError
from tests.conftest import run
from tests.crawler.config.test_errors import GOOD

VALUE = "hush-4711"
WORLD = {"SECRET": VALUE, "A": VALUE}
WHOLE: dict[str, Any] = yaml.safe_load(GOOD) | {
    "sources": [
        {
            "name": "outlet", "url": "https://outlet.example/feed", "kind": "feed", "lang": "en", "country": "ID", "query": "x", "folder": "a",
            "every": "1h", "pages": "never", "headers": {"X-Key": "y"},
            "select": {"item": "li", "link": "a", "title": "b", "date": "i", "summary": "p", "article": "article"},
        }
    ],
    "topics": {"trade": {"title": "Trade", "query": "$trade", "alert": "story", "examples": {"match": ["a"], "no_match": ["b"]}}},
    "subscriptions": [
        {"name": "a", "title": "A", "to": ["a@b.example"], "channel": "email", "when": "instant", "quiet": "22:00-07:00", "topics": ["trade"],
         "languages": ["en"], "countries": ["ID"], "sources": ["outlet"], "timezone": "UTC", "days_off": ["sat"], "language": "en", "fresh": "1d"}
    ],
    "delivery": {
        "from": "a@b.example", "public_url": "https://a.example", "secret": "${SECRET}", "return_path": "r@b.example", "bounces": "b", "give_up": "5d",
        "smtp": {"host": "h", "port": 25, "security": "none", "username": "u", "password": "${SECRET}", "timeout": "30s", "trust": "t"},
        "channels": {"c": {"type": "webhook", "path": "x", "url": "https://u.example", "secret": "${SECRET}", "server": "https://s.example",
                           "hub": "https://h.example", "timeout": "9s"}},
        "rates": {"x.example": "1/m"},
    },
    "storage": {"url": "sqlite:///x.db", "keep": "9d"}, "operations": {"channel": "email", "to": ["a@b.example"], "after": "1m"},
    "work": {"engine": "embedded"}, "logs": {"format": "human", "level": "info"}, "web": {"host": "127.0.0.1", "port": 8080},
    "crawl": {"user_agent": "u", "delay": "0s", "timeout": "9s", "max_size": "1MB", "pages": "never", "proxy": "http://p.example", "allow_private": ["x"]},
    "schedule": {"timezone": "UTC", "every": "15m", "fastest": "5m", "slowest": "1h"}, "stories": {"window": "5d"}, "alerts": {"fresh": "7d"},
}  # fmt: skip
Key = tuple[Any, ...]


def _leaves(value: Any, key: Key = ()) -> list[Key]:
    children = list(
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [k for name, child in children for k in _leaves(child, (*key, name))] or [key]


LEAVES = _leaves(WHOLE)


def _written(folder: Path, data: Any) -> Path:
    path = folder / "config.yaml"
    path.write_text(
        data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), encoding="utf-8"
    )
    return path


def _with(key: Key, value: Any) -> dict[str, Any]:
    """The whole configuration with another value at a key."""
    data: dict[str, Any] = yaml.safe_load(yaml.safe_dump(WHOLE))
    place: Any = data
    for part in key[:-1]:
        place = place[part]
    place[key[-1]] = value
    return data


def _shown(loaded: Loaded) -> str:
    """Everything that the settings hold, secrets in the clear."""

    def plain(value: Any) -> Any:
        if isinstance(value, SecretStr):
            return value.get_secret_value()
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, list | tuple) else value

    return repr(plain(loaded.settings.model_dump()))


def _at(settings: Any, key: Key) -> Any:
    value = settings
    for part in key:
        value = (
            value[part]
            if isinstance(value, dict | tuple)
            else getattr(value, "sender" if part == "from" else str(part))
        )
    return value.get_secret_value() if isinstance(value, SecretStr) else value


@pytest.mark.parametrize("key", LEAVES, ids=lambda k: ".".join(map(str, k)))
def test_at_every_key_a_reference_is_a_value_only_where_its_type_says_so(tmp_path: Path, key: Key) -> None:
    path = _written(
        tmp_path,
        _with(
            key,
            "http://${SECRET}/x"
            if key[-1] in ("url", "server", "hub", "proxy", "public_url")
            else "${SECRET}",
        ),
    )
    bare = _written(tmp_path, _with(key, "${SECRET}")) if reference_keys().mark(key) is None else path
    try:
        loaded = load_with_lines(bare, WORLD)
    except AseanwatchError as error:
        assert VALUE not in str(error)
        if reference_keys().mark(key) is None and "references to the environment are read in" not in str(
            error
        ):
            assert key[0] in ("sources", "terms", "topics"), error  # a text there that is wrong as what it is
        return
    if reference_keys().mark(key) is not None:
        assert VALUE in str(_at(loaded.settings, key))
        return
    assert "${SECRET}" in str(_at(loaded.settings, key))
    assert any("${SECRET} is plain text here" in line for line in loaded.warning_lines()), (
        "an operator who relied on it is told"
    )
    assert _shown(loaded).count(VALUE) == 3, "nothing but the three secrets of the file"


def test_whatever_holds_a_secret_takes_references_and_what_strangers_write_takes_none() -> None:
    patterns = reference_keys().patterns
    for model, key in (
        (Smtp, ("delivery", "smtp")),
        (ChannelSettings, ("delivery", "channels", ANY)),
        (DeliverySettings, ("delivery",)),
    ):
        for name, field in model.model_fields.items():
            if "SecretStr" in str(field.annotation):
                assert (*key, name) in patterns
    foreign = [p for p in patterns if p[0] in reference_keys().by_program | {"subscriptions"}]
    assert foreign == [("sources", ANY, "headers", ANY)], "which only people write"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("${A}", VALUE),
        ("x${A}y${SECRET}", f"x{VALUE}y{VALUE}"),
        ("${NONE:-b}", "b"),
        ("${NONE:-}", ""),
        ("${NONE:-a:-b}", "a:-b"),
        ("${NONE:-a$b{c}", "a$b{c"),
        ("${A:-b}", VALUE),
        ("$${A}", "${A}"),
        ("$$${A}", "$${A}"),
        ("$${A", "${A"),
        ("$$", "$$"),
        ("$A", "$A"),
        ("$ {A}", "$ {A}"),
        ("a$b", "a$b"),
        ("$${A} ${A}", f"${{A}} {VALUE}"),
    ],
)
def test_the_forms_of_a_reference(tmp_path: Path, written: str, read: str) -> None:
    path = _written(tmp_path, _with(("sources", 0, "headers", "X-Key"), written))
    assert load(path, WORLD).sources[0].headers["X-Key"] == read


@pytest.mark.parametrize(
    "written",
    ["${", "${}", "${A", "${1A}", "${A-b}", "${A:?b}", "${A:-${B}}", "${A:-${B:-c}}", "${ A }", "${Ä}"],
)
def test_what_only_looks_like_a_reference_is_an_error_at_its_line(tmp_path: Path, written: str) -> None:
    text = GOOD + f"delivery:\n  smtp:\n    username: '{written}'\n"
    line = len(text.splitlines())
    with pytest.raises(
        AseanwatchError, match=rf"config.yaml:{line}: delivery.smtp.username: a \$\{{ begins no reference"
    ):
        load(_written(tmp_path, text), WORLD)


def test_a_value_of_the_environment_is_no_reference_itself(tmp_path: Path) -> None:
    path = _written(tmp_path, _with(("delivery", "smtp", "username"), "${A}"))
    assert load(path, {"A": "${SECRET}$${x}", "SECRET": VALUE}).delivery.smtp.username == "${SECRET}$${x}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{query: $china AND $trade}", "{query: $china, title: *pw}"),
        ("{query: $china AND $trade}", "{query: $china, title: |\n    ${SECRET}\n    }"),
        ("{query: $china AND $trade}", '{query: $china, title: "\\u0024{SECRET}"}'),
        ("{query: $china AND $trade}", '{query: $china, title: !!str "${SECRET}"}'),
        ("{query: $china AND $trade}", "{query: $china, title: !!timestamp '${SECRET}'}"),
        ("{query: $china AND $trade}", "{query: $china, examples: {match: ['${SECRET}', *pw]}}"),
        ("name: outlet,", "name: outlet, folder: '${SECRET}',"),
        ("https://outlet.example/feed", "https://outlet.example/feed?k=${SECRET}"),
        ("topics:\n", "topics:\n  '${SECRET}': {query: $trade}\n"),
    ],
)  # fmt: skip
def test_yaml_carries_no_reference_to_where_none_is_read(tmp_path: Path, old: str, new: str) -> None:
    text = f"delivery: {{smtp: {{password: &pw '${{SECRET}}'}}}}\n{GOOD}"
    assert old in text
    if "|\n" in new:
        new = new.replace(
            "{query: $china, title: |\n    ${SECRET}\n    }",
            "\n    query: $china\n    title: |\n      ${SECRET}",
        )
    path = _written(tmp_path, text.replace(old, new, 1))
    loaded = load_with_lines(path, WORLD)
    assert _shown(loaded).count(VALUE) == 1, "the password alone"
    assert "${SECRET}" in _shown(loaded)
    assert loaded.warning_lines()


def test_an_alias_is_read_by_the_key_in_which_it_stands(tmp_path: Path) -> None:
    text = (
        GOOD.replace("{query: $china AND $trade}", "{query: $china, title: &t '${SECRET}'}")
        + "delivery: {smtp: {password: *t}}\n"
    )
    settings = load(_written(tmp_path, text), WORLD)
    assert settings.topics["trade"].title_in("en") == "${SECRET}"
    assert settings.delivery.smtp.password.get_secret_value() == VALUE


@given(
    st.text(
        st.characters(exclude_categories=["Cs"]) | st.sampled_from("@:/?#[]%\\ "), min_size=1, max_size=12
    )
)
def test_a_password_of_any_signs_leads_to_the_same_place(password: str) -> None:
    for address in (
        "postgresql+psycopg://watch:${P}@db.example:5432/watch",
        "postgresql+psycopg://${U}@db.example:5432/watch",
    ):
        values = {"P": password, "U": f"watch:{password}"}
        url = make_url(substituted(address, lambda name, default, v=values: v[name], lambda: ""))  # type: ignore[misc]
        assert (url.host, url.port, url.database, url.username) == ("db.example", 5432, "watch", "watch")
        # Without a sign that addresses need it may have been encoded by hand.
        assert url.password in (password, unquote(password))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a.example/${P}", "https://a.example/p@ss/w"),
        ("${P}", "p@ss/w"),
        ("https://${P}.example/", "https://p@ss/w.example/"),
        ("https://u:${P:-x@/y}@a.example/", "https://u:p%40ss%2Fw@a.example/"),
        ("https://a.example/?u=${P}@b", "https://a.example/?u=p@ss/w@b"),
    ],
)
def test_only_user_and_password_of_an_address_are_encoded(text: str, shown: str) -> None:
    assert substituted(text, lambda *_: "p@ss/w", lambda: "") == shown


def test_what_is_encoded_already_stays(tmp_path: Path) -> None:
    assert substituted("http://u:${P}@h/", lambda *_: "p%40ss", lambda: "") == "http://u:p%40ss@h/"


@given(st.text(st.sampled_from("${}A:-\\ \n'x"), max_size=12))
def test_escaped_text_is_read_as_it_is(text: str) -> None:
    def never(*_: object) -> str:
        raise AssertionError(text)

    assert substituted(escaped(text), never, never) == text


def test_check_names_the_line_and_the_keys_that_take_references(tmp_path: Path) -> None:
    text = GOOD.replace("{query: $china AND $trade}", "{query: $china, title: 'Costs ${SECRET}'}")
    path = _written(tmp_path, text)
    done = run("check", "--config", path, cwd=tmp_path, SECRET=VALUE)
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "Costs" in one)
    assert done.status == 0
    assert f"config.yaml:{line}: topics.trade.title: warning: ${{SECRET}} is plain text here" in done.err
    assert "delivery.smtp.password" in done.err and VALUE not in done.out + done.err
    path.write_text(text + "operations:\n  to: ['${SECRET}']\n", encoding="utf-8")
    done = run("check", "--config", path, cwd=tmp_path, SECRET=VALUE)
    assert done.status == 2
    assert (
        "operations.to[0]: ${SECRET} is not read here; references to the environment are read in: storage.url"
        in done.err
    )
    assert VALUE not in done.out + done.err


@pytest.mark.parametrize(
    ("key", "form"),
    [
        (("delivery", "smtp", "port"), "${SECRET}"),
        (("web", "port"), "8${SECRET}"),
        (("crawl", "proxy"), "${SECRET}"),
        (("storage", "url"), "${SECRET}"),
        (("storage", "url"), "postgresql://me:pw@host:${SECRET}/db"),
        (("delivery", "public_url"), "ftp://${SECRET}"),
        (("delivery", "channels", "c", "server"), "https://${SECRET}:99999"),
    ],
)
@pytest.mark.parametrize(
    "value",
    ["pa ss/wörd%&\"'<\\", "; allowed: hush-hush", "x" * 60, "Zz", "topics", "MiXed-Case", "is no address; allowed: S3", "tab\tbed", "中国秘密"],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_told_without_any_part_of_it(
    tmp_path: Path, key: Key, form: str, value: str
) -> None:
    path = _written(tmp_path, _with(key, form))
    with pytest.raises(AseanwatchError) as caught:
        load(path, {"SECRET": value})
    with pytest.raises(AseanwatchError) as other:
        load(path, {"SECRET": "another-one-altogether /"})
    assert str(caught.value) == str(other.value), "nothing in the message depends on the value"


@pytest.mark.parametrize(
    "secret",
    ["0x1f4711", "1_4711_2", "014711", "4711e400", "47114711", "[47114711]", "{a: 47114711}", "47114711 x"],
)
@pytest.mark.parametrize("key", ["smtp: {password", "channels: {c: {type: webhook, secret", "secret"])
def test_a_secret_that_stands_in_the_file_is_refused_and_not_repeated(
    tmp_path: Path, secret: str, key: str
) -> None:
    with pytest.raises(AseanwatchError) as caught:
        load(_written(tmp_path, f"{GOOD}delivery: {{{key}: {secret}{'}' * key.count('{')}}}\n"), {})
    assert "4711" not in str(caught.value)
    assert "delivery." in str(caught.value)


def test_what_an_address_of_a_store_begins_with_is_not_told(tmp_path: Path) -> None:
    path = _written(tmp_path, _with(("storage", "url"), "${SECRET}://me@host/db"))
    with pytest.raises(
        AseanwatchError, match=r"storage.url: \$\{SECRET\} does not fit: allowed: sqlite:///FILE"
    ) as caught:
        load(path, {"SECRET": "hush"})
    assert "hush" not in str(caught.value)


def test_the_message_to_a_guess_is_the_same_whether_it_is_right_or_wrong(tmp_path: Path) -> None:
    """Who may try a query must not learn from the complaint that a word in it is a password."""
    path = _written(tmp_path, _with(("topics", "trade", "query"), "$guess AND"))
    told = []
    for password in ("guess", "something-else"):
        with pytest.raises(AseanwatchError) as caught:
            load(path, {"SECRET": password})
        told.append(str(caught.value))
    assert told[0] == told[1]
