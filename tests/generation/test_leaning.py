"""How much a question leans on what was said before it, by its words alone."""

from __future__ import annotations

import pytest

from services.generation.language import language_of
from services.generation.leaning import FEATURES, features, leaning


@pytest.mark.parametrize(
    "text",
    ["And for staging?", "How do I stop it?", "Does that cost more?", "What about the other one?",
     "Und für Staging?", "Wer genehmigt das?", "Et pour les autres ?", "¿Y para los otros?", "那个呢？",
     "それはいつですか"],
)  # fmt: skip
def test_what_points_back_leans(text: str) -> None:
    assert leaning(text, language_of(text)) > 0


@pytest.mark.parametrize(
    "text",
    ["How do I configure CORS for a FastAPI application behind a proxy?",
     "Which documents do new employees of the New York office have to sign?",
     "Welche Unterlagen müssen neue Mitarbeiter in Berlin im ersten Monat unterschreiben?"],
)  # fmt: skip
def test_what_names_its_subject_stands_alone(text: str) -> None:
    assert leaning(text, language_of(text)) < 0


def test_a_pronoun_with_something_before_it_to_point_at_leans_less() -> None:
    assert features("How do I install the command line tool so that it works?", "en")["pointing_within"] == 1
    assert features("How do I install it?", "en")["pointing"] == 1


def test_it_that_points_forwards_points_at_nothing() -> None:
    assert features("How long does it take to renew a passport?", "en")["pointing"] == 0
    assert features("How long does it take?", "en")["pointing"] == 1


def test_that_at_the_end_points_back_and_elsewhere_does_not() -> None:
    assert features("How do I do that?", "en")["pointing"] == 1
    assert features("Can I say that managers approve leave?", "en")["pointing"] == 0


def test_every_feature_is_computed() -> None:
    assert tuple(features("Why?", "en")) == FEATURES
