"""Says whether two questions may be answered alike, as far as their words tell."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_IDENTIFIER = re.compile(
    r"[A-Za-z0-9]+(?:[_./-][A-Za-z0-9]+)+|[A-Za-z]+\d[A-Za-z0-9]*|\w*[a-z][A-Z]\w*|[A-Z]{2,}s?"
)
_CAPITALISED = re.compile(r"(?<=[^.!?:\s] )[A-Z][\w’']+")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|without|cannot|cant|dont|doesnt|didnt|wont|isnt|arent|wasnt|unable|except)\b|n['’]t\b"
    r"|\b(?:nicht|kein\w*|nie|niemals|ohne|außer)\b|\b(?:pas|jamais|sans|aucun\w*|sauf)\b"
    r"|\b(?:nunca|sin|ningún|ninguna|excepto|não|sem|nenhum\w*|non|mai|senza|nessun\w*)\b|不|没|沒|ない|ません"
)


def normalised(question: str) -> str:
    """Returns a question so that those that differ in case, spaces and punctuation only are equal."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", question).casefold()))


def may_share(asked: str, known: str) -> bool:
    """Whether nothing in their words says that two similar questions have different answers.

    Their numbers must be the same, both or neither deny something, and each name or identifier of one must
    be a word of the other.
    """
    return (
        sorted(_NUMBER.findall(asked)) == sorted(_NUMBER.findall(known))
        and _denies(asked) == _denies(known)
        and _names(asked) <= _words(known)
        and _names(known) <= _words(asked)
    )


def _denies(question: str) -> bool:
    return _NEGATION.search(question.casefold()) is not None


def _names(question: str) -> frozenset[str]:
    """What names something: words that begin with a capital within a sentence, abbreviations, identifiers."""
    found = (*_IDENTIFIER.findall(question), *_CAPITALISED.findall(question))
    return frozenset(word for name in found for word in _WORD.findall(name.casefold().replace("_", " ")))


def _words(question: str) -> frozenset[str]:
    return frozenset(_WORD.findall(question.casefold().replace("_", " ")))
