"""A question's language, told by its script, its words and its letters."""

from __future__ import annotations

import pytest

from services.generation.language import AUTONYMS, LANGUAGES, language_of

SENTENCES = {
    "en": "How do I request annual leave?",
    "de": "Wie beantrage ich Urlaub?",
    "fr": "Comment puis-je demander un congé ?",
    "es": "¿Cómo puedo pedir vacaciones?",
    "pt": "Como posso pedir férias?",
    "it": "Come posso chiedere le ferie?",
    "nl": "Hoe kan ik verlof aanvragen?",
    "pl": "Jak mogę złożyć wniosek o urlop?",
    "ja": "休暇はどうやって申請しますか",
    "zh": "如何申请休假",
    "ko": "휴가는 어떻게 신청하나요?",
    "ru": "Как оформить отпуск?",
    "uk": "Як оформити відпустку?",
    "ar": "كيف أطلب إجازة؟",
}
SHORT = {
    "en": ("And for staging?", "Is it free?", "opening hours"),
    "de": ("Wie kündige ich?", "Was kostet das?", "Passwort vergessen"),
    "fr": ("Combien ça coûte ?", "Qui approuve ?", "mot de passe oublié"),
    "es": ("cuanto cuesta", "quien lo aprueba", "olvidé mi contraseña"),
    "pt": ("quanto custa", "quem aprova?", "esqueci minha senha"),
    "it": ("quanto costa", "chi lo approva?", "dov'è il modulo"),
    "nl": ("wat kost het", "wie keurt dat goed?", "waar is het formulier"),
    "pl": ("ile to kosztuje", "kto to zatwierdza?", "gdzie jest formularz"),
    "ja": ("料金は？",),
    "zh": ("怎么取消？", "谢谢"),
    "ko": ("감사합니다",),
    "ru": ("сколько стоит",),
    "uk": ("скільки коштує",),
    "ar": ("شكرا",),
}


def test_every_language_has_a_name_of_its_own() -> None:
    assert set(AUTONYMS) == set(LANGUAGES) == set(SENTENCES)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_tells_its_language_against_the_locale(language: str) -> None:
    assert language_of(SENTENCES[language]) == language
    assert language_of(SENTENCES[language], "en-GB") == language
    assert language_of(SENTENCES[language], "de-DE", "fr") == language


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in SHORT.items() for text in texts]
)
def test_three_words_tell_it_too(language: str, text: str) -> None:
    assert language_of(text) == language
    assert language_of(text, language) == language


def test_the_locale_speaks_where_the_text_says_nothing() -> None:
    assert language_of("VPN?", "de-AT") == "de"
    assert language_of("VPN?", "de_AT") == "de"
    assert language_of("VPN?", "xx") == "en"
    assert language_of("VPN?") == "en"


def test_the_locale_breaks_ties() -> None:
    assert language_of("de la", "es") == "es"
    assert language_of("de la", "fr") == "fr"


def test_the_conversation_speaks_before_the_locale() -> None:
    assert language_of("VPN?", "en-US", before="de") == "de"
    assert language_of("VPN?", "de-DE", before="xx") == "de"


def test_characters_that_two_languages_share_are_the_expected_ones() -> None:
    assert language_of("休暇申請", "ja-JP") == "ja"
    assert language_of("休暇申請") == "zh"
    assert language_of("статус", "uk-UA") == "uk"
    assert language_of("статус") == "ru"
