"""English words that turn what a sentence says around: opposites, negations, ordinals."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

_PAIRS = """
increase/decrease increased/decreased increasing/decreasing more/less more/fewer most/least first/last
before/after north/south east/west northern/southern eastern/western left/right high/low higher/lower
highest/lowest large/small larger/smaller largest/smallest biggest/smallest big/small early/late
earlier/later earliest/latest old/new older/newer older/younger oldest/youngest oldest/newest strong/weak
stronger/weaker strongest/weakest male/female man/woman men/women begin/end began/ended start/end
started/ended start/stop open/close opened/closed opening/closing won/lost win/lose accept/reject
accepted/rejected allow/prohibit allowed/banned allow/forbid allow/deny enable/disable enabled/disabled
legal/illegal public/private true/false positive/negative maximum/minimum above/below inside/outside
internal/external include/exclude included/excluded always/never same/different similar/different rise/fall
rose/fell raise/lower raised/lowered success/failure succeed/fail support/oppose supported/opposed
agree/disagree common/rare common/uncommon easy/difficult long/short longer/shorter longest/shortest
fast/slow faster/slower hot/cold hotter/colder warm/cool wet/dry rich/poor richest/poorest upper/lower
top/bottom urban/rural ancient/modern active/passive active/inactive primary/secondary major/minor
majority/minority best/worst better/worse good/bad safe/dangerous safe/unsafe visible/invisible
possible/impossible able/unable likely/unlikely known/unknown simple/complex create/destroy create/delete
created/destroyed build/destroy built/destroyed arrive/leave arrived/left enter/leave export/import buy/sell
bought/sold attack/defend attacked/defended born/died birth/death alive/dead ally/enemy victory/defeat
catholic/protestant light/dark light/heavy day/night summer/winter spring/autumn past/future full/empty
wide/narrow deep/shallow thick/thin even/odd add/remove added/removed gain/lose gained/lost join/leave
joined/left love/hate hard/soft natural/artificial domestic/foreign national/international
conservative/liberal democratic/authoritarian formal/informal regular/irregular finite/infinite
direct/indirect complete/incomplete complete/partial all/none all/some many/few both/neither with/without
over/under up/down in/out inner/outer front/back forward/backward appear/disappear expand/shrink
expanded/reduced expansion/reduction grow/shrink reduce/increase reduced/increased improve/worsen
improved/worsened encourage/discourage encouraged/discouraged benefit/harm beneficial/harmful
advantage/disadvantage equal/unequal equality/inequality stable/unstable available/unavailable
necessary/unnecessary important/unimportant popular/unpopular permanent/temporary voluntary/compulsory
optional/mandatory required/optional single/multiple one/two king/queen father/mother son/daughter
brother/sister husband/wife buyer/seller teacher/student employer/employee cause/effect question/answer
land/sea proton/electron acid/base input/output supply/demand upload/download install/uninstall
"""
_NEGATION_WORDS = """
not no never none neither nor without cannot unable fail failed failing fails lack lacks lacking except
isn wasn didn doesn don aren weren couldn wouldn shouldn hasn haven hadn won non
"""
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_ORDINAL = re.compile(
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|\d+(?:st|nd|rd|th)"
)
_CONTRACTED = re.compile(r"n['’]t\b|\bcan['’]?t\b", re.IGNORECASE)


def opposites(word: str) -> frozenset[str]:
    """Returns the opposites of a lower-case English word; none of an unknown one."""
    return _OPPOSITES.get(word, frozenset())


def negates(text: str, words: frozenset[str]) -> bool:
    """Whether an English text says that something is not so.

    Args:
        text: The text.
        words: Its words, lower-case.
    """
    return bool(words & _NEGATIONS) or _CONTRACTED.search(text) is not None


def is_ordinal(word: str) -> bool:
    """Whether a lower-case English word gives a place in an order."""
    return _ORDINAL.fullmatch(word) is not None


def _both_ways() -> Mapping[str, frozenset[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    for pair in _PAIRS.split():
        one, other = pair.split("/")
        known[one].add(other)
        known[other].add(one)
    return {word: frozenset(others) for word, others in known.items()}


_OPPOSITES = _both_ways()
