"""The retrieval profile of a manifest: how passages are searched, ranked and chosen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from libs.common.manifest_part import Later, Part

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Milliseconds = Annotated[float, Field(gt=0.0, le=60_000.0)]


def _rising(value: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    if list(value) != sorted(value):
        raise ValueError("pressure_ms falls; give four waiting times, each at least the one before")
    return value


PressureMs = Annotated[tuple[Milliseconds, Milliseconds, Milliseconds, Milliseconds], AfterValidator(_rising)]
"""Milliseconds of waiting from which on the levels of pressure 1 to 4 hold."""

LATE_INTERACTION = "late-interaction"
"""The re-ranking model that needs no weights but the embedder's."""

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"


class Rerank(Part):
    """A second, closer look at the best candidates.

    Attributes:
        model: `late-interaction`, which compares tokens by the embedding model itself, or a cross-encoder:
            the name of a folder with its ONNX files below the models' folder, or one that fastembed lists.
        budget_ms: Milliseconds that it may take, waiting included; what was not looked at then keeps its
            place.
        depth: Candidates that it looks at, at most.
        weight: Its share of the final score; the fused score has the rest.
    """

    model: Annotated[str, StringConstraints(pattern=rf"^{_PART}(/{_PART})?$")]
    budget_ms: Annotated[float, Field(gt=0.0, le=2000.0)] = 75.0
    depth: Annotated[int, Field(ge=2, le=100)] = 12
    weight: Share = 0.8


class Profile(Part):
    """How retrieval searches.

    Attributes:
        k: Passages returned.
        prefetch: Candidates taken from each of the vector and the keyword search.
        fusion: How the two lists become one.
        dense_weight: Weight of the vector search in the fusion, the keywords have the rest.
        pressure_ms: Milliseconds of waiting from which on a search does without re-ranking, with half the
            passages, without embedding, and is turned away; each at least the one before.
        rerank: A closer look at the best candidates; none without.
        per_document: Passages of one document on a page, at most; 0 for any number.
        relevance: Weight of a passage's score against its novelty among those chosen before it (maximal
            marginal relevance); 1 for the score alone.
        neighbours: What is done with passages that follow one another in their document: nothing, the ones
            left out offered by their ids, or joined into one.
    """

    k: Annotated[int, Field(ge=1, le=50)] = 8
    prefetch: Annotated[int, Field(ge=1, le=500)] = 60
    fusion: Literal["normalised_sum", "reciprocal_rank"] = "normalised_sum"
    dense_weight: Share = 0.5
    pressure_ms: PressureMs = (20.0, 40.0, 80.0, 150.0)
    rerank: Annotated[Rerank | None, Later()] = None
    per_document: Annotated[int, Field(ge=0, le=50), Later()] = 0
    relevance: Annotated[Share, Later()] = 1.0
    neighbours: Annotated[Literal["off", "offer", "join"], Later()] = "off"
