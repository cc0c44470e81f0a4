"""`causeway questions`: what was asked, and what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import MessageToDict
from rich.markup import escape

from cli.output import CommandMisused, console, print_json
from cli.settings import Settings
from cli.tokens import service_token
from libs.common.clock import SystemClock
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.source import seconds_of

_PAGE = 500
_COLOURS = {"stop": "green", "length": "green", "refusal": "yellow", "clarify": "yellow", "error": "red"}
_THUMBS = {insights_pb2.VOTE_UP: "👍 ", insights_pb2.VOTE_DOWN: "👎 "}
_UNKEPT = "(the tenant keeps no questions)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions; everything that is set must hold.

    Attributes:
        refused: Only refused ones.
        needs_review: Only ones that ask for a person's look.
        voted_down: Only ones that were voted down.
        failed: Only ones that ended in an error.
        confidence_below: Only answers with less confidence; 0 means any.
        since: Only ones since, seconds since the epoch; 0 means any time.
        most: How many at most.
    """

    refused: bool = False
    needs_review: bool = False
    voted_down: bool = False
    failed: bool = False
    confidence_below: float = 0.0
    since: float = 0.0
    most: int = 50


def moment(ago: str) -> float:
    """Returns the moment so long ago, seconds since the epoch; 0 for nothing.

    Raises:
        CommandMisused: It is no span of time.
    """
    if not ago:
        return 0.0
    try:
        return SystemClock().now() - seconds_of(ago)
    except ValueError:
        raise CommandMisused(f"{ago} is no span of time. Write it as 90s, 15m, 6h or 7d.") from None


async def list_questions(settings: Settings, tenant: str, wanted: Wanted, *, as_json: bool) -> None:
    """Lists a tenant's questions, newest first."""
    records = [record async for record in _records(settings, tenant, wanted)]
    if as_json:
        print_json([_document(record) for record in records])
        return
    for record in records:
        console.print(_line(record))
    console.print(f"[dim]{len(records)} question{'' if len(records) == 1 else 's'}[/]")


async def _records(
    settings: Settings, tenant: str, wanted: Wanted
) -> AsyncIterator[insights_pb2.AnswerRecord]:
    token = service_token(settings, tenant=tenant, service="insights", roles=("operate",))
    metadata = (("authorization", f"Bearer {token}"),)
    left, page_token = wanted.most, ""
    async with open_channel(f"{settings.host}:{settings.insights_port}") as channel:
        stub = insights_pb2_grpc.InsightsStub(channel)  # type: ignore[no-untyped-call]
        while left:
            request = _request(wanted, min(left, _PAGE), page_token)
            page = await stub.ListAnswers(request, metadata=metadata, timeout=30)
            for record in page.records:
                yield record
            left -= len(page.records)
            page_token = page.next_page_token
            if not page_token:
                return


def _request(wanted: Wanted, size: int, page_token: str) -> insights_pb2.ListAnswersRequest:
    return insights_pb2.ListAnswersRequest(
        refused=wanted.refused,
        needs_review=wanted.needs_review,
        voted_down=wanted.voted_down,
        failed=wanted.failed,
        confidence_below=wanted.confidence_below,
        since_ms=round(wanted.since * 1000),
        page_size=size,
        page_token=page_token,
    )


def _document(record: insights_pb2.AnswerRecord) -> dict[str, Any]:
    document: dict[str, Any] = MessageToDict(
        record, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    document["recorded_at"] = _moment(record).isoformat()
    document["vote"] = {insights_pb2.VOTE_UP: "up", insights_pb2.VOTE_DOWN: "down"}.get(record.vote, "")
    del document["recorded_at_ms"]
    return document


def _line(record: insights_pb2.AnswerRecord) -> str:
    why = record.refusal_kind or record.error_kind or f"{record.confidence:.2f}"
    cited = sum(source.cited for source in record.sources)
    facts = [
        f"{cited} of {len(record.sources)} sources cited",
        *(["needs review"] if record.needs_review else []),
        *(f"without {name}" for name in record.degradations),
        f"{record.latencies.total_ms:.0f} ms",
        record.query_id,
    ]
    colour = _COLOURS.get(record.finish, "white")
    asked = escape(" ".join(record.question.split())) or f"[dim]{_UNKEPT}[/]"
    return (
        f"[dim]{_moment(record):%Y-%m-%d %H:%M}[/]  [{colour}]{record.finish:<8}[/] {escape(why):<14} "
        f"{_THUMBS.get(record.vote, '')}{asked}\n{'':>18}[dim]{escape(' · '.join(facts))}[/]"
    )


def _moment(record: insights_pb2.AnswerRecord) -> datetime:
    return datetime.fromtimestamp(record.recorded_at_ms / 1000, UTC)
