import pytest

from libs.common.pii.cards import find_cards, luhn
from libs.common.pii.digit_runs import digit_runs


def _found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_cards(digit_runs(text))]


@pytest.mark.parametrize(
    "written",
    ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "3400 000000 00009", "30000000000004"],
)
def test_a_card_is_found_however_it_is_grouped(written: str) -> None:
    assert _found(f"My card is {written}, why was it declined?") == [written]


def test_a_card_is_found_beside_the_month_in_which_it_expires() -> None:
    assert _found("4111111111111111 12/27") == ["4111111111111111"]


@pytest.mark.parametrize("written", ["4111111111111112", "1111111111111117", "1763600000000", "41111111"])
def test_a_wrong_check_digit_beginning_or_length_is_no_card(written: str) -> None:
    assert _found(f"Number {written} here") == []


def test_the_check_digit_is_that_of_the_standard() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")
