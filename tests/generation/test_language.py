"""A question's language, told by its words."""

from __future__ import annotations

import pytest

from services.generation.language import FUNCTION_WORDS, LANGUAGES, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I request annual leave?", "en"),
        ("Wie beantrage ich Urlaub?", "de"),
        ("Comment puis-je demander un congé ?", "fr"),
        ("¿Cómo puedo pedir vacaciones?", "es"),
        ("Como posso pedir férias?", "pt"),
        ("Come posso chiedere le ferie?", "it"),
        ("Hoe kan ik verlof aanvragen?", "nl"),
        ("Jak mogę złożyć wniosek o urlop?", "pl"),
        ("休暇はどうやって申請しますか", "ja"),
        ("如何申请休假", "zh"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert language_of(text) == language
    assert language_of(text, "en-GB") == language


def test_the_locale_speaks_where_the_text_says_nothing() -> None:
    assert language_of("VPN?", "de-AT") == "de"
    assert language_of("VPN?", "de_AT") == "de"
    assert language_of("VPN?", "xx") == "en"
    assert language_of("VPN?") == "en"


def test_the_locale_breaks_ties() -> None:
    assert language_of("de la", "es") == "es"
    assert language_of("de la", "fr") == "fr"


def test_every_language_with_spaces_has_function_words() -> None:
    assert set(FUNCTION_WORDS) == set(LANGUAGES) - {"ja", "zh"}
