"""Every metric of the product, in one place; docs/reference/metrics.md lists them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

REGISTRY = CollectorRegistry()
"""What a process exposes; metrics that it never touches stay at nothing."""

CONTENT_TYPE = CONTENT_TYPE_LATEST

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

RPC_SECONDS = Histogram(
    "causeway_rpc_duration_seconds",
    "Time in which a gRPC call was served; a stream counts until its end.",
    ("method", "code"),
    buckets=_FAST,
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "causeway_http_request_duration_seconds",
    "Time until the first byte of an HTTP response.",
    ("route", "status"),
    buckets=_FAST,
    registry=REGISTRY,
)
STAGE_SECONDS = Histogram(
    "causeway_stage_duration_seconds",
    "Time spent in one stage of a search or an answer.",
    ("stage",),
    buckets=_FAST,
    registry=REGISTRY,
)
FIRST_TOKEN_SECONDS = Histogram(
    "causeway_first_token_seconds",
    "Time from the admission of a question to the first text of its answer.",
    (),
    buckets=_SLOW,
    registry=REGISTRY,
)
ANSWER_SECONDS = Histogram(
    "causeway_answer_seconds",
    "Time from the admission of a question to the end of its answer.",
    (),
    buckets=_SLOW,
    registry=REGISTRY,
)
ANSWERS = Counter(
    "causeway_answers_total",
    "Answers that ended, by how they ended.",
    ("finish", "variant"),
    registry=REGISTRY,
)
ERRORS = Counter(
    "causeway_errors_total",
    "Errors told to a caller, by channel (network, model, guardrail, internal) and kind.",
    ("channel", "kind"),
    registry=REGISTRY,
)
DEGRADATIONS = Counter(
    "causeway_degradations_total", "Steps that load or a fault made us skip.", ("step",), registry=REGISTRY
)
FAIL_OPEN = Counter(
    "causeway_fail_open_total",
    "Optional parts that failed and were passed over.",
    ("part",),
    registry=REGISTRY,
)
LIVE_ANSWERS = Gauge("causeway_live_answers", "Answers being made right now.", (), registry=REGISTRY)
OPEN_STREAMS = Gauge(
    "causeway_open_streams", "Event streams open to browsers right now.", (), registry=REGISTRY
)
SESSIONS = Counter(
    "causeway_sessions_total",
    "Sessions begun, by how the visitor proved itself.",
    ("identity",),
    registry=REGISTRY,
)
QUEUE_DEPTH = Gauge("causeway_queue_depth", "Work that waits, by queue.", ("queue",), registry=REGISTRY)
ADMISSION_LIMIT = Gauge(
    "causeway_admission_limit",
    "How many pieces of work may run at the same time, found by watching them.",
    ("queue",),
    registry=REGISTRY,
)
SHED_WORK = Counter(
    "causeway_shed_total",
    "Work that was turned away: by the level of pressure, its own deadline, or a wait that became too long.",
    ("queue", "reason"),
    registry=REGISTRY,
)
REPEATED_CALLS = Counter(
    "causeway_repeated_calls_total",
    "Calls made once more because their answer broke off on its way.",
    ("method",),
    registry=REGISTRY,
)
CALLS_NOT_SENT = Counter(
    "causeway_calls_not_sent_total",
    "Calls to another service that were refused before they were sent, because it refuses most of them.",
    ("service", "method"),
    registry=REGISTRY,
)
RERANKED = Counter(
    "causeway_reranked_total",
    "Searches that were to be re-ranked, by model and by how that ended:"
    " complete, settled, out_of_time, no_turn, under_pressure, failed or not_loaded.",
    ("model", "ended"),
    registry=REGISTRY,
)
CACHE_LOOKUPS = Counter(
    "causeway_cache_lookups_total",
    "Looks into a cache, by hit or miss.",
    ("cache", "outcome"),
    registry=REGISTRY,
)
CACHE_BYTES = Gauge("causeway_cache_bytes", "Bytes that a cache holds.", ("cache",), registry=REGISTRY)
TOKENS = Counter(
    "causeway_tokens_total", "Tokens read and written by models.", ("model", "kind"), registry=REGISTRY
)
COST = Counter(
    "causeway_cost_usd_total", "United States dollars paid to models.", ("model",), registry=REGISTRY
)
ASYNCIO_TASKS = Gauge(
    "causeway_asyncio_tasks", "Tasks of the process's event loop right now.", (), registry=REGISTRY
)
LOOP_LATENESS = Histogram(
    "causeway_event_loop_lateness_seconds",
    "By how much the process's event loop woke up too late, looked at every 20 ms.",
    (),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0),
    registry=REGISTRY,
)
INDEX_PASSAGES = Gauge("causeway_index_passages", "Passages in the served index.", (), registry=REGISTRY)
INDEX_REVISION = Gauge(
    "causeway_index_content_revision", "Content revision of the served index.", (), registry=REGISTRY
)
INDEX_SWAPS = Counter("causeway_index_swaps_total", "Builds swapped in.", ("outcome",), registry=REGISTRY)
DOCUMENTS = Gauge(
    "causeway_documents",
    "Documents of all tenants by state: pending, indexed, skipped, failed.",
    ("state",),
    registry=REGISTRY,
)
OLDEST_PENDING_SECONDS = Gauge(
    "causeway_ingest_oldest_pending_seconds",
    "How long the oldest pending document has waited; 0 when none is pending.",
    (),
    registry=REGISTRY,
)
INGESTED = Counter(
    "causeway_ingested_documents_total",
    "Documents that the worker read, skipped or failed to read.",
    ("state",),
    registry=REGISTRY,
)
EMBEDDED = Counter(
    "causeway_embedded_passages_total", "Passages embedded by the worker.", (), registry=REGISTRY
)
EMBEDDING_CALLS = Counter(
    "causeway_embedding_calls_total",
    "Calls of an embeddings endpoint, by HTTP status, or unreachable.",
    ("outcome",),
    registry=REGISTRY,
)
TURNS_STORED = Counter(
    "causeway_conversation_turns_stored_total",
    "Turns of conversations that were stored.",
    (),
    registry=REGISTRY,
)
TURNS_LOST = Counter(
    "causeway_conversation_turns_lost_total",
    "Turns that were not stored: the queue was full, the process stopped, or the database refused them.",
    ("reason",),
    registry=REGISTRY,
)
TURNS_EXPIRED = Counter(
    "causeway_conversation_turns_expired_total",
    "Turns that were deleted because their tenant keeps them no longer.",
    (),
    registry=REGISTRY,
)
ANSWER_RECORDS = Counter(
    "causeway_answer_records_total",
    "Records of answers by what became of them: sent to insights, withheld (visitor or tenant), lost.",
    ("outcome",),
    registry=REGISTRY,
)
FEEDBACK = Counter("causeway_feedback_total", "Votes recorded.", ("vote",), registry=REGISTRY)
MANIFEST_STALENESS = Gauge(
    "causeway_manifest_staleness_seconds",
    "Time since the config service was last heard; 0 while its stream is open.",
    (),
    registry=REGISTRY,
)
MANIFESTS_REFUSED = Counter(
    "causeway_manifests_refused_total",
    "Manifests that did not validate and were not adopted.",
    (),
    registry=REGISTRY,
)

SOURCE_SUCCESS = Gauge(
    "causeway_source_last_success_timestamp_seconds",
    "When a source was last read whole and delivered, seconds since the epoch; 0 for never.",
    ("tenant", "source"),
    registry=REGISTRY,
)
SOURCE_LATE = Gauge(
    "causeway_source_late",
    "1 while a source's last success lies more than two of its intervals back.",
    ("tenant", "source"),
    registry=REGISTRY,
)
SOURCE_DOCUMENTS = Gauge(
    "causeway_source_documents",
    "Documents that a source held when it was last delivered.",
    ("tenant", "source"),
    registry=REGISTRY,
)
SOURCE_SYNCS = Counter(
    "causeway_source_syncs_total",
    "Readings of sources, by how they ended: read, partly, held or failed.",
    ("outcome",),
    registry=REGISTRY,
)


def exposition() -> bytes:
    """The metrics of this process in Prometheus' text format."""
    return generate_latest(REGISTRY)


def serve_metrics(port: int, bind: str) -> int:
    """Serves `/metrics` from a thread of its own; returns the port.

    Args:
        port: Where to listen; 0 means that nothing is served.
        bind: Address to listen on.

    Raises:
        OSError: The port is taken.
    """
    if port == 0:
        return 0
    server, _ = start_http_server(port, addr=bind, registry=REGISTRY)
    return int(server.server_port)
