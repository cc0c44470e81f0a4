"""`causeway search` asks retrieval for what was wished, and prints what came."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.dev_keys import prepare_dev_keys
from cli.search import Wish, search
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.fakes.scripted_retrieval import answering, scripted

FOUND = pb.SearchResponse(
    passages=[
        pb.Passage(
            passage_id="p1",
            title="Radio",
            heading_path=["Radio", "Battery"],
            uri="docs/radio.md",
            text="The radio needs a battery.",
            score=0.9,
            scores=pb.StageScores(dense=0.5, rerank=-1.5),
        )
    ],
    profile="default-1",
    degradations=["rerank"],
    next_page_token="token-2",
)
EXPLAINED = pb.SearchResponse(
    explanation=pb.Explanation(
        plan=pb.ExplainedPlan(k=1),
        stages=[pb.ExplainedStage(name="embed", took_ms=3.0)],
        candidates=[pb.ExplainedCandidate(title="Radio", rank=1, outcome="returned")],
    )
)


async def printed(
    folder: Path, response: pb.SearchResponse, wish: Wish, *, as_json: bool = False
) -> pb.SearchRequest:
    prepare_dev_keys(folder / "keys")
    async with scripted(answering(response)) as retrieval:
        await search(Settings(data=folder, retrieval_address=retrieval.target), "demo", wish, as_json=as_json)
    return retrieval.calls[0].request


async def test_passages_are_printed_with_their_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = await printed(tmp_path, FOUND, Wish("battery", k=3))

    text = capsys.readouterr().out
    assert "Radio › Battery" in text
    assert "score 0.900 · dense 0.500 · rerank -1.500" in text
    assert "skipped: rerank" in text
    assert "--page-token token-2" in text
    assert (request.query, request.k, request.explain) == ("battery", 3, False)


async def test_the_next_page_is_asked_for_by_its_token(tmp_path: Path) -> None:
    request = await printed(tmp_path, FOUND, Wish("battery", page_token="token-2"))

    assert request.page_token == "token-2"


async def test_an_explanation_takes_the_place_of_the_texts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = await printed(tmp_path, EXPLAINED, Wish("battery", explain=True))

    text = capsys.readouterr().out
    assert request.explain
    assert "embed" in text
    assert "Radio" in text


async def test_json_holds_the_whole_response(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await printed(tmp_path, EXPLAINED, Wish("battery", explain=True), as_json=True)

    document = json.loads(capsys.readouterr().out)
    assert document["explanation"]["candidates"][0] == {"title": "Radio", "rank": 1, "outcome": "returned"}
