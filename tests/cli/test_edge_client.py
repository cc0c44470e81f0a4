"""Reading server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator

from cli.edge_client import ServerEvent, read_events


async def lines(*given: str) -> AsyncIterator[str]:
    for line in given:
        yield line


async def test_events_are_read_with_their_ids_and_comments_are_passed_over() -> None:
    source = lines(
        ": heartbeat", "", "id: q_1.1", "event: meta", 'data: {"a": 1}', "", "event: done", "data: {}", ""
    )

    assert [event async for event in read_events(source)] == [
        ServerEvent("meta", "q_1.1", {"a": 1}),
        ServerEvent("done", "q_1.1", {}),
    ]


async def test_data_over_several_lines_is_one_document() -> None:
    source = lines("event: delta", 'data: {"text":', 'data: "x"}', "")

    assert [event.data async for event in read_events(source)] == [{"text": "x"}]


async def test_an_event_that_breaks_off_is_not_delivered() -> None:
    assert [event async for event in read_events(lines("event: done", "data: {}"))] == []
