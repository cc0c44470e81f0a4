"""Words that carry a subject, comparable across their forms."""

from __future__ import annotations

import pytest

from services.generation.terms import content_terms, coverage


def test_function_words_and_endings_go() -> None:
    assert content_terms("How do I request the annual leaves?") == content_terms("requesting annual leave")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("status_code", "status codes"),
        ("ＦＵＬＬ width", "full width"),
        ("VPN-Zugang", "vpn zugang"),
    ],
)
def test_spelling_makes_no_difference(text: str, other: str) -> None:
    assert content_terms(text) == content_terms(other)


def test_joined_words_are_found_by_their_parts() -> None:
    assert content_terms("cors middleware") <= content_terms("Use CORSMiddleware")


def test_numbers_stay_and_letters_alone_go() -> None:
    assert content_terms("plan b has 5 steps in 2024") == content_terms("plan has 5 steps 2024")
    assert "5" in content_terms("plan b has 5 steps")


def test_each_language_has_its_own_endings() -> None:
    assert content_terms("die Katzen", "de") == content_terms("der Katze", "de")
    assert content_terms("les congés", "fr") == content_terms("un congé", "fr")


def test_scripts_without_spaces_give_pairs() -> None:
    assert content_terms("年次休暇", "ja") == {"年次", "次休", "休暇"}
    assert content_terms("休", "zh") == {"休"}


def test_unknown_languages_are_compared_as_they_are() -> None:
    assert content_terms("kissat", "fi") == {"kissat"}


def test_coverage_is_the_share_of_what_is_wanted() -> None:
    assert coverage(frozenset("ab"), frozenset("bc")) == 0.5
    assert coverage(frozenset(), frozenset("b")) == 1.0
