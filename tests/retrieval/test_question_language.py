"""The language of a question is told where it is clear, and left open where it is not."""

from __future__ import annotations

import pytest

from services.retrieval.qdrant_edge.bm25 import QdrantBm25

TERMS = QdrantBm25()


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is the warranty of the radio?", "en"),
        ("Wie kann ich mein Passwort ändern, wenn ich es nicht mehr weiß?", "de"),
        ("¿Cómo puedo cambiar la contraseña de mi cuenta?", "es"),
        ("Comment est-ce que je peux changer mon mot de passe ?", "fr"),
        ("Como é que eu posso mudar a minha senha?", "pt"),
        ("как мне изменить пароль в этой системе", "ru"),
        ("データベースに接続するには", "ja"),
        ("怎么连接数据库", "zh"),
        ("비밀번호를 변경하려면", "ko"),
        ("πώς αλλάζω τον κωδικό", "el"),
    ],
)
def test_a_whole_question_tells_its_language(question: str, language: str) -> None:
    assert TERMS.language_of(question) == language


@pytest.mark.parametrize(
    "question",
    [
        "",
        "rollback config",
        "status_code 404",
        "NF-κB p65 signaling",
        "Deletion of αvβ8 in mice",
        "Ly6C hi monocytes",
        "\ud800 \0",
    ],
)
def test_key_words_and_formulas_tell_nothing_but_english_at_most(question: str) -> None:
    assert TERMS.language_of(question) in ("", "en")


@pytest.mark.parametrize(
    "question",
    [
        "In British Men, haplogroup I decreases risk of cardiovascular disease.",
        "turn on whisper mode",
        "ai, call me deb",
        "[Playwright](https://playwright.dev) for End-to-End testing.",
        "Sub Applications - Mounts: Sub-application",
    ],
)
def test_english_is_not_taken_for_a_language_that_shares_its_words(question: str) -> None:
    """Each of these was, and lost half the weight of its vectors."""
    assert TERMS.language_of(question) in ("", "en")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie sieht das in der App aus?", "de"),
        ("So könnte es aussehen:", "de"),
        ("Is het in de app te zien?", "nl"),
        ("Ce mode est-il actif ?", "fr"),
        ("¿Dónde está el fichero de la app?", "es"),
    ],
)
def test_a_short_question_still_tells_its_language(question: str, language: str) -> None:
    assert TERMS.language_of(question) == language
