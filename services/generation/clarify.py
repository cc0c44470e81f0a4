"""Asks what a question means that names nothing, and reads the answer to that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from services.generation.leaning import features, leaning
from services.generation.memory import Memory, PastTurn
from services.generation.passage import Passage
from services.generation.phrases import phrase
from services.generation.small_talk import small_talk
from services.generation.terms import content_terms, term_sequence
from services.generation.turn import Turn
from services.generation.words import FUNCTION_WORDS, words_of

_GENERAL, _ASKING, _POINTING = words_of("general"), words_of("asking"), words_of("pointing")

_MANY_TERMS = 3
"""Content words from which a question is answered, whatever it points at: a wrong question annoys."""
CLEAR = 0.7
"""Relevance from which the documents know what an unclear question means."""
_OPTIONS = 4
_TITLED = 3
_THIS = re.compile(r"(?<!^is )(?<!^are )\b(?:this|these) ((?:[\w-]+ ?){1,3})", re.IGNORECASE)
_ENDS = FUNCTION_WORDS["en"]
_HERE_AND_NOW = words_of("present")["en"]
"""What "this" needs no conversation for."""

_NOTHING = Memory()
_OPTION = re.compile(r"^(\d)\. (.+)$", re.MULTILINE)
_DIGIT = re.compile(r"^\W*(?:number|option|nr|no|n|#|第)?\W*(\d)(?:\D|$)", re.IGNORECASE)
_ORDINALS: tuple[str, ...] = (
    (
        r"\b(?:first|erste[rsn]?|premi[eè]re?|primer[oa]?|primeir[oa]|prim[oa]|eerste|pierwsz\w+|перв\w+|перш\w+)\b"
        r"|第一|最初|一つ目|1番目|첫|الأول"
    ),
    (
        r"\b(?:second|zweite[rsn]?|deuxième|seconde?|segund[oa]|second[oa]|tweede|drug\w+|втор\w+|друг\w+)\b"
        r"|第二|二つ目|2番目|두 ?번째|الثاني"
    ),
    (
        r"\b(?:third|dritte[rsn]?|troisième|tercer[oa]?|terceir[oa]|terz[oa]|derde|trzeci\w*|трет\w+)\b"
        r"|第三|三つ目|3番目|세 ?번째|الثالث"
    ),
    (
        r"\b(?:fourth|vierte[rsn]?|quatrième|cuart[oa]|quart[oa]|vierde|czwart\w+|четв[её]рт\w+|четверт\w+)\b"
        r"|第四|四つ目|4番目|네 ?번째|الرابع"
    ),
)
_LAST = re.compile(
    r"\b(?:last|letzte[rsn]?|derni[eè]re?|últim[oa]|ultim[oa]|laatste|ostatni\w*|последн\w+|останн\w+)\b|最后|最後|마지막|الأخير"
)


def must_ask_back(turn: Turn, memory: Memory, relevance: float, passages: Sequence[Passage]) -> bool:
    """Whether a question cannot be answered before its reader says what it means.

    Never twice in a row, never where the page says what is meant, and not where the documents know.

    Args:
        turn: The question.
        memory: What is known of the conversation.
        relevance: How near the nearest passage is, 0 to 1.
        passages: What was found, best first.
    """
    replies = bool(memory.turns) and memory.turns[-1].finish == "clarify"
    if replies or turn.question.page_title or relevance >= CLEAR:
        return False
    text, language = turn.question.text, turn.language
    return unclear(text, language, memory) and not titled(text, passages, language)


def unclear(question: str, language: str, memory: Memory = _NOTHING) -> bool:
    """Whether a question names nothing that could be looked up.

    It points at something that nobody mentioned ("Who approves it?", "this burger"), or asks for what
    anything has ("What is the default?"). Where there is a conversation, only a thing that it never mentioned
    is unclear: everything else is left to the rewriting.

    Args:
        question: The question.
        language: ISO 639-1 code.
        memory: What is known of the conversation.
    """
    if language == "en" and _points_at_the_unmentioned(question, memory):
        return True
    before = any(not small_talk(turn.question, language) for turn in memory.turns)
    return not before and _names_nothing(question, language)


def titled(question: str, passages: Sequence[Passage], language: str) -> bool:
    """Whether a section among the best is called what the question asks for: "Limits?" means "Limits".

    Args:
        question: The question.
        passages: What was found for it, best first.
        language: ISO 639-1 code.
    """
    wanted = content_terms(question, language)
    names = [name for passage in passages[:_TITLED] for name in (passage.title, *passage.heading_path[-1:])]
    return bool(wanted) and any(content_terms(name, language) == wanted for name in names)


def _names_nothing(question: str, language: str) -> bool:
    terms = term_sequence(question, language)
    points = features(question, language)["pointing"] > 0
    if not terms and not points:
        return False
    named = set(terms) - _general_terms(language)
    most = _MANY_TERMS if language == "en" else 1
    return (len(named) < most and leaning(question, language) > 0) if points else not named


def _points_at_the_unmentioned(question: str, memory: Memory) -> bool:
    """A thing that the question calls "this", of which no word was said before."""
    found = _THIS.search(question)
    words = list(takewhile(lambda word: word not in _ENDS, found[1].lower().split())) if found else []
    if not words or words[0].endswith("ed") or _HERE_AND_NOW.intersection(words):
        return False
    thing = content_terms(" ".join(words), "en")
    said = " ".join((memory.summary, *(f"{turn.question} {turn.answer}" for turn in memory.turns)))
    return bool(thing) and not thing & content_terms(said, "en")


def clarification(passages: Sequence[Passage], language: str) -> str:
    """Returns the question that asks the reader, with what was found as numbered alternatives.

    Args:
        passages: What was found for the unclear question, best first.
        language: ISO 639-1 code of the reader's language.
    """
    named = alternatives(passages)
    if len(named) < 2:
        return phrase("clarify_open", language)
    lines = [f"{number}. {name}" for number, name in enumerate(named, 1)]
    return phrase("clarify_options", language) + "\n\n" + "\n".join(lines)


def alternatives(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Returns what an unclear question may mean: a section of each document, or of the only one."""
    titles = {passage.title for passage in passages if passage.title}
    named: dict[str, str] = {}
    for passage in passages:
        section = _section(passage)
        named.setdefault(passage.title if len(titles) > 1 else section, section)
    sections = dict.fromkeys(" ".join(section.split()) for section in named.values() if section)
    return tuple(sections)[:_OPTIONS]


