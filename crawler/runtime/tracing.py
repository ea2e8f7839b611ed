"""Spans for OpenTelemetry: what takes how long, with what it is about, across threads and units.

Only where its packages are installed (extra ``tracing``) and the environment says where spans go
(``OTEL_EXPORTER_OTLP_ENDPOINT``, as its specification has it); else nothing happens, at no cost.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from crawler.runtime.extras import how_to_add

log = logging.getLogger("aseanwatch")
WHERE = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_begin: Callable[[str, dict[str, str]], AbstractContextManager[object]] | None = None
_NOTHING = nullcontext()


def span(name: str, **about: object) -> AbstractContextManager[object]:
    """The block is a span with a name; what it is about are names and numbers, never secrets or addresses of readers."""
    if _begin is None:
        return _NOTHING
    return _begin(name, {key: str(value) for key, value in about.items()})


def set_up(role: str) -> Callable[[], None]:
    """Send spans where the environment says. Returns a function to call at the end, so that no span is lost.

    Args:
        role: which process this is, such as worker; the service's name is aseanwatch unless ``OTEL_SERVICE_NAME`` says another.
    """
    if not any(os.environ.get(name) for name in WHERE):
        return lambda: None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - as above
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - as above
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - as above
    except ModuleNotFoundError:
        log.warning("spans are to be sent, but the packages are missing: %s", how_to_add("tracing"))
        return lambda: None
    named = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "aseanwatch"), "service.instance.role": role}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer("aseanwatch")
    global _begin  # noqa: PLW0603 - one for the process
    _begin = lambda name, about: tracer.start_as_current_span(name, attributes=about)  # noqa: E731
    return provider.shutdown
