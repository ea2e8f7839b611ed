"""Calls within templates, without what each of them costs otherwise: a list of stories has thousands.

Jinja looks through everything that a template calls for whether it wants the template's variables. Its functions for translated
texts do want them, only to ask whether the template escapes; inside of a loop all variables are copied for each text. Here that is
known once for all templates of a language.
"""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode
from markupsafe import Markup, escape

from alerts.digests.wording import Words

_PLAIN = frozenset((FunctionType, MethodType, BuiltinMethodType))
"""What is called as it is, unless it is marked for getting the context."""


class QuickContext(Context):
    """The variables of a template. It calls plain functions and macros at once, and all else as Jinja does."""

    @internalcode
    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """What something gives that a template calls."""
        kind = type(called)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in _PLAIN or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return called(*args, **kwargs)


class TemplateEnvironment(Environment):
    """An environment whose templates call quickly."""

    context_class = QuickContext


def translators(say: Words, *, autoescape: bool) -> dict[str, Callable[..., str]]:
    """The functions by which templates say texts of the frame: ``_``, ``gettext`` and ``ngettext``.

    Args:
        say: the words of the language.
        autoescape: whether the templates escape; texts are safe then, and their values are escaped.
    """
    known: dict[str, str] = {}

    def gettext(text: str, /, **values: Any) -> str:
        said = known.get(text)
        if said is None:
            said = say.translations.gettext(text)
            # Some texts come from the store; there may be any number of them.
            if len(known) < _MOST_TEXTS:
                known[text] = said = Markup(said) if autoescape else said
            elif autoescape:
                said = Markup(said)
        return said % values

    def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
        """With the number in the language's signs."""
        if not autoescape:
            return say.ngettext(one, many, num, **values)
        return Markup(say.ngettext(one, many, num, **{n: escape(v) for n, v in values.items()}))

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


_MOST_TEXTS = 5_000
