import pytest

from libs.common.pii.ibans import find_ibans


def _found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_ibans(text)]


@pytest.mark.parametrize(
    "written",
    [
        "GB82WEST12345698765432",
        "gb82 west 1234 5698 7654 32",
        "DE89-3704-0044-0532-0130-00",
        "NO9386011117947",
        "FR1420041010050500013M02606",
    ],
)
def test_a_number_is_found_however_it_is_grouped(written: str) -> None:
    assert _found(f"Please pay to {written} by Friday.") == [written]


@pytest.mark.parametrize(
    "written", ["GB83WEST12345698765432", "GB82WEST1234569876543", "ZZ82WEST12345698765432", "RFC82 was here"]
)
def test_a_wrong_check_length_or_country_is_no_number(written: str) -> None:
    assert _found(f"Please pay to {written}.") == []
