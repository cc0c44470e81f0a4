"""Fields that bodies share."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.edge_gateway.body_fields import Body, Locale, Page, Words, clean_locale


class Form(Body):
    text: Words = ""
    locale: Locale = ""


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("en", "en"),
        ("de-CH", "de-CH"),
        (" en_US ", "en-US"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("en-US-u-ca-gregory", "en-US-u-ca-gregory"),
        ("", ""),
        ("x", ""),
        ("english please", ""),
        ("en;q=0.8", ""),
        ("e" * 40, ""),
        ("<script>", ""),
        ("дe", ""),
    ],
)
def test_a_locale_is_a_preference_that_is_written_well_or_dropped(text: str, locale: str) -> None:
    assert clean_locale(text) == locale
    assert Form(locale=text).locale == locale


@pytest.mark.parametrize("field", ["text", "locale"])
def test_text_holds_no_nul(field: str) -> None:
    with pytest.raises(ValidationError, match="NUL"):
        Form.model_validate({field: "a\x00b"})


def test_types_are_exact_and_unknown_fields_are_passed_over() -> None:
    with pytest.raises(ValidationError):
        Form.model_validate({"text": 7})
    assert Form.model_validate({"text": "a", "more": 1}).text == "a"


def test_a_long_hint_is_cut_not_refused() -> None:
    page = Page(url="https://x.example/?" + "q" * 5000, title="t" * 5000)

    assert len(page.short_url) == 2048
    assert len(page.short_title) == 512
    assert (Page().short_url, Page().short_title) == ("", "")


def test_a_page_may_carry_what_is_not_used_yet_in_the_right_form() -> None:
    assert Page(section="s", tags=["a"]).tags == ["a"]
    with pytest.raises(ValidationError):
        Page.model_validate({"tags": "a"})
