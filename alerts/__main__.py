"""``python -m alerts``: the same as ``aseanwatch``."""

from alerts.cli import main

main()
