"""One question, from the public surfaces to a cited answer, through real processes."""

from __future__ import annotations

import json
import subprocess

import httpx
import pytest

from tests.e2e.stack import Event, Stack, parse_events

pytestmark = pytest.mark.process


def ask(stack: Stack, question: str) -> list[Event]:
    """Asks through curl, as the printed line does, and returns the events."""
    body = json.dumps({"question": question})
    command = [
        "curl",
        "-sN",
        f"{stack.edge}/v1/chat",
        "-H",
        f"Authorization: Bearer {stack.token('--session')}",
    ]
    command += ["-H", "Content-Type: application/json", "-d", body]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return parse_events(done.stdout)


def text_of(events: list[Event]) -> str:
    return "".join(str(event.data["text"]) for event in events if event.name == "delta")


@pytest.mark.parametrize(
    ("question", "expected", "uri_title"),
    [
        ("How many days before must I ask for leave?", "fourteen days", "Leave"),
        ("Who inspects the lifejackets?", "mate", "Lifejackets"),
        ("How much does a return ticket cost?", "20 euros", "Tickets and refunds"),
        ("Which VHF channel does harbour traffic use?", "channel 12", "Radio"),
    ],
)
def test_a_question_is_answered_from_the_right_document(
    stack: Stack, question: str, expected: str, uri_title: str
) -> None:
    events = ask(stack, question)

    assert expected in text_of(events)
    done = events[-1].data
    assert done["finish"] == "stop"
    sources = {s["n"]: s for e in events if e.name == "sources" for s in e.data["sources"]}  # type: ignore[attr-defined]
    cited = [sources[n] for n in done["citations"]]  # type: ignore[attr-defined]
    assert any(source["title"].startswith(uri_title) for source in cited)


def test_events_come_in_order_and_are_numbered_without_gaps(stack: Stack) -> None:
    events = ask(stack, "What happens to unused leave at the end of the year?")

    query_id = str(events[0].data["query_id"])
    assert [event.event_id for event in events] == [f"{query_id}.{n}" for n in range(1, len(events) + 1)]
    names = [event.name for event in events]
    assert names[0] == "meta"
    assert names.index("sources") < names.index("delta")
    assert names[-1] == "done"
    assert names.count("done") == 1
    meta = events[0].data
    for version in ("manifest_id", "variant", "model_version", "prompt_version", "policy_version"):
        assert meta[version]
    assert meta["index_version"]
    assert meta["retrieval_profile"]


def test_every_citation_opens_its_passage_with_the_quoted_text(stack: Stack) -> None:
    token = stack.token("--session")
    events = ask(stack, "When is a ticket refunded in full?")

    sources = {s["n"]: s for e in events if e.name == "sources" for s in e.data["sources"]}  # type: ignore[attr-defined]
    citations = [event.data for event in events if event.name == "citation"]
    assert citations
    for citation in citations:
        passage_id = sources[citation["n"]]["passage_id"]
        answer = httpx.get(
            f"{stack.edge}/v1/passages/{passage_id}", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200
        assert " ".join(str(citation["quote"]).split()) in " ".join(answer.json()["text"].split())
        assert 0.0 <= float(str(citation["support"])) <= 1.0


def test_a_question_about_something_else_is_refused_with_the_nearest_sources(stack: Stack) -> None:
    events = ask(stack, "What is the best recipe for chocolate cake?")

    done = events[-1].data
    assert done["finish"] == "refusal"
    assert done["refusal_flag"] is True
    assert done["refusal_kind"]
    assert done["citations"] == []
    assert text_of(events)
    assert any(event.name == "sources" and event.data["sources"] for event in events)


def test_ask_shows_the_answer_and_its_sources(stack: Stack) -> None:
    shown = stack.cli("ask", "How many days before must I ask for leave?").stdout

    assert "fourteen days" in shown
    assert "Sources" in shown
    assert "[1]" in shown


def test_ask_gives_machines_the_same_as_json(stack: Stack) -> None:
    answer = json.loads(stack.cli("ask", "Who inspects the lifejackets?", "--json").stdout)

    assert "mate" in answer["text"]
    assert answer["done"]["finish"] == "stop"


def test_search_shows_the_passages_with_their_scores(stack: Stack) -> None:
    found = json.loads(stack.cli("search", "refund weather cancelled", "--json").stdout)

    assert "weather" in found["passages"][0]["text"]
    assert found["passages"][0]["scores"]["dense"] > 0.3
    assert "refund" in stack.cli("search", "refund weather cancelled").stdout


def test_every_document_has_a_state(stack: Stack) -> None:
    documents = json.loads(stack.cli("documents", "list", "--json").stdout)

    assert {d["uri"]: d["state"] for d in documents} == {
        "leave.md": "indexed",
        "radio.txt": "indexed",
        "safety/lifejackets.md": "indexed",
        "tickets.html": "indexed",
    }


def test_scripts_and_navigation_of_a_page_are_not_indexed(stack: Stack) -> None:
    found = json.loads(
        stack.cli("search", "tracker do not index me footer words", "-k", "20", "--json").stdout
    )

    assert not any("tracker" in p["text"] or "Footer words" in p["text"] for p in found["passages"])


def test_feedback_is_accepted_once_it_is_durable(stack: Stack) -> None:
    token = stack.token("--session")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.stream(
        "POST", f"{stack.edge}/v1/chat", json={"question": "Who keeps the blue logbook?"}, headers=headers
    ) as response:
        events = parse_events(response.read().decode())
    vote = {"feedback_id": "f-1", "query_id": events[0].data["query_id"], "vote": "up", "rating": 5}

    answer = httpx.post(f"{stack.edge}/v1/feedback", json=vote, headers=headers)

    assert answer.status_code == 202


def test_the_configuration_is_served_by_etag(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {stack.token('--session')}"}

    first = httpx.get(f"{stack.edge}/v1/config", headers=headers)
    again = httpx.get(f"{stack.edge}/v1/config", headers={**headers, "If-None-Match": first.headers["etag"]})

    assert first.status_code == 200
    assert first.json()["manifest_id"]
    assert again.status_code == 304
    assert again.content == b""
