from libs.common.pii.span import PiiSpan


def test_a_span_is_the_same_as_another_of_the_same_place_and_kind() -> None:
    assert PiiSpan(1, 4, "card") == PiiSpan(1, 4, "card") != PiiSpan(1, 4, "iban")
