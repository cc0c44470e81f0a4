import pytest

from services.generation.same_question import may_share, normalised


def test_case_spaces_and_punctuation_make_no_difference() -> None:
    assert normalised("  When  is TEA served?!") == normalised("when is tea served")
    assert normalised("When is tea served?") != normalised("When is tea?")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I cancel order 12?", "How do I cancel order 13?"),
        ("Can I pay by card?", "Can I not pay by card?"),
        ("Kann ich bar zahlen?", "Kann ich nicht bar zahlen?"),
        ("How do I sign in with GitHub?", "How do I sign in with GitLab?"),
        ("How do I set CAUSEWAY_DATA?", "How do I set CAUSEWAY_KEYS?"),
        ("What does the API cost?", "What does the app cost?"),
        ("Which port has v2?", "Which port has v3?"),
    ],
)
def test_numbers_denials_and_names_must_agree(one: str, other: str) -> None:
    assert not may_share(one, other)
    assert not may_share(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("When is tea served?", "At what time do you serve tea?"),
        ("How do I sign in with GitHub?", "how can i sign in with github"),
        ("Why can't I pay?", "Why am I not able to pay?"),
    ],
)
def test_the_same_in_other_words_may_share(one: str, other: str) -> None:
    assert may_share(one, other)
