"""Small talk is told by whole messages: whatever may ask for something is for the documents."""

from __future__ import annotations

import pytest

from services.generation.language import LANGUAGES, language_of
from services.generation.small_talk import FOLDER, Talk, small_talk


def test_there_is_a_file_for_each_language() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("Hello!", "hello"),
        ("hey there, how are you today", "hello"),
        ("Thanks, that was really helpful", "thanks"),
        ("see you later", "goodbye"),
        ("yes, that's right", "acknowledged"),
        ("What is your name?", "identity"),
        ("are you a human or a robot", "identity"),
        ("can you tell me what you can help with", "capability"),
        ("tell me a joke about water", "chat"),
        ("what is the meaning of life", "chat"),
    ],
)
def test_english_small_talk_is_told(text: str, talk: Talk) -> None:
    assert small_talk(text, "en") == talk


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("Guten Tag!", "hello"), ("Danke, das war sehr hilfreich", "thanks"), ("Wer bist du?", "identity"),
        ("Bonjour", "hello"), ("Qui es-tu ?", "identity"), ("merci beaucoup", "thanks"),
        ("¿Qué puedes hacer?", "capability"), ("Gracias", "thanks"), ("Obrigado!", "thanks"),
        ("grazie mille", "thanks"), ("chi sei?", "identity"), ("wie ben je?", "identity"),
        ("dzień dobry", "hello"), ("kim jesteś?", "identity"), ("こんにちは", "hello"),
        ("何ができますか？", "capability"), ("你是谁？", "identity"), ("谢谢", "thanks"),
        ("이름이 뭐예요?", "identity"), ("Спасибо большое", "thanks"), ("хто ти?", "identity"),
        ("مرحبا", "hello"), ("من أنت؟", "identity"),
    ],
)  # fmt: skip
def test_other_languages_have_manners_too(text: str, talk: Talk) -> None:
    assert small_talk(text, language_of(text)) == talk


@pytest.mark.parametrize(
    "text",
    [
        "Hi! How do I deploy?",
        "Thanks! And how do I stop it?",
        "What is your refund policy?",
        "Good morning, what are your opening hours?",
        "Can you create a robot account?",
        "ok. how do I view my payment information, please?",
        "is that right?",
        "How was this possible",
        "What is a bot?",
        "Danke! Und wie kündige ich?",
        "你好，如何申请休假",
        "こんにちは、休暇の申請方法は？",
        "",
        "?",
    ],
)
def test_what_may_ask_for_something_is_none(text: str) -> None:
    assert small_talk(text, language_of(text)) is None


def test_a_long_message_is_none() -> None:
    assert small_talk("thanks " * 20, "en") is None


def test_an_unknown_language_is_read_as_english() -> None:
    assert small_talk("hello", "fi") == "hello"
