"""Old names of what other packages import: each leads to the new one, with a `DeprecationWarning`.

A package that was written for an older release says ``from crawler.answers import Answer``. With the
finder of this module installed it gets the very module that has the class now, so that ``isinstance``
and ``except`` agree with the program. The program itself uses the new names alone; that is why only
the package around it installs the finder, before it loads what another package brings.

To rename a module that `docs/how-to/extend.md` names, add a row to `MOVED_MODULES`; to rename
something in one, add a row to `RENAMED`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

MOVED_MODULES: Mapping[str, str] = {
    "alerts.building": "alerts.digests.build",
    "alerts.channels.deadline": "crawler.net.deadline",
    "alerts.channels.http": "crawler.net.http",
    "alerts.deadline": "crawler.net.deadline",
    "alerts.digest": "alerts.digests.digest",
    "alerts.excerpt": "alerts.digests.excerpt",
    "alerts.message": "alerts.digests.message",
    "alerts.net": "crawler.net.http",
    "alerts.rendering": "alerts.digests.render",
    "alerts.retrying": "alerts.channels.failures",
    "alerts.wording": "alerts.digests.wording",
    "crawler.answers": "crawler.documents.kinds",
    "crawler.reading": "crawler.parsing",
    "crawler.reading.aggregators": "crawler.parsing.aggregators",
    "crawler.reading.dating": "crawler.parsing.dating",
    "crawler.reading.feeds": "crawler.parsing.feeds",
    "crawler.reading.hints": "crawler.parsing.hints",
    "crawler.reading.items": "crawler.parsing.items",
    "crawler.reading.listings": "crawler.parsing.listings",
    "crawler.reading.moments": "crawler.parsing.timestamps",
    "crawler.reading.page_dates": "crawler.parsing.page_dates",
    "crawler.reading.pages": "crawler.parsing.pages",
    "crawler.reading.quick": "crawler.parsing.lxml_feed",
    "crawler.reading.sitemaps": "crawler.parsing.sitemaps",
    "crawler.reading.text": "crawler.parsing.text",
    "crawler.reading.tolerant": "crawler.parsing.feedparser_feed",
    "crawler.reading.urls": "crawler.parsing.urls",
}
"""The modules that another package may import, by their old names. A chain is not followed: each row names today's module."""

RENAMED: Mapping[str, Mapping[str, str]] = {
    "alerts.digests.message": {"Letter": "RenderedMessage", "Outgoing": "OutgoingMessage"},
    "crawler.config.settings": {
        "Channel": "ChannelSettings",
        "Delivery": "DeliverySettings",
        "Relevance": "RelevanceSettings",
        "Work": "WorkSettings",
    },
    "crawler.model": {"Reading": "Classification"},
}
"""By the module that has it now: the old name of a class or function, with the new one in the same module."""


def install(
    moved: Mapping[str, str] = MOVED_MODULES, renamed: Mapping[str, Mapping[str, str]] = RENAMED
) -> None:
    """Make old names importable in this process; doing so again changes nothing.

    The finder comes first: a package that moved (``crawler.reading``) has the path of the new one, and
    the usual finder would load its modules once more under their old names, with classes of their own.
    """
    finder = _OldNames(moved, renamed)
    # Equal finders count as the same one (`__eq__`): tests install with tables of their own.
    if finder in sys.meta_path:
        return
    sys.meta_path.insert(0, finder)
    # Modules that are imported already never come past the finder again.
    for name, names in renamed.items():
        if name in sys.modules:
            _alias(sys.modules[name], names)


class _OldNames(MetaPathFinder):
    """Finds modules by their old names, and gives modules the old names of what they hold."""

    def __init__(self, moved: Mapping[str, str], renamed: Mapping[str, Mapping[str, str]]) -> None:
        self._moved = moved
        self._renamed = renamed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _OldNames) and (self._moved, self._renamed) == (other._moved, other._renamed)

    def __hash__(self) -> int:
        return hash(tuple(self._moved))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """How a module is loaded that moved, or that holds something under a new name; None for all others."""
        new = self._moved.get(fullname)
        if new is not None:
            return ModuleSpec(fullname, _MovedLoader(new))
        if fullname not in self._renamed:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _AliasingLoader(spec.loader, self._renamed[fullname])
        return spec


class _MovedLoader(Loader):
    """Puts the module of a new name in the place of the old one."""

    def __init__(self, new: str) -> None:
        self._new = new

    def exec_module(self, module: ModuleType) -> None:
        """Replace the empty module that was made for the old name; the import system gives what stands there then."""
        old = module.__name__
        warnings.warn(f"{old} is {self._new} now; the old name will go", DeprecationWarning, stacklevel=2)
        sys.modules[old] = import_module(self._new)


class _AliasingLoader(Loader):
    """Loads a module as another loader does, and then adds old names to it."""

    def __init__(self, inner: Loader, names: Mapping[str, str]) -> None:
        self._inner = inner
        self._names = names

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The module as the other loader makes it."""
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Load it, then add the old names."""
        self._inner.exec_module(module)
        _alias(module, self._names)


def _alias(module: ModuleType, names: Mapping[str, str]) -> None:
    """Let a module answer to old names too. Each old name is warned of once."""
    before: Callable[[str], Any] | None = vars(module).get("__getattr__")
    warned: set[str] = set()

    def get(name: str) -> Any:
        if name not in names:
            if before is not None:
                return before(name)
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        new = names[name]
        if name not in warned:
            warned.add(name)
            message = f"{module.__name__}.{name} is {module.__name__}.{new} now; the old name will go"
            warnings.warn(message, DeprecationWarning, stacklevel=2)
        return getattr(module, new)

    module.__getattr__ = get  # type: ignore[method-assign]  # PEP 562: a module asks it for what it lacks
