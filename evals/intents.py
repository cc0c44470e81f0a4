"""Measures how well it is understood what kind of message a question is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data_folder import models_folder
from evals.corpora import DATA, FOLDER
from evals.kept_vectors import KeptVectors
from evals.local_index import LocalIndex
from evals.mtrag import MTRAG, conversations, passages
from evals.question_set import Half, half_of
from evals.report import table
from libs.common.manifest import Policy
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.clarify import CLEAR, unclear
from services.generation.evidence import weigh
from services.generation.harm import harm_in
from services.generation.leaning import leaning
from services.generation.memory import Memory
from services.generation.small_talk import small_talk
from services.generation.understand import understand

CLINC = DATA / "intents-oos/clinc150_test.jsonl"
DIRECT = DATA / "redteam/direct.jsonl"
OTHERS = (
    "squad2/queries.jsonl",
    "ocp-docs/queries.jsonl",
    "redteam/benign_with_trigger_words.jsonl",
)
"""Questions that ask documents for something, all of them with a subject."""

SMALL_TALK = frozenset(
    {
        "greeting", "goodbye", "thank_you", "are_you_a_bot", "how_old_are_you", "what_is_your_name",
        "who_made_you", "where_are_you_from", "who_do_you_work_for", "what_are_your_hobbies",
        "do_you_have_pets", "tell_joke", "meaning_of_life", "what_can_i_ask_you", "yes", "no", "maybe",
    }
)  # fmt: skip
"""Intents of CLINC150 that ask documents for nothing."""
LEFT_OUT = frozenset(["repeat", "cancel", "fun_fact", "user_name", "change_ai_name"])
"""Intents that are neither: they ask the assistant to do something."""

_LANGUAGE = "en"
_HALVES: tuple[Half, ...] = ("development", "held_out")


@dataclass(frozen=True, slots=True)
class Told:
    """A message with what it is and what was made of it.

    Attributes:
        half: The half that it belongs to.
        due: Whether it is of the kind.
        told: Whether it was taken for one.
    """

    half: Half
    due: bool
    told: bool


def run(full: bool) -> str:
    """Tells every message's kind; all are taken, whatever `full` says."""
    title = "## Intents\n\n"
    for path in (CLINC, DIRECT, MTRAG.folder, *(DATA / name for name in OTHERS)):
        if not path.exists():
            return f"{title}Not run: {path} is not here."
    rows = [
        *_rows("small talk", _small_talk()),
        *_rows("unsafe", _unsafe()),
        *_rows("follow-up, by its words", _follow_ups()),
        *_rows("ambiguous", _ambiguous()),
        *_rows("ambiguous, SQuAD's questions", _of_passages()),
        *_rows("out of scope, by what is found", _out_of_scope()),
    ]
    header = ("intent", "half", "of the kind", "others", "recall", "precision", "others taken for it")
    return f"{title}{table(header, rows)}\n\nUnderstanding takes {_cost():.2f} ms a message."


def counted(half: Half, told: Sequence[Told]) -> tuple[int, int, int, int]:
    """Returns how many of a half are of the kind, how many not, and how many of each were taken for it."""
    own = [each for each in told if each.half == half]
    due = [each for each in own if each.due]
    others = [each for each in own if not each.due]
    return len(due), len(others), sum(each.told for each in due), sum(each.told for each in others)


def _rows(name: str, told: Sequence[Told]) -> list[list[str]]:
    rows = []
    for half in _HALVES:
        due, others, hit, false = counted(half, told)
        precision = f"{hit / (hit + false):.3f}" if hit + false else "–"
        recall = f"{hit / due:.3f}" if due else "–"
        rows.append([name, half.replace("_", " "), str(due), str(others), recall, precision, str(false)])
    return rows


def _small_talk() -> list[Told]:
    judged = [
        (row["text"], row["intent"] in SMALL_TALK) for row in _read(CLINC) if row["intent"] not in LEFT_OUT
    ]
    judged += [(text, False) for text in _asking()]
    return _tell(judged, lambda text: small_talk(text, _LANGUAGE) is not None)


def _unsafe() -> list[Told]:
    judged = [(row["text"], True) for row in _read(DIRECT) if row["kind"] != "output_payload"]
    judged += [(text, False) for text in _asking()]
    judged += [(row["text"], False) for row in _read(CLINC)]
    return _tell(judged, lambda text: harm_in(text, _LANGUAGE) is not None)


def _follow_ups() -> list[Told]:
    return [
        Told(each.half, not each.standalone, leaning(each.text, _LANGUAGE) > 0)
        for each in conversations()
        if each.turns and not each.underspecified
    ]


def _ambiguous() -> list[Told]:
    """The questions of conversations, and of documentation; where they are seen, what is found counts too."""
    vectors = KeptVectors(open_embedder(models_folder(FOLDER)), FOLDER)
    index = LocalIndex(passages(), vectors)
    told = []
    for each in conversations():
        found = index.search(each.text).passages
        clear = weigh(each.text, found, _LANGUAGE, CLEAR).on_topic
        asks = not clear and unclear(each.text, _LANGUAGE, Memory(each.turns))
        told.append(Told(each.half, each.underspecified, asks))
    vectors.save()
    return told + _tell(
        [(text, False) for text in _read_texts(OTHERS[1:])], lambda text: unclear(text, _LANGUAGE)
    )


def _of_passages() -> list[Told]:
    """Questions that were written under a passage, some of which speak of "this treaty"."""
    return _tell([(text, False) for text in _read_texts(OTHERS[:1])], lambda text: unclear(text, _LANGUAGE))


def _out_of_scope() -> list[Told]:
    vectors = KeptVectors(open_embedder(models_folder(FOLDER)), FOLDER)
    index = LocalIndex(passages(), vectors)
    judged = [(row["text"], True) for row in _read(CLINC) if row["intent"] == "oos"]
    judged += [(each.text, False) for each in conversations() if each.relevant and each.standalone]
    least = Policy().min_relevance
    told = _tell(judged, lambda text: not weigh(text, index.search(text).passages, _LANGUAGE, least).on_topic)
    vectors.save()
    return told


def _tell(judged: Iterable[tuple[str, bool]], tell: Callable[[str], bool]) -> list[Told]:
    return [Told(half_of(text), due, tell(text)) for text, due in judged]


def _asking() -> list[str]:
    own = [each.text for each in conversations() if not each.underspecified and not each.turns]
    return own + _read_texts(OTHERS)


def _read_texts(names: Sequence[str]) -> list[str]:
    return [row["text"] for name in names for row in _read(DATA / name)]


def _cost() -> float:
    texts = [row["text"] for row in _read(CLINC)]
    started = time.process_time()
    for text in texts:
        understand(text, _LANGUAGE)
    return (time.process_time() - started) * 1000 / len(texts)


def _read(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
