"""Asks as a visitor does, through the edge, and gathers what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.edge_client import EdgeSession
from cli.settings import Settings
from cli.tokens import host_token
from evals.judgement import Outcome
from evals.question_set import Question

TENANT = "demo"


async def outcomes(
    settings: Settings, questions: Sequence[Question], visitors: str = "evals"
) -> list[Outcome]:
    """Asks every question in a conversation of its own, after those that come before it there.

    Args:
        settings: Where the product runs.
        questions: What to ask.
        visitors: What the subjects who ask are called, each with a number.
    """
    async with httpx.AsyncClient(base_url=settings.edge, trust_env=False) as http:
        return [
            await _outcome(http, settings, f"{visitors}-{number}", question)
            for number, question in enumerate(questions)
        ]


async def _outcome(http: httpx.AsyncClient, settings: Settings, subject: str, question: Question) -> Outcome:
    token = host_token(settings, tenant=TENANT, subject=subject)
    session = await EdgeSession.open(http, token)
    for before in question.after:
        await _answer(session, before)
    answer = await _answer(session, question.ask)
    ending = answer.ending
    cited = [source["passage_id"] for source in answer.sources if source["n"] in ending.get("citations", ())]
    return Outcome(
        finish=str(ending.get("finish", "error")),
        text=answer.text,
        uris=tuple([await _uri(http, session, passage_id) for passage_id in cited]),
        confidence=float(ending.get("confidence", 0.0)),
        needs_review=bool(ending.get("needs_review", False)),
        refusal_kind=str(ending.get("refusal_kind", "")),
        suggestions=len(answer.suggestions),
        degradations=tuple(ending.get("degradations", ())),
    )


@dataclass(slots=True)
class _Answer:
    """What the events of an answer held."""

    text: str = ""
    sources: list[dict[str, Any]] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    ending: dict[str, Any] = field(default_factory=dict)


async def _answer(session: EdgeSession, question: str) -> _Answer:
    answer = _Answer()
    async for event in session.ask(question):
        if event.name == "delta":
            answer.text += event.data["text"]
        elif event.name == "sources":
            answer.sources = event.data["sources"]
        elif event.name == "suggestions":
            answer.suggestions = event.data["items"]
        elif event.name == "done":
            answer.ending = event.data
    return answer


async def _uri(http: httpx.AsyncClient, session: EdgeSession, passage_id: str) -> str:
    answer = await http.get(
        f"/v1/passages/{passage_id}", headers={"Authorization": f"Bearer {session.token}"}
    )
    answer.raise_for_status()
    return str(answer.json()["document"]["uri"])
