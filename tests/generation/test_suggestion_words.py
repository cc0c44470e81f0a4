import pytest

from services.generation.phrases import FOLDER
from services.generation.suggestion_words import suggestion_of


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("How do I book a flight?", "How do I book a flight?"),
        ("How to request leave", "How do I request leave?"),
        ("Requesting leave", "How do I request leave?"),
        ("2.1 Setting up your PIV card {#piv}", "How do I set up your PIV card?"),
        ("Create a user", "How do I create a user?"),
        ("What is use or lose leave", "What is use or lose leave?"),
        ("Can I share a file", "Can I share a file?"),
        ("Logging", "More about “Logging”"),
        ("Using and abusing", "More about “Using and abusing”"),
        ("Signing requirements", "More about “Signing requirements”"),
        ("Annual leave", "More about “Annual leave”"),
        ("Record retention", "More about “Record retention”"),
        ("**Sick** leave:", "More about “Sick leave”"),
        ("Swimming with friends", "More about “Swimming with friends”"),
    ],
)
def test_an_english_heading_becomes_something_to_ask(heading: str, said: str) -> None:
    assert suggestion_of(heading, "en") == said


@pytest.mark.parametrize(
    "heading",
    ["Overview", "FAQ", "See also", "", "1.2.3", "a b", "x" * 100, "Mind the gap!", "In a hurry?", "`*`"],
)
def test_a_heading_that_says_nothing_by_itself_is_no_question(heading: str) -> None:
    assert suggestion_of(heading, "en") == ""


def test_other_languages_ask_about_a_heading_as_it_stands() -> None:
    assert suggestion_of("Urlaub beantragen", "de") == "Mehr über „Urlaub beantragen“"
    assert suggestion_of("Wie viel Urlaub habe ich?", "de") == "Wie viel Urlaub habe ich?"


@pytest.mark.parametrize("language", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_every_language_names_the_heading(language: str) -> None:
    assert "Alpha Beta" in suggestion_of("Alpha Beta", language)
