"""Files that extend others: which are read, in which order, what is said of them, and where it is said to stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st

from crawler.config import load
from crawler.config.adding import add_sources
from crawler.config.layers import MOST_FILES, packaged_values, shared_values
from crawler.config.loading import ConfigError, find_config, load_with_lines
from crawler.config.own_file import OwnFile
from crawler.config.settings import Settings
from crawler.config.shortening import comparable, shortened, written_short
from crawler.config.warning import warnings_of
from crawler.model import AseanwatchError
from crawler.runtime.packaged_config import packaged
from tests.builders import shipped
from tests.conftest import run


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    """What is said of a file, with paths from its folder on."""
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    return (
        str(caught.value).replace(f"{path.parent}/", "").replace(f"{path.parent.parent}/", "../").splitlines()
    )


def test_the_packaged_one_alone_is_the_packaged_one_without_its_examples(tmp_path: Path) -> None:
    made = load(write(tmp_path, "config.yaml", "extends: packaged\n"), {})
    own = {"storage", "subscriptions", "delivery"}
    assert made.model_dump(exclude=own) == shipped().model_dump(exclude=own)
    assert made.subscriptions == () and made.delivery.channels == {}


def test_what_is_worked_out_ahead_is_what_the_file_says() -> None:
    assert packaged_values() == shared_values(packaged().read_bytes())


def test_files_are_read_from_the_lowest_up_and_each_once(tmp_path: Path) -> None:
    write(tmp_path, "terms.yaml", "extends: packaged\nterms: {trade: {en: [one]}}\nschedule: {every: 1m}\n")
    write(
        tmp_path,
        "more/feeds.yaml",
        "extends: [packaged, ../terms.yaml]\nschedule: {every: 2m}\nsources: [{name: cna, enabled: false}]\n",
    )
    path = write(
        tmp_path,
        "desk/config.yaml",
        "extends: [packaged, ../terms.yaml, ../more/feeds.yaml]\nterms: {trade: {en: [two]}}\n",
    )
    loaded = load_with_lines(path, {})
    assert loaded.settings.terms["trade"]["en"][-2:] == ("one", "two")
    assert loaded.settings.schedule.every.total_seconds() == 120
    assert [layer.shown.rpartition("/")[2] for layer in loaded.layers.layers] == [
        "packaged",
        "terms.yaml",
        "feeds.yaml",
        "config.yaml",
    ]
    assert len(loaded.settings.sources) == len(shipped().sources)


def test_paths_begin_at_the_folder_of_the_file_that_names_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        "shared/base.yaml",
        "delivery: {channels: {archive: {type: maildir, path: ./mail}}}\nsources: [{name: a, url: 'http://a', trust: ca.pem}]\n",
    )
    path = write(
        tmp_path,
        "desk/config.yaml",
        "extends: [packaged, ../shared/base.yaml]\ndelivery: {channels: {own: {type: maildir, path: ./mail}}}\n",
    )
    made = load(path, {})
    found = {name: Path(str(c.path)).resolve() for name, c in made.delivery.channels.items()}
    assert found == {"archive": tmp_path / "shared/mail", "own": tmp_path / "desk/mail"}
    assert Path(str(made.sources[-1].trust)).resolve() == tmp_path / "shared/ca.pem"
    assert made.storage.url == f"sqlite:///{tmp_path}/desk/aseanwatch.db"


def test_files_beside_it_may_stand_for_everything(tmp_path: Path) -> None:
    write(tmp_path, "whole.yaml", packaged().read_text(encoding="utf-8"))
    made = load(write(tmp_path, "config.yaml", "extends: whole.yaml\nschedule: {every: 7m}\n"), {})
    assert made.topics == shipped().topics and made.subscriptions == shipped().subscriptions


@pytest.mark.parametrize(
    ("extends", "line"),
    [
        ("missing.yaml", "config.yaml:2: extends: there is no file missing.yaml; allowed: packaged, or the path"),
        ("[packaged, missing.yaml]", "config.yaml:2: extends[1]: there is no file missing.yaml"),
        ("config.yaml", "config.yaml:2: extends: files extend each other in a circle: config.yaml → config.yaml"),
        ("a.yaml", "b.yaml:1: extends: files extend each other in a circle: a.yaml → b.yaml → a.yaml"),
        ("..", "config.yaml:2: extends: .. is a folder"),
        ("'https://x.example/c.yaml'", "config.yaml:2: extends: https://x.example/c.yaml is no file of this machine"),
        ("Packaged", "config.yaml:2: extends: Packaged is written packaged"),
        ("5", "config.yaml:2: extends: allowed: packaged, the path of a file, or a list"),
        ("[packaged, {a: b}]", "config.yaml:2: extends[1]: allowed: packaged"),
        ("{packaged: true}", "config.yaml:2: extends: allowed: packaged"),
        ("''", "config.yaml:2: extends: allowed: packaged"),
        ("", "config.yaml:2: extends: allowed: packaged"),
        ("${HOME}", "config.yaml:2: extends: ${HOME} is not read"),
        ("deep0.yaml", f"more than {MOST_FILES} files extend each other in a row"),
        ("broken.yaml", "broken.yaml:3: is no YAML"),
        ("list.yaml", "list.yaml:1: must be a mapping"),
        ("'a\\0b'", "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_said_with_its_line(tmp_path: Path, extends: str, line: str) -> None:
    write(tmp_path, "a.yaml", "extends: b.yaml\n")
    write(tmp_path, "b.yaml", "extends: a.yaml\n")
    write(tmp_path, "broken.yaml", "terms:\n  a: [\n")
    write(tmp_path, "list.yaml", "- a\n")
    for number in range(MOST_FILES + 1):
        write(tmp_path, f"deep{number}.yaml", f"extends: deep{number + 1}.yaml\n")
    extends = extends.replace("\\0", "\x7f") if "\\0" in extends else extends
    found = problems(write(tmp_path, "config.yaml", f"# a desk\nextends: {extends}\n"))
    if "\x7f" not in extends:
        assert line in found[0]


def test_complaints_name_the_file_and_the_line_of_their_cause(tmp_path: Path) -> None:
    write(
        tmp_path,
        "shared.yaml",
        "sources:\n  - {name: one, url: nowhere}\ntopics:\n  durian: {query: $nothing}\n",
    )
    own = "extends: [packaged, shared.yaml]\nsources:\n  - {name: cna, remove: true}\n  - {name: topik_id, enabled: false}\nschedule: {evry: 5m}\nterms:\n  sport: {remove: true}\nextend: x\n"
    found = problems(write(tmp_path, "config.yaml", own))
    shipped = packaged().read_text(encoding="utf-8").split("\n")
    against = next(n for n, line in enumerate(shipped, 1) if line.startswith("  against: "))
    assert sorted(line.split(": ")[:2] for line in found) == [
        ["config.yaml:4", "sources[1].url"], ["config.yaml:5", "schedule.evry"], ["config.yaml:8", "extend"],
        [f"packaged:{against}", "relevance.against"], ["shared.yaml:2", "sources[0].url"], ["shared.yaml:4", "topics.durian.query"],
    ]  # fmt: skip
    assert "did you mean topik-id?" in found[0] and "did you mean extends?" in found[2]
    assert any(
        line.startswith(f"packaged:{against}") and line.endswith("config.yaml:7 removes it") for line in found
    )


def test_what_is_removed_without_being_there_is_a_warning_and_no_error(tmp_path: Path) -> None:
    own = (
        "extends: packaged\ntopics:\n  turism: {remove: true}\nterms:\n  trade:\n    remove: {en: [expprt]}\n"
    )
    loaded = load_with_lines(write(tmp_path, "config.yaml", own), {})
    lines = [line.replace(f"{tmp_path}/", "") for line in loaded.warning_lines("warning: ")]
    assert lines == [
        "config.yaml:3: topics.turism: warning: nothing is removed: there is no turism beneath, or no more (did you mean tourism?)",
        "config.yaml:6: terms.trade.remove.en[0]: warning: nothing is removed: there is no expprt beneath, or no more (did you mean export?)",
    ]  # fmt: skip


def test_what_removes_has_no_meaning_in_a_whole_file(tmp_path: Path) -> None:
    text = packaged().read_text(encoding="utf-8").replace("  tourism:\n", "  tourism:\n    remove: true\n", 1)
    found = problems(write(tmp_path, "config.yaml", text))
    assert any(
        "terms.tourism.remove: has a meaning only in a file that extends another" in line for line in found
    )


def test_a_whole_section_that_is_removed_is_named_wherever_it_is_missed(tmp_path: Path) -> None:
    found = problems(write(tmp_path, "config.yaml", "extends: packaged\nremove: [terms]\n"))
    assert len(found) > 12 and all(
        line.endswith("config.yaml:2 removes it") for line in found if "unknown" in line
    )


def test_a_file_without_anything_is_told_what_it_may_extend(tmp_path: Path) -> None:
    found = problems(write(tmp_path, "config.yaml", "logs: {level: info}\n"))
    (sources,) = [line for line in found if line.startswith("config.yaml:1: sources: ")]
    assert "is missing" in sources and sources.endswith("; extends: packaged takes the shipped ones")


def test_no_program_writes_into_the_packaged_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AseanwatchError, match="aseanwatch init"):
        add_sources(find_config(None), [{"name": "x", "url": "https://x.example/"}])


def test_secrets_of_any_of_the_files_stay_out_of_complaints(tmp_path: Path) -> None:
    write(tmp_path, "shared.yaml", "delivery: {secret: hush-4711-hush-4711}\nweb: {port: '${PORT}'}\n")
    path = write(
        tmp_path, "config.yaml", "extends: [packaged, shared.yaml]\ndelivery: {from: hush-4711-hush-4711}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load(path, {"PORT": "s3cret-port"})
    said = str(caught.value)
    assert "hush-4711" not in said and "s3cret-port" not in said
    assert (
        "shared.yaml:1: delivery.secret" in said and "shared.yaml:2: web.port: ${PORT} does not fit" in said
    )


EDITS = st.lists(
    st.sampled_from([
        ("topics", "health", "threshold", 0.7), ("topics", "finance", None, None), ("topics", "new", "query", "durian"),
        ("terms", "trade", "en", ["one", "two"]), ("terms", "trade", "th", None), ("terms", "sport", "xx", ["a: b", "#c", "no", "12:30"]),
        ("terms", "own", "en", ["[x]", "${HOME}", "ก็", "'"]), ("schedule", "every", None, "7m"), ("schedule", "fastest", None, None),
        ("relevance", "threshold", None, 0.3), ("relevance", "against", None, ["sport"]), ("logs", None, None, None), ("terms", "history", "en", []),
        ("topics", "tourism", "title", "Trips"), ("topics", "tourism", "examples", {"match": ["China and Laos: rail"]}), ("crawl", "robots", None, False),
    ]), max_size=6,
)  # fmt: skip
SOURCE_EDITS = st.lists(
    st.sampled_from(
        [
            ("cna", None),
            ("topik-id", {"enabled": False}),
            ("new", {"url": "http://a b"}),
            ("new-2", {"url": "https://x.example/?a=1#b", "lang": "id"}),
            ("nst", {"lang": "ms", "headers": {"X-Key": "${KEY}"}}),
        ]
    ),
    max_size=3,
)


def dumped(values: dict[str, Any]) -> str:
    return str(yaml.dump(values, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))


def edited(edits: list[Any], source_edits: list[Any]) -> dict[str, Any]:
    """The packaged configuration with some changes, as plain values."""
    values: dict[str, Any] = yaml.load(packaged().read_text(encoding="utf-8"), yaml.CSafeLoader)
    for section, name, key, value in edits:
        held = values.get(section)
        if held is None or name is None:
            values.pop(section, None)
        elif key is not None and isinstance(held.get(name, {}), dict):
            entry = held.setdefault(name, {})
            entry[key] = value
            if value is None:
                del entry[key]
        elif value is None:
            held.pop(name, None)
        else:
            held[name] = value
    for name, change in source_edits:
        sources = [s for s in values["sources"] if s["name"] != name]
        former = next((s for s in values["sources"] if s["name"] == name), {"name": name})
        values["sources"] = sources if change is None else [{**former, **change}, *sources]
    return values


def check_shortest(folder: Path, values: dict[str, Any]) -> None:
    """The shortest file of a configuration gives the same settings, and cannot be shortened again."""
    path = write(folder, "config.yaml", dumped(values))
    try:
        before = load(path, {"KEY": "k"})
    except ConfigError:
        return  # what was left out is needed
    made = shortened(path)
    short = write(folder, "short.yaml", made)
    assert comparable(load(short, {"KEY": "k"})) == comparable(before)
    assert shortened(short) == made
    assert len(made) < 6000


SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@how(suppress_health_check=SLOW, max_examples=4, phases=[Phase.generate])
@given(EDITS, SOURCE_EDITS)
def test_the_shortest_file_gives_the_same_settings_and_is_as_short_as_can_be(
    tmp_path: Path, edits: list[Any], source_edits: list[Any]
) -> None:
    check_shortest(tmp_path, edited(edits, source_edits))


@pytest.mark.long
@how(suppress_health_check=SLOW, max_examples=60, phases=[Phase.generate])
@given(EDITS, SOURCE_EDITS)
def test_so_does_that_of_many_more(tmp_path: Path, edits: list[Any], source_edits: list[Any]) -> None:
    check_shortest(tmp_path, edited(edits, source_edits))


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "k")


@pytest.mark.parametrize(
    ("own", "short"),
    [
        ("extends: packaged\n\nweb:\n  # why\n  port: 8080  # so\n  # the end\n\nlogs: {level: debug}\n",
         "extends: packaged\n\n# why\n# the end\n\nlogs: {level: debug}\n"),
        ("web: {port: 8080}\nextends: packaged\n", "extends: packaged\n"),
        ("\ufeffextends: packaged\r\n\r\ncrawl:\r\n  timeout: 30s\r\n\r\nweb: {port: 9}\r\n",
         "\ufeffextends: packaged\r\n\r\nweb: {port: 9}\r\n"),
        ("extends: packaged\nsources: []\nlogs: {}\noperations: {after: 10m}\n", "extends: packaged\n"),
        # That there are none is said: these sections have nothing beneath them.
        ("extends: packaged\nsubscriptions: []\n", "extends: packaged\nsubscriptions: []\n"),
    ],
)  # fmt: skip
def test_sections_that_say_nothing_go_and_their_comments_stay(tmp_path: Path, own: str, short: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(own.encode())
    assert shortened(path) == short


def test_what_is_there_anyway_goes_from_a_short_file_and_comments_stay(tmp_path: Path) -> None:
    own = "# ours\nextends: packaged\nterms:\n  trade:\n    en: [trade, durian deal]   # some\nsources:\n  # kept\n  - {name: cna, lang: en, enabled: false}\ntopics:\n  health: {threshold: 0.3}\n"
    path = write(tmp_path, "config.yaml", own)
    made = shortened(path)
    assert made == own.replace("trade, durian", "durian").replace(" lang: en,", "").replace(
        "topics:\n  health: {threshold: 0.3}\n", ""
    )
    assert written_short(path) == tmp_path / "config.before-shorten.yaml"
    assert (path.read_text(), (tmp_path / "config.before-shorten.yaml").read_text()) == (made, own)
    assert written_short(path) is None


def test_an_older_copy_takes_over_what_is_new(tmp_path: Path) -> None:
    values = edited(
        [("topics", "health", "threshold", 0.7), ("topics", "finance", None, None)], [("cna", None)]
    )
    values["terms"]["trade"]["en"] = ["our deal", *values["terms"]["trade"]["en"][5:]]
    path = write(tmp_path, "config.yaml", dumped(values))
    assert "remove" in shortened(path)
    made = shortened(path, take_new=True)
    assert "remove" not in made
    now: Settings = load(write(tmp_path, "short.yaml", made), {})
    assert now.topics["health"].threshold == 0.7 and "finance" in now.topics
    assert set(now.terms["trade"]["en"]) == {"our deal", *shipped().terms["trade"]["en"]}


def test_an_own_file_tells_short_from_whole(tmp_path: Path) -> None:
    assert OwnFile(tmp_path / "c.yaml", "\ufeff# a\nextends: packaged\n").is_short
    assert not OwnFile(tmp_path / "c.yaml", packaged().read_text(encoding="utf-8")).is_short
    with pytest.raises(AseanwatchError, match="has no nothing"):
        OwnFile(tmp_path / "c.yaml", "extends: packaged\n").with_changed_keys(
            "topics", "nothing", {"threshold": 1}
        )


def test_a_mistyped_name_of_a_shipped_entry_is_told_its_near_one(tmp_path: Path) -> None:
    own = "extends: packaged\nsources:\n  - {name: cnaa, enabled: false}\n  - {name: CNA, enabled: false}\ntopics:\n  finanse: {threshold: 0.4}\n"
    found = problems(write(tmp_path, "config.yaml", own))
    assert [line.rpartition("(")[2] for line in found] == [
        "did you mean cna?)",
        "did you mean cna?)",
        "did you mean finance?)",
    ]


def test_the_sets_of_a_shipped_topic_that_is_taken_out_are_no_fault_of_the_file(tmp_path: Path) -> None:
    own = "extends: packaged\ncrawl: {user_agent: 'desk (+https://desk.org)'}\ntopics:\n  finance: {remove: true}\n  diplomacy: {remove: true}\n"
    assert warnings_of(load_with_lines(write(tmp_path, "config.yaml", own), {})) == []


def test_a_text_that_only_begins_in_quotes_is_told_how_it_is_written(tmp_path: Path) -> None:
    own = 'extends: packaged\ntopics:\n  lab:\n    query: "joint laboratory" AND $china\n'
    (line,) = problems(write(tmp_path, "config.yaml", own))
    assert line.startswith("config.yaml:4: ") and "single quotes around the whole" in line


def test_line_numbers_and_names_between_colons_are_no_pictures(tmp_path: Path) -> None:
    write(tmp_path, "config.yaml", "\n" * 98 + "extends: packaged\n:smile: 1\n")
    done = run("check", cwd=tmp_path)
    assert "config.yaml:100: " in done.err and ":smile:" in done.err
