"""The log: for people or as JSON, with what a line is about, and never with a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from crawler.config.logs import set_up
from crawler.config.settings import DeliverySettings, Logs, Settings, Storage
from crawler.ingest.batcher import WriterThread
from crawler.runtime.command_log import debug_of_command, set_up_as, set_up_for_command
from crawler.runtime.error_words import in_words
from crawler.runtime.log_context import log_context
from tests.builders import shipped

PASSWORD, KEY, HOOK = (
    "correct horse battery",
    "a-signing-key-of-some-length",
    "https://hooks.example/T0/secret-part",
)


@pytest.fixture
def own() -> Settings:
    delivery = {
        "from": "a@example.org", "secret": KEY, "smtp": {"password": PASSWORD}, "channels": {"hook": {"type": "webhook", "url": HOOK}},
    }  # fmt: skip
    return shipped().model_copy(
        update={
            "storage": Storage(url="postgresql+psycopg://watch:database-word@db.example/watch"),
            "delivery": DeliverySettings.model_validate(delivery),
        }
    )


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Other tests keep their own log."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], _ = handlers, root.setLevel(level)


log = logging.getLogger("aseanwatch")


def test_json_lines_say_what_they_are_about(own: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(own.model_copy(update={"logs": Logs(format="json")}))
    with log_context(source="xinhua"), log_context(story=7):
        log.warning("%d entries were odd", 3)
    log.info("all is well")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["level"], first["source"], first["story"]) == (
        "3 entries were odd",
        "warning",
        "xinhua",
        7,
    )
    assert "source" not in second and second["timestamp"].endswith("Z")


def test_what_is_done_in_the_writer_thread_is_about_the_same(
    own: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    set_up(own)

    async def work() -> None:
        writer = WriterThread()
        with log_context(source="xinhua"):
            await writer.run(log.info, "read")
        writer.close()

    asyncio.run(work())
    assert "source=xinhua" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["human", "json"])
def test_no_secret_reaches_the_log_also_in_tracebacks(
    own: Settings, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(own.model_copy(update={"logs": Logs(format=form)}))
    try:
        raise ValueError(f"login failed with {PASSWORD} at {HOOK}")
    except ValueError:
        log.exception("key %s, %s", KEY, "https://watch.example/manage/eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnop")
    log.error("no connection to postgresql://watch:database-word@db.example", extra={"address": HOOK})
    said = capsys.readouterr().err
    assert "ValueError" in said and "[hidden]" in said
    for secret in (PASSWORD, KEY, HOOK, "database-word", "eyJhbGciOiJIUzI1NiJ9"):
        assert secret not in said


def test_the_level_is_kept(own: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(own.model_copy(update={"logs": Logs(level="error")}))
    log.warning("not this")
    log.error("this")
    assert "not this" not in (said := capsys.readouterr().err) and "this" in said


def test_secrets_are_hidden_however_an_address_writes_them_and_each_of_several(
    own: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """While a secret is replaced two stand side by side; and what opens a source is in its address."""
    both = "whsec_b25lIHNlY3JldCBhbmQ/MQ== whsec_YW5vdGhlciBzZWNyZXQgLzI="
    delivery = own.delivery.model_dump() | {
        "from": "a@example.org",
        "smtp": {"password": "Pa/ss wörd"},
        "secret": both,
    }
    del delivery["sender"]
    set_up(own.model_copy(update={"delivery": DeliverySettings.model_validate(delivery)}))
    log = logging.getLogger("aseanwatch")
    log.info("%s | %s | Pa%%2Fss%%20w%%C3%%B6rd", *both.split())
    log.info("asked https://me:opensesame@outlet.example/feed?api_key=opensesame&page=2")
    said = capsys.readouterr().err
    assert not any(word in said for word in ("whsec_", "Pa%2Fss", "opensesame"))
    assert "page=2" in said


def test_a_command_tells_warnings_in_a_line_each_whatever_handlers_libraries_add(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        try:
            raise KeyError("notices")
        except KeyError:
            log.exception("https://me:word@example.org\nfailed")

    set_up_for_command(debug=False)
    fail()
    logging.getLogger().addHandler(passing := logging.NullHandler())
    fail()
    logging.getLogger().removeHandler(passing)
    log.info("of no interest")
    told = capsys.readouterr().err
    assert told == "https://…@example.org\\nfailed\n" * 2
    set_up_for_command(debug=True)
    fail()
    assert "\n    KeyError: 'notices'\n" in capsys.readouterr().err


def test_an_error_says_where_more_is_to_be_had(own: Settings) -> None:
    error = RuntimeError("nobody thought of this")
    assert in_words(error, with_text=False) == "an error that was not expected; the log says more"
    for debug, where in ((False, "--debug shows more"), (True, "the traceback says more")):
        set_up_for_command(debug=debug)
        assert in_words(error) == f"an error that was not expected (nobody thought of this); {where}"
        handed_on = debug_of_command()
        logging.getLogger().handlers.clear()
        set_up_as(handed_on)
        assert in_words(error).endswith(where), "a process of the command says the same"
    set_up(own)
    assert in_words(error).endswith("the log says more")
    set_up_as(debug_of_command())
    assert in_words(error).endswith("the log says more")
