"""The configuration in force: read again when its file changes, kept as it was while the file is wrong."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path

from crawler.config.changes import changes
from crawler.config.config_file import load_changed
from crawler.config.loading import find_config, load_with_lines
from crawler.config.settings import Settings
from crawler.config.warning import warning_lines
from crawler.model import AseanwatchError, Phrase
from crawler.runtime.packaged_config import packaged

log = logging.getLogger("aseanwatch")


RESTART = ("storage.url", "work.engine", "web.host", "web.port")
"""Settings that are read at the start only. All others are in force some seconds after the file has changed."""


def needs_restart(keys: Sequence[str]) -> Phrase:
    """A sentence for settings that have changed and are read at the start only."""
    return Phrase(
        "changed in config.yaml, which takes effect when the service is started again: %(keys)s",
        keys=", ".join(keys),
    )


class Live:
    """The settings of a file.

    Args:
        file: the file; None for settings that never change.
        settings: what it says now.
        warnings: lines about what is valid but perhaps not meant.
        files: all files that it was read from, those that it extends included; default: the file alone.

    Attributes:
        warnings: the same lines, of the file as it is in force.
        problem: what is wrong with the file; None if the file is in force.
        ended: whether the process is about to end.
        taken_over: called with the settings that have come into force.
    """

    def __init__(
        self,
        file: Path | None,
        settings: Settings,
        warnings: Sequence[str] = (),
        files: Sequence[Path] | None = None,
    ) -> None:
        self.warnings = tuple(warnings)
        self.problem: str | None = None
        self.ended = False
        self.taken_over: Callable[[Settings], None] = lambda made: None
        self._file = file
        self._settings = settings
        self._files: list[Path] = []
        self._stamps: list[tuple[int, int, int]] = []
        self._watch(files)
        self._begun = settings
        self._lock = threading.Lock()
        self._served: Settings | None = None
        self._taken = threading.Condition()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        self.look()
        return self._settings

    @property
    def restart(self) -> tuple[str, ...]:
        """The settings that have changed but are read at the start only, and so are not in force."""
        now = self.settings
        return tuple(key for key in RESTART if attrgetter(key)(now) != attrgetter(key)(self._begun))

    @property
    def path(self) -> Path:
        """The file, to be changed.

        Raises:
            AseanwatchError: there is none that could be.
        """
        if self._file is None or self._file == packaged():
            raise AseanwatchError(
                "the packaged configuration is in use and is not changed; write one of your own: aseanwatch init"
            )
        return self._file

    def serve(self, settings: Settings) -> None:
        """Record that the service in this process works by these settings from now on."""
        with self._taken:
            self._served = settings
            self._taken.notify_all()

    @property
    def is_serving(self) -> bool:
        """Whether the service runs in this process, and does not only serve pages."""
        return self._served is not None

    def is_taken_over(self, timeout: float) -> bool | None:
        """Whether the service in this process works by what the file says.

        Args:
            timeout: seconds to wait for it.

        Returns:
            None if this process only serves pages, so that it cannot know.
        """
        wanted = self.settings
        with self._taken:
            if self._served is None:
                return None
            return self.problem is None and self._taken.wait_for(lambda: self._served is wanted, timeout)

    def look(self) -> None:
        """Read the file again if it has changed."""
        with self._lock:
            stamps = [_stamp(file) for file in self._files]
            # This is asked for every request; a `stat` costs some microseconds.
            if self._file is None or stamps == self._stamps:
                return
            # Before it is read: a file that is wrong is reported once, not at each look.
            self._stamps = stamps
            try:
                loaded = load_changed(self._file)
            except AseanwatchError as error:
                self.problem = str(error)
                self._watch_also(getattr(error, "files", ()))
                log.error(
                    "%s has changed and is wrong; what it said before stays in force:\n%s", self._file, error
                )
                return
            self.problem = None
            self._watch_also(loaded.files)
            if loaded.settings != self._settings:
                self._take_over(loaded.settings)
                self._warn(warning_lines(loaded))

    def _watch(self, files: Sequence[Path] | None) -> None:
        """Look at these files from now on, and at the own one in any case."""
        own = [self._file] if self._file is not None else []
        self._files = list(dict.fromkeys([*own, *(files or ())]))
        self._stamps = [_stamp(file) for file in self._files]

    def _watch_also(self, files: Sequence[Path]) -> None:
        """Look at what was read now, or could not be; what was known of files that are still looked at stays."""
        known = dict(zip(self._files, self._stamps, strict=True))
        self._watch(files or self._files)
        self._stamps = [known.get(file, stamp) for file, stamp in zip(self._files, self._stamps, strict=True)]

    def _take_over(self, made: Settings) -> None:
        log.info("%s has changed and is taken over: %s", self._file, "; ".join(changes(self._settings, made)))
        self._settings = made
        if keys := [key for key in RESTART if attrgetter(key)(made) != attrgetter(key)(self._begun)]:
            log.warning("%s", needs_restart(keys))
        self.taken_over(made)

    def _warn(self, lines: Sequence[str]) -> None:
        """Log what the changed file says that is hardly meant, but for what was told before, perhaps of another line."""
        known, self.warnings = {_without_line(line) for line in self.warnings}, tuple(lines)
        for line in self.warnings:
            if _without_line(line) not in known:
                log.warning("%s", line)


def live_at(config: str | None) -> Live:
    """The configuration of a command.

    Raises:
        ConfigError: the file is missing or wrong.
    """
    file = find_config(config)
    loaded = load_with_lines(file)
    return Live(file, loaded.settings, warning_lines(loaded), loaded.files)


def _without_line(warning: str) -> str:
    return re.sub(r":\d+: ", ": ", warning, count=1)


def _stamp(file: Path | None) -> tuple[int, int, int]:
    try:
        found = file.stat() if file else None
    except OSError:
        found = None
    # With the inode: editors write another file and rename it, perhaps with the same time and size.
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else (0, 0, 0)
