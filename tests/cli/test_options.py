"""Options that several commands share."""

from __future__ import annotations

import pytest

from cli.options import tenant_of, worded
from cli.output import CommandMisused
from cli.settings import Settings


def test_a_named_tenant_comes_before_that_of_the_settings() -> None:
    settings = Settings(tenant="acme")

    assert (tenant_of(settings, ""), tenant_of(settings, "globex")) == ("acme", "globex")


def test_words_are_passed_on_as_they_are() -> None:
    assert worded(" when? ", "question") == " when? "


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_no_words_are_misuse_and_the_message_says_of_what(text: str) -> None:
    with pytest.raises(CommandMisused, match="The question is empty"):
        worded(text, "question")