def answered(reply: str, asked: PastTurn, language: str) -> str:
    """Returns the question that a reader's reply to a clarifying question makes; empty if it is no reply.

    Args:
        reply: What the reader said: a number, "the second one", a name, or something new altogether.
        asked: The turn that ended with the clarifying question.
        language: ISO 639-1 code of the reply's language.
    """
    options = [name for _, name in _OPTION.findall(asked.answer)]
    picked = _picked(reply, options, language)
    if picked:
        return f"{asked.question} {picked}"
    wanted = content_terms(reply, language)
    if leaning(reply, language) < 0 and len(wanted) >= _MANY_TERMS:
        return ""
    return f"{asked.question} {reply}"


def _picked(reply: str, options: Sequence[str], language: str) -> str:
    digit = _DIGIT.match(reply.strip())
    if digit and 0 < int(digit[1]) <= len(options):
        return options[int(digit[1]) - 1]
    lowered = reply.lower()
    wanted = content_terms(reply, language)
    if len(wanted) <= _MANY_TERMS:
        for place, ordinal in enumerate(_ORDINALS[: len(options)]):
            if re.search(ordinal, lowered):
                return options[place]
        if options and _LAST.search(lowered):
            return options[-1]
    shared = [len(wanted & content_terms(option, language)) for option in options]
    best = max(shared, default=0)
    return options[shared.index(best)] if best and shared.count(best) == 1 else ""


def _general_terms(language: str) -> frozenset[str]:
    words = [kind.get(language, frozenset()) for kind in (_GENERAL, _ASKING, _POINTING)]
    return content_terms(" ".join(frozenset().union(*words)), language)


def _section(passage: Passage) -> str:
    lowest = passage.heading_path[-1] if passage.heading_path else ""
    if not lowest or lowest == passage.title:
        return passage.title
    return f"{lowest} ({passage.title})" if passage.title else lowest
