"""``python -m crawler``: a one-off crawl without the alerts."""

import sys

from crawler.runtime.starting import announce, open_missing_streams, require_files

open_missing_streams()
require_files()
announce("python -m crawler", sys.argv[1:])
from crawler.cli import main  # noqa: E402 - takes a tenth of a second

main()
