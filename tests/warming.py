"""What is done once in the process that others are forked from, instead of in each of them."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer.main

from alerts.commands import program
from crawler import plugins
from crawler.config.advice import advice
from crawler.judging.entities.lexicon import meanings_of
from tests.builders import article, keep, new_store, shipped, shipped_judge
from tests.newsroom.news import items


def warm() -> None:
    """Load dictionaries, language models and patterns by judging the sample news, and build the command line."""
    with TemporaryDirectory() as folder:
        store = new_store(Path(folder))
        for number, item in enumerate(items()):
            if number % 10:
                shipped_judge().classify(article(item.title, item.text))
            else:
                keep(store, item.title, item.text)
        store.close()
    # What every command that opens a configuration asks of each spelling, and where `topics new` looks for words.
    list(advice(shipped()))
    meanings_of("durian")
    _forget_packages()
    _build_once()


def _forget_packages() -> None:
    """What is installed depends on the variables of each process."""
    plugins.installed.cache_clear()
    plugins.loaded.cache_clear()
    importlib.invalidate_caches()


def _build_once() -> None:
    """What the modules define does not depend on who asks: the program with its commands, and what typer makes of it."""
    once: Any = cache(program.build)
    program.build = once
    typer.main.get_command = cache(typer.main.get_command)
    typer.main.get_command(program.build())
