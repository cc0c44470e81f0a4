"""Reading generation's messages."""

from __future__ import annotations

from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.edge_gateway.answer_messages import read_batch
from services.edge_gateway.answers import (
    Citation,
    Delta,
    Done,
    Event,
    Failure,
    Meta,
    Notice,
    NumberedEvent,
    Source,
    Sources,
    Suggestions,
    Unknown,
)


def read(**event: object) -> Event:
    message = pb.AnswerEvent(seq=3, **event)  # type: ignore[arg-type]
    (numbered,) = read_batch([message])
    assert numbered.seq == 3
    return numbered.event


def test_each_kind_of_event_is_read() -> None:
    meta = pb.AnswerMeta(
        query_id="q",
        conversation_id="c",
        manifest_id="m",
        variant="stable",
        model_version="mv",
        prompt_version="pv",
        policy_version="po",
        retrieval_profile="rp",
        index_version="iv",
    )
    source = pb.AnswerSource(n=1, passage_id="p", title="t", url="u", heading="h", snippet="s", score=0.5)

    assert read(meta=meta) == Meta("q", "c", "m", "stable", "mv", "pv", "po", "rp", "iv")
    assert read(sources=pb.AnswerSources(sources=[source])) == Sources(
        (Source(1, "p", "t", "u", "h", "s", 0.5),)
    )
    assert read(delta=pb.AnswerDelta(text="a")) == Delta("a")
    assert read(citation=pb.AnswerCitation(n=1, quote="q", support=0.5)) == Citation(1, "q", 0.5)
    assert read(notice=pb.AnswerNotice(code="c", text="t")) == Notice("c", "t")
    assert read(suggestions=pb.AnswerSuggestions(items=["a", "b"])) == Suggestions(("a", "b"))
    failure = pb.AnswerFailure(kind="k", channel="model", retryable=True, retry_after_ms=5, title="t")
    assert read(error=failure) == Failure("k", "model", True, 5, "t")


def test_done_is_read_whole() -> None:
    done = pb.AnswerDone(
        finish="stop",
        model="m",
        confidence=0.75,
        needs_review=True,
        refusal_flag=True,
        refusal_kind="off_topic",
        citation_count=2,
        citations=[1, 3],
        usage=pb.AnswerUsage(prompt_tokens=10, completion_tokens=20, cost_usd=0.5),
        timings=pb.AnswerTimings(
            retrieval_latency_ms=1, first_token_ms=2, model_latency_ms=3, total_latency_ms=4
        ),
        degradations=["rerank"],
    )

    assert read(done=done) == Done(
        *("stop", "m", 0.75, True, True, "off_topic", 2, (1, 3), 10, 20, 0.5, 1.0, 2.0, 3.0, 4.0, ("rerank",))
    )


def test_the_order_is_kept_and_what_is_not_known_keeps_its_number() -> None:
    messages = [pb.AnswerEvent(seq=1), pb.AnswerEvent(seq=2, delta=pb.AnswerDelta(text="a"))]

    assert read_batch(messages) == (NumberedEvent(1, Unknown()), NumberedEvent(2, Delta("a")))
    assert read_batch([]) == ()
