"""Chooses the passages of a page among ranked candidates, as diverse and as whole as the profile asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from libs.common.retrieval_profile import Profile
from libs.embedding.embedder import Vectors
from services.retrieval.explanation import Outcome
from services.retrieval.found_passage import FoundPassage
from services.retrieval.neighbours import MOST_JOINED, are_neighbours, join


@dataclass(frozen=True, slots=True)
class Selection:
    """The passages of a page.

    Attributes:
        passages: In the order in which they were chosen; that is, best first.
        places: Place on the page, from 1, of every candidate that is on it, also as a part of another.
        reasons: Why the others are not, and because of which passage; by passage id.
    """

    passages: tuple[FoundPassage, ...]
    places: Mapping[str, int]
    reasons: Mapping[str, tuple[Outcome, str]]


@dataclass(slots=True)
class _Page:
    """A page in the making: groups of candidates, each led by the one that was chosen first."""

    profile: Profile
    groups: list[list[FoundPassage]] = field(default_factory=list)
    reasons: dict[str, tuple[Outcome, str]] = field(default_factory=dict)

    def take(self, found: FoundPassage) -> None:
        """Takes a candidate, as a passage of its own or as a part of a neighbour, or says why not."""
        group = self.group_beside(found) if self.profile.neighbours == "join" else None
        if group is not None:
            group.append(found)
            self.reasons[found.passage.passage_id] = ("joined", group[0].passage.passage_id)
        elif self._is_full_of(found.passage.document_id):
            self.reasons[found.passage.passage_id] = ("same_document", "")
        else:
            self.groups.append([found])

    def group_beside(self, found: FoundPassage) -> list[FoundPassage] | None:
        """Returns the group that a candidate continues; None where there is none, or no room in it."""
        for group in self.groups:
            near = any(are_neighbours(found.passage, other.passage) for other in group)
            if near and len(group) < MOST_JOINED:
                return group
        return None

    def _is_full_of(self, document_id: str) -> bool:
        most = self.profile.per_document
        same = sum(group[0].passage.document_id == document_id for group in self.groups)
        return 0 < most <= same


_FOR_EACH = 5
"""Candidates that are looked at for each passage of a page, where there is something to choose."""


def considered(profile: Profile, k: int) -> int:
    """Returns how many candidates a choice of so many passages looks at.

    Where one document has most of them, a page may come out shorter than it was asked for.
    """
    return k * _FOR_EACH if _chooses(profile) else k


def _chooses(profile: Profile) -> bool:
    """Whether a page may be other than the best candidates as they come."""
    return bool(profile.per_document) or profile.relevance < 1.0 or profile.neighbours != "off"


def select(
    candidates: Sequence[FoundPassage], vectors: Mapping[str, Vectors], k: int, profile: Profile
) -> Selection:
    """Chooses the passages of a page.

    Args:
        candidates: Best first.
        vectors: Their vectors, of length 1, by passage id.
        k: How many passages.
        profile: Says how.
    """
    if not _chooses(profile):
        return _first(candidates, k)
    page = _Page(profile)
    remaining = list(candidates)
    novelty = _Novelty(vectors, profile.relevance)
    while remaining and (len(page.groups) < k or profile.neighbours == "join"):
        found = remaining.pop(novelty.best(remaining))
        if len(page.groups) >= k and page.group_beside(found) is None:
            continue
        page.take(found)
        novelty.note(found)
    return _finished(page, candidates, novelty)


def _first(candidates: Sequence[FoundPassage], k: int) -> Selection:
    ids = [found.passage.passage_id for found in candidates]
    places = {passage_id: place for place, passage_id in enumerate(ids[:k], start=1)}
    return Selection(tuple(candidates[:k]), places, dict.fromkeys(ids[k:], ("beyond_k", "")))


class _Novelty:
    """Maximal marginal relevance: a passage's score against its likeness to those chosen before.

    Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering documents and
    producing summaries", SIGIR 1998.
    """

    def __init__(self, vectors: Mapping[str, Vectors], relevance: float) -> None:
        self._vectors = vectors
        self._relevance = relevance
        self._likeness: dict[str, tuple[float, str]] = {}

    def best(self, remaining: Sequence[FoundPassage]) -> int:
        """Returns the place of the one to choose next."""
        if self._relevance >= 1.0:
            return 0
        return max(range(len(remaining)), key=lambda place: self._value(remaining[place]))

    def note(self, chosen: FoundPassage) -> None:
        """Compares all others with a passage that was chosen."""
        if self._relevance >= 1.0:
            return
        passage_id = chosen.passage.passage_id
        for other, vector in self._vectors.items():
            cosine = float(np.dot(vector, self._vectors[passage_id]))
            if cosine > self._likeness.get(other, (0.0, ""))[0]:
                self._likeness[other] = (cosine, passage_id)

    def like(self, passage_id: str) -> str:
        """Returns the chosen passage that a candidate is most like; empty where there is none."""
        return self._likeness.get(passage_id, (0.0, ""))[1]

    def _value(self, found: FoundPassage) -> float:
        likeness = self._likeness.get(found.passage.passage_id, (0.0, ""))[0]
        return self._relevance * found.score - (1.0 - self._relevance) * likeness


def _finished(page: _Page, candidates: Sequence[FoundPassage], novelty: _Novelty) -> Selection:
    places = {
        found.passage.passage_id: place for place, group in enumerate(page.groups, start=1) for found in group
    }
    reasons = dict(page.reasons)
    for rank, found in enumerate(candidates):
        passage_id = found.passage.passage_id
        if passage_id not in places and passage_id not in reasons:
            displaced = rank < len(page.groups) and novelty.like(passage_id)
            reasons[passage_id] = ("similar", novelty.like(passage_id)) if displaced else ("beyond_k", "")
    left_out = [found for found in candidates if found.passage.passage_id not in places]
    offers = left_out if page.profile.neighbours == "offer" else []
    return Selection(tuple(_shown(group, offers) for group in page.groups), places, reasons)


def _shown(group: Sequence[FoundPassage], offers: Sequence[FoundPassage]) -> FoundPassage:
    kept = group[0]
    beside = tuple(
        other.passage.passage_id for other in offers if are_neighbours(kept.passage, other.passage)
    )
    if len(group) == 1:
        return replace(kept, neighbours=beside) if beside else kept
    whole, parts = join(kept.passage, [other.passage for other in group[1:]])
    return replace(kept, passage=whole, parts=parts)
