"""Passwords that are tried early by guessing are refused in any script; all others are accepted unchanged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.identity.passwords import LONGEST, SHORTEST, check
from crawler.model import AseanwatchError
from tests.conftest import run

GUESSED = [
    "password123", "Password2026!", "qwertyuiop", "1234567890", "iloveyou123", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc",
    "aseanwatch2026", "AseanWatch!1", "adminadmin", "marie-louise", "2026-11-27", "27.11.2026", "zxcvbnm,./", "p@ssw0rd12",
    "consoleconsole", "watchwatch1",
]  # fmt: skip


def test_the_program_s_own_hashes_cost_what_rfc_9106_advises() -> None:
    """In a process of its own, for the tests' processes hash at no cost (`tests.shortcuts`)."""
    code = "from alerts.identity.password_hashes import hash_password; print(hash_password('otter violin granite', 'ana'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_guessed_early_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(AseanwatchError) as refused:
        check(password, "marie-louise")
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", [
    "correct horse battery staple", "kuda laut membaca koran", "七只青蛙过黄河去买伞", "ngày mưa ăn phở một mình", "keF8#mm2qLx0",
    "  spaces around it  ", "🦀🪗🛶🧭🪁🫖🧵🥁🪴🧲",
])  # fmt: skip
def test_others_of_any_letters_are_taken(password: str) -> None:
    check(password, "marie-louise")


def test_a_passphrase_of_a_thousand_characters_is_taken_and_a_longer_text_is_not() -> None:
    check("otter violin granite " * 48, "ana")
    with pytest.raises(AseanwatchError, match="at most"):
        check("x7Kq" * LONGEST, "ana")


@given(st.text(max_size=SHORTEST - 1))
def test_no_short_one_is_taken(password: str) -> None:
    with pytest.raises(AseanwatchError, match="at least"):
        check(password, "ana")


def test_the_command_line_says_why(tmp_path: Path) -> None:
    done = run("operators", "add", "ana", cwd=tmp_path, stdin="anaanaanaana\n")
    assert done.status == 2
    assert "easy to guess" in done.err
    assert run("operators", "add", "ana", cwd=tmp_path, stdin="otter violin granite\n").status == 0
    assert run("operators", "password", "ana", cwd=tmp_path, stdin="0987654321\n").status == 2
