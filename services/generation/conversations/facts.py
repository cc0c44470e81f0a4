"""Finds what a visitor asks to have remembered, or says to prefer: nothing else is taken for a fact."""

from __future__ import annotations

import re
from collections.abc import Mapping

from libs.common.pii.masking import find_pii
from services.generation.sentences import sentence_spans

MAX_FACT_CHARACTERS = 200
_MIN_FACT_CHARACTERS = 3

_PLEASE = r"(?:(?:please|bitte|s['’]il (?:te|vous) pla[iî]t|por favor|per favore|alsjeblieft|proszę)[,:]? )?"
_REMEMBER: Mapping[str, str] = {
    "en": r"(?:remember|keep in mind|(?:don['’]t|do not) forget|note)(?: that|:| down that)",
    "de": r"(?:merk(?:e)? dir|vergiss nicht|denk daran|behalte im kopf)(?:,? dass|[:,])",
    "fr": r"(?:souviens-toi|souvenez-vous|retiens|retenez|n['’]oublie(?:z)? pas|note(?:z)?)(?: bien)?"
    r"(?: que| qu['’]|:)",
    "es": r"(?:recuerda|recuerde|no olvides|ten en cuenta)(?: que|:)",
    "pt": r"(?:lembre-se|lembra-te|lembre|não se esqueça|não esqueça)(?: de)?(?: que|:)",
    "it": r"(?:ricorda(?:ti)?|non dimenticare|tieni presente)(?: che|:)",
    "nl": r"(?:onthoud|vergeet niet)(?: dat|:|,)",
    "pl": r"(?:zapamiętaj|pamiętaj|nie zapomnij)(?:,? że|:)",
}
_PREFER = re.compile(
    r"(?:i (?:always |usually |would )?prefer|ich bevorzuge|je préfère|(?:yo )?prefiero|(?:eu )?prefiro"
    r"|(?:io )?preferisco|ik geef de voorkeur aan|(?:ja )?wolę) (?=\S)",
    re.IGNORECASE,
)
_ASKED = tuple(
    re.compile(rf"{_PLEASE}{pattern} ?(?P<fact>.+)", re.IGNORECASE | re.DOTALL)
    for pattern in _REMEMBER.values()
)
_ASKED_UNSPACED = (
    re.compile(r"(?:请)?(?:记住|记得)[,,::]?(?P<fact>.+)", re.DOTALL),
    re.compile(r"(?P<fact>.+?)(?:ということ|こと)?を?覚えて(?:おいて)?(?:ください)?[。!!]?", re.DOTALL),
)


def stated_facts(question: str) -> tuple[str, ...]:
    """Returns the facts of a question, each a short sentence in the visitor's words, without personal data.

    A sentence counts where it begins by asking to remember something, or by naming a preference; one
    that ends with a question mark asks and states nothing.
    """
    found = []
    for start, end in sentence_spans(question):
        fact = _fact(" ".join(question[start:end].split()))
        fits = _MIN_FACT_CHARACTERS <= len(fact) <= MAX_FACT_CHARACTERS
        if fits and not find_pii(fact):
            found.append(fact)
    return tuple(dict.fromkeys(found))


def only_states(question: str) -> bool:
    """Whether a message does nothing but ask to have something remembered: there is nothing to look up.

    A preference alone is no such request: "I prefer the train" may be the beginning of a question.
    """
    sentences = [" ".join(question[start:end].split()) for start, end in sentence_spans(question)]
    return bool(sentences) and all(_asked(sentence) for sentence in sentences)


def _asked(sentence: str) -> str:
    if sentence.endswith(("?", "\uff1f")):
        return ""
    matches = (pattern.fullmatch(sentence) for pattern in (*_ASKED, *_ASKED_UNSPACED))
    return next((match["fact"].strip(" .!,;:。") for match in matches if match), "")


def _fact(sentence: str) -> str:
    asked = _asked(sentence)
    if asked or sentence.endswith(("?", "\uff1f")):
        return asked
    return sentence.rstrip(" .!") if _PREFER.match(sentence) else ""
