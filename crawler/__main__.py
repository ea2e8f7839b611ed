"""``python -m crawler``: a one-off crawl without the alerts."""

from crawler.cli import main

main()
