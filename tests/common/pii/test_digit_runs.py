from libs.common.pii.digit_runs import digit_runs


def _written(text: str) -> list[str]:
    return [run.written for run in digit_runs(text)]


def test_digits_with_single_separators_belong_together() -> None:
    assert _written("at (08) 8747-6301, or +44 20 7946 0958.") == ["(08) 8747-6301", "+44 20 7946 0958"]


def test_digits_inside_words_and_decimals_are_no_runs() -> None:
    assert _written("sha256 and v3x and 12ab") == []


def test_a_run_says_where_it_stands_and_what_its_groups_are() -> None:
    text = "call 555 0199 now"
    (run,) = digit_runs(text)
    assert text[run.start : run.end] == "555 0199"
    assert (run.groups, run.digits) == (("555", "0199"), "5550199")


def test_wide_gaps_part_runs() -> None:
    assert _written("12345678  87654321") == ["12345678", "87654321"]
