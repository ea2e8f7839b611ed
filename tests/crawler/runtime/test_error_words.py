"""What nobody foresaw reaches people in words, and no name of a class does."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import pytest

from crawler.runtime.error_words import in_words

ROOT = Path(__file__).parents[3]
KINDS = [
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, Warning | BaseExceptionGroup)
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_name_of_a_class_is_in_the_words(kind: type[Exception]) -> None:
    if issubclass(kind, UnicodeDecodeError):
        error: Exception = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
    elif issubclass(kind, UnicodeEncodeError | UnicodeTranslateError):
        error = UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
    else:
        error = kind("a token-of-ours", "b") if issubclass(kind, OSError) else kind("a token-of-ours")
    for with_text in (True, False):
        said = in_words(error, with_text=with_text)
        assert said and not re.search(r"\b[A-Z]\w*(?:Error|Exception|Iteration)\b", said)
        assert with_text or "token-of-ours" not in said


def test_messages_are_not_made_of_names_of_classes() -> None:
    """In a text for people no ``type(error).__name__``; logs may have it."""
    found = []
    for package in ("alerts", "crawler"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "archives" in path.parts:
                continue  # of rows and records, which are said with their place
            tree = ast.parse(path.read_text(encoding="utf-8"))
            logged = {
                id(inner)
                for call in ast.walk(tree)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log"
                for inner in ast.walk(call)
            }  # fmt: skip
            for node in ast.walk(tree):
                if not isinstance(node, ast.JoinedStr | ast.Call | ast.Return) or id(node) in logged:
                    continue
                for part in ast.walk(node):
                    if (
                        isinstance(part, ast.Attribute)
                        and part.attr == "__name__"
                        and ast.unparse(part.value).startswith(
                            ("type(error", "type(cause", "type(answer", "type(e)")
                        )
                        and id(part) not in logged
                    ):
                        found.append(f"{path.relative_to(ROOT)}:{part.lineno}: {ast.unparse(node)[:80]}")
    assert [line for line in found if "ReadTimeout" not in line and "any(" not in line] == []
