"""Spans go to a collector where the environment says so, one inside the other across threads; else nothing happens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from crawler.ingest.batcher import WriterThread
from crawler.runtime import tracing


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector: its address, and what it was sent."""
    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()


def inner() -> None:
    with tracing.span("judge", articles=3):
        pass


async def work() -> None:
    writer = WriterThread()
    with tracing.span("poll", source="xinhua"):
        await writer.run(inner)
    writer.close()


def test_spans_reach_a_collector(collector: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_begin", tracing._begin)  # as before, after the test
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector[0])
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    end = tracing.set_up("worker")
    asyncio.run(work())
    end()
    request = ExportTraceServiceRequest()
    request.ParseFromString(collector[1][0])
    (resource,) = request.resource_spans
    spans = {s.name: s for s in resource.scope_spans[0].spans}
    assert {a.key: a.value.string_value for a in spans["poll"].attributes} == {"source": "xinhua"}
    assert spans["judge"].parent_span_id == spans["poll"].span_id
    named = {a.key: a.value.string_value for a in resource.resource.attributes}
    assert (named["service.name"], named["service.instance.role"]) == ("aseanwatch", "worker")


def test_without_a_collector_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tracing.WHERE:
        monkeypatch.delenv(name, raising=False)
    tracing.set_up("worker")()
    asyncio.run(work())
