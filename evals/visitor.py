"""Asks as a visitor does, through the edge, and gathers what came back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from cli.edge_client import EdgeSession
from cli.settings import Settings
from cli.tokens import host_token
from evals.judgement import Outcome
from evals.question_set import Question

TENANT = "demo"


async def outcomes(settings: Settings, questions: Sequence[Question]) -> list[Outcome]:
    """Asks every question in a conversation of its own, after those that come before it there.

    Args:
        settings: Where the product runs.
        questions: What to ask.
    """
    async with httpx.AsyncClient(base_url=settings.edge, trust_env=False) as http:
        return [await _outcome(http, settings, number, question) for number, question in enumerate(questions)]


async def _outcome(http: httpx.AsyncClient, settings: Settings, number: int, question: Question) -> Outcome:
    token = host_token(settings, tenant=TENANT, subject=f"evals-{number}")
    session = await EdgeSession.open(http, token)
    for before in question.after:
        await _answer(session, before)
    text, sources, ending = await _answer(session, question.ask)
    cited = [source["passage_id"] for source in sources if source["n"] in ending.get("citations", ())]
    return Outcome(
        finish=str(ending.get("finish", "error")),
        text=text,
        uris=tuple([await _uri(http, session, passage_id) for passage_id in cited]),
        confidence=float(ending.get("confidence", 0.0)),
        needs_review=bool(ending.get("needs_review", False)),
        refusal_kind=str(ending.get("refusal_kind", "")),
    )


async def _answer(session: EdgeSession, question: str) -> tuple[str, list[dict[str, Any]], dict[str, Any]]:
    text, sources, ending = "", [], {}
    async for event in session.ask(question):
        if event.name == "delta":
            text += event.data["text"]
        elif event.name == "sources":
            sources = event.data["sources"]
        elif event.name == "done":
            ending = event.data
    return text, sources, ending


async def _uri(http: httpx.AsyncClient, session: EdgeSession, passage_id: str) -> str:
    answer = await http.get(
        f"/v1/passages/{passage_id}", headers={"Authorization": f"Bearer {session.token}"}
    )
    answer.raise_for_status()
    return str(answer.json()["document"]["uri"])
