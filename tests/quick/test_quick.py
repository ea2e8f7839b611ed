"""`make quick` finds every test that a change concerns, and not all others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import environment
from tests.quick import changes, graph
from tests.quick.__main__ import ROOT, fitting, nearest_first

SOURCE = {
    "pyproject.toml": '[project]\nname = "x"\n[project.entry-points.group-of-x]\none = "alerts.plugged:One"\n',
    "crawler/__init__.py": "",
    "crawler/store/__init__.py": "from crawler.store.tables import T\n",
    "crawler/store/tables.py": "T = 1\n",
    "crawler/store/bulk.py": "def f():\n    from crawler.late import g\n",
    "crawler/late.py": "g = (1, 'words.json')\n",
    "crawler/words.json": "{}",
    "alerts/__init__.py": "",
    "alerts/__main__.py": "from alerts import plugged_in\n",
    "alerts/plugged_in.py": "found = entry_points('group-of-x')\n",
    "alerts/plugged.py": "class One: ...\n",
    "tests/__init__.py": "",
    "tests/conftest.py": (
        "import pytest, tests.helpers as h\nfrom tests import shortcuts\nshortcuts.take()\n\n"
        "@pytest.fixture\ndef rows():\n    return h.rows_of()\n"
    ),
    "tests/shortcuts.py": "from crawler import quick\n\ndef take():\n    quick.n = 1\n",
    "crawler/quick.py": "n = 0\n",
    "tests/helpers.py": (
        "import subprocess\nimport alerts.plugged_in as p\nfrom crawler.store import bulk\n\ndef rows_of():\n    return bulk.f()\n\n"
        "def program(module='alerts'):\n    subprocess.run(['python', '-m', module])\n\nNOTHING = 0\n"
    ),
    "tests/test_a.py": (
        "from tests.helpers import NOTHING, program\n\ndef test_row(rows):\n    assert rows\n\n"
        "def test_program():\n    program()\n\ndef test_nothing():\n    assert NOTHING == 0\n"
    ),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in SOURCE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(("file", "tests"), [
    ("crawler/store/bulk.py", {"row"}), ("crawler/late.py", {"row"}), ("crawler/store/tables.py", {"row"}), ("crawler/words.json", {"row"}),
    ("alerts/__main__.py", {"program"}), ("alerts/plugged.py", {"program"}), ("tests/conftest.py", {"row", "program", "nothing"}),
    ("tests/helpers.py", {"row", "program", "nothing"}), ("pyproject.toml", {"row", "program", "nothing"}), ("docs/nobody.md", set()),
    ("tests/shortcuts.py", {"row", "program", "nothing"}), ("crawler/quick.py", set()),
    ("alerts/gone.py", set()),
])  # fmt: skip
def test_a_change_concerns_who_uses_it_in_any_number_of_steps(tree: Path, file: str, tests: set[str]) -> None:
    found = graph.read(tree)
    changed = changes.nodes(found, [Path(file)])[Path(file)]
    assert set(found.concerned(changed)) == {f"tests/test_a.py::test_{name}" for name in tests}


@pytest.mark.long  # it reads the whole source, for a tool that only chooses tests
def test_all_that_a_program_loads_is_in_the_graph_of_what_it_refers_to() -> None:
    code = "import runpy, sys\ntry:\n    runpy.run_module('alerts', run_name='__main__', alter_sys=True)\nfinally:\n    print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "sources", "list"],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        cwd=ROOT,
    )
    loaded = {
        m
        for m in done.stdout.split()
        if m.split(".")[0] in ("crawler", "alerts") and m not in ("crawler", "alerts")
    }
    edges, reached = graph.read(ROOT).edges, {"alerts.__main__"}
    front = set(reached)
    while front:
        front = set().union(*(edges[node] for node in front)) - reached
        reached |= front
    assert len(loaded) > 50
    assert loaded <= reached


def test_what_mirrors_the_change_comes_first_and_what_has_no_time_is_left_out() -> None:
    steps = {
        "tests/alerts/channels/test_channels.py::test_b": 3,
        "tests/many/test_many.py::test_a": 1,
        "tests/alerts/web/test_web.py::test_c": 2,
    }
    order = nearest_first(steps, [Path("alerts/channels/webhook.py")])
    assert [test[-1] for test in order] == ["b", "c", "a"]
    assert fitting(order, 0.9) == ([order[0]], 0.5)


def test_changes_are_what_differs_from_a_commit_committed_or_not(tree: Path) -> None:
    def git(*arguments: str) -> None:
        own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *own, *arguments], cwd=tree, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "first")
    git("checkout", "-qb", "branch")
    (tree / "crawler/late.py").write_text("g = 2\n")
    git("commit", "-qam", "second")
    (tree / "alerts/plugged.py").unlink()
    (tree / "alerts/with blank.py").write_text("")
    found = changes.changed(tree, changes.base(tree, None))
    assert [str(p) for p in found] == ["alerts/plugged.py", "alerts/with blank.py", "crawler/late.py"]
