"""The documentation site: it builds strictly, every link works, generated pages match the code, and the tutorial works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup

from scripts import build_reference
from tests.deploy.conftest import ROOT

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as strictly as can be."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_link_of_every_page_leads_somewhere(site: Path) -> None:
    pages = {
        p: BeautifulSoup(p.read_text(encoding="utf-8"), "lxml")
        for p in site.rglob("*.html")
        if p.name != "404.html"
    }
    anchors = {p: {e["id"] for e in soup.find_all(id=True)} for p, soup in pages.items()}
    broken = []
    for page, soup in pages.items():
        for element in soup.find_all(["a", "img", "link", "script"]):
            address = element.get("href") or element.get("src") or ""
            if not address or re.match(r"[a-z]+:|//", address):
                continue
            path, fragment = urldefrag(address)
            target = (page.parent / unquote(path)).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (
                fragment
                and target in anchors
                and unquote(fragment) not in anchors[target] | {"__skip", "__comments"}
            ):
                broken.append(f"{page.relative_to(site)}: {address}")
    assert len(pages) > 30 and broken == []


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
        loaded = [
            e.get("src") or e.get("href")
            for e in soup.find_all(["script", "img", "link"])
            if "canonical" not in (e.get("rel") or [])
        ]
        assert [x for x in loaded if x and x.startswith(("http", "//"))] == [], page.name


@pytest.mark.parametrize("name", build_reference.PAGES)
def test_the_reference_is_the_code_s(name: str) -> None:
    assert (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8") == build_reference.PAGES[
        name
    ]().rstrip() + "\n", "make docs"


def test_links_of_the_readme_lead_somewhere() -> None:
    for file in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for address in re.findall(r"\]\(([^)#]+)", (ROOT / file).read_text(encoding="utf-8")):
            assert address.startswith("http") or (ROOT / address).exists(), f"{file}: {address}"
