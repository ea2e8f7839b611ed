"""What a service with pages keeps out of memory until somebody needs it; with each name, what would load it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import environment
from tests.newsroom.configuration import over_packaged

UNWANTED = {
    "fastapi": "the API, which few desks have programs for (alerts/web/api/mounting.py)",
    "mcp": "assistants over HTTP",
    "prometheus_client": "metrics",
    "sqlalchemy.dialects.postgresql": "options of that name in crawler/store/schema.py",
    "psycopg": "the other database",
    "procrastinate": "the queue of the other database",
    "tldextract": "Scrapy's middleware for cookies (crawler/net/scrapy_settings.py)",
    "requests": "the same",
    "scrapy.extensions": "Scrapy's extensions",
    "lunar_python": "a text that names a day of the lunar calendar",
    "numpy.ma": "np.unique",
    "feedparser": "a feed that is not well formed",
}
PROGRAM = """
import sys
from pathlib import Path

import alerts.commands.forking
import alerts.commands.running
import crawler.ingest.judging_process
from alerts.operations.live_config import live_at
from alerts.service.service import Service
from alerts.web.app import application
from alerts.web.context import WebContext
from crawler.judging.places.known_places import country_of
from crawler.judging.text.lookup import Lookup, codes_of
from crawler.net.scrapy_settings import scrapy_settings
from crawler.runtime.clock import now
from crawler.store.database import Store
from crawler.spiders.news import NewsSpider
from scrapy.settings import Settings

live = live_at(sys.argv[1])
store = Store(live.settings.storage.url)
Service(live, store)
application(WebContext(live, store, now), with_service=True)
settings = Settings(scrapy_settings(live.settings.crawl))
for kind in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS"):
    settings.get_component_priority_dict_with_base(kind)
Lookup(ord, 0)(codes_of("China 中国"))
country_of("Nowhere")
print(*sys.modules)
print(*[line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()])
"""


def test_a_service_loads_nothing_that_it_may_never_need(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        over_packaged(
            storage={"url": f"sqlite:///{tmp_path / 'own.db'}"}, sources=[], subscriptions=[], delivery={}
        ),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True, text=True, env=environment(), timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    modules, mapped = map(set, map(str.split, done.stdout.splitlines()[-2:]))
    assert {"alerts.service.service", "alerts.web.console.routes", "scrapy", "sqlalchemy"} <= modules
    loaded = {name: why for name, why in UNWANTED.items() if name in modules}
    assert loaded == {}
    assert any(name.endswith("/known_places.bin") for name in mapped), "places are looked up in a mapped file"
