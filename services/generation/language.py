"""Tells the language of a short text by its script or its commonest words."""

from __future__ import annotations

import re
from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "ja": "Japanese",
    "zh": "Chinese",
}
"""Languages that the service itself can speak, by ISO 639-1 code."""

# Function words carry a text's language and none of its subject.
_WORDS: Mapping[str, str] = {
    "en": "a about after again all also am an and any are as at be because been before being below between "
    "both but by can could did do does doing down during each few for from further had has have "
    "having he her here hers him his how i if in into is it its just me more most my no nor not of "
    "off on once only or other our out over own please same shall she should so some such than that "
    "the their them then there these they this those through to too under until up us very was we "
    "were what when where which while who whom whose why will with would you your tell show give get "
    "gets getting use uses using used make made need want",
    "de": "aber als am an auch auf aus bei bin bis bitte da damit dann das dass dem den denn der des die "
    "dies diese dieser dieses doch du durch ein eine einem einen einer eines er es für habe haben hat "
    "hatte ich ihr im in ist ja kann können könnte man mehr mein mich mir mit muss müssen nach nicht "
    "noch nur oder ohne sein sich sie sind so soll sollte über um und uns unser unter vom von vor "
    "wann war warum was weil welche welcher welches wenn wer werden wie wieder wieviel wird wo wurde "
    "zu zum zur",
    "fr": "a ai aux avec ce ces cet cette comment comme d dans de des dois doit donc du elle en est et être "
    "faire faut il ils je l la le les leur lui ma mais me mes moi mon n ne nos notre nous on ou où "
    "par pas peut peux plus pour pourquoi puis quand que quel quelle quelles quels qui quoi s sa sans "
    "se ses son sont sur ta te tes ton tu un une vos votre vous y à c qu",
    "es": "a al como con cuando cuál cuáles cuándo cuánto cuánta cuántos cuántas cómo de del desde donde "
    "dónde el ella en entre era es esa ese eso esta este esto está están fue ha hacer hasta hay la "
    "las le les lo los me mi mis más muy no nos o para pero por porque puede puedo qué que quién se "
    "ser si sin sobre son su sus también te tengo tiene un una uno y ya yo",
    "pt": "a ao aos as até com como da das de do dos e ela ele em entre era essa esse esta este eu foi há "
    "isso isto já lhe mais mas me meu minha muito na nas no nos não o onde os ou para pela pelo por "
    "porque posso pode qual quais quando quanto quantos que quem se sem ser seu sua são também tem "
    "tenho um uma você à é",
    "it": "a ai al alla anche che chi ci come con cosa cui da dal dalla dei del della delle di dove e ed "
    "era essere fare gli ha ho i il in io l la le lo ma mi mia mio nei nel nella non o per perché più "
    "posso può qual quale quali quando quanti quanto questa questo se sei si sono su sua sul sulla "
    "suo tra un una uno è",
    "nl": "aan al als bij dan dat de deze die dit doe door een en er geen had heb hebben heeft het hij hoe "
    "hoeveel hun ik in is ja je kan kunnen maar me met mij mijn moet na naar niet nog nu of om onder "
    "ons ook op over te tot uit van veel voor waar waarom wanneer was wat we welke wie wij worden "
    "wordt zijn zo zonder zou",
    "pl": "a aby ale bez był być chcę co czy dla do gdzie go i ich ile jak jaka jaki jakie jako jest jestem "
    "już kiedy kto która które który ma mam mi mnie moja mogę moje może można mój na nie o od oraz po "
    "pod przez przy są się ta tak także tego ten to tylko tym w we wszystkie z za ze że żeby",
}
FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split()) for code, words in _WORDS.items()
}
"""The commonest words of each language, lower-case."""

_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def language_of(text: str, locale: str = "") -> str:
    """Returns the ISO 639-1 code of a text's language, one of `LANGUAGES`.

    The text decides where it is clear; a question of two words is not, so the visitor's locale breaks
    ties, and English is assumed where nothing speaks.

    Args:
        text: Usually a question.
        locale: The visitor's locale, BCP 47; may be empty.
    """
    if _KANA.search(text):
        return "ja"
    if _HAN.search(text):
        return "zh"
    words = [word.lower() for word in _WORD.findall(text)]
    hits = {code: sum(word in known for word in words) for code, known in FUNCTION_WORDS.items()}
    most = max(hits.values())
    preferred = re.split(r"[-_]", locale)[0].lower()
    likely = [code for code, count in hits.items() if count == most]
    if most == 0:
        return preferred if preferred in LANGUAGES else "en"
    return preferred if preferred in likely else likely[0]
