import pytest

from libs.common.pii.emails import find_emails


def _found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_emails(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Write to ana.b+news@mail.example.org.", "ana.b+news@mail.example.org"),
        ("<o'neill@example.ie>", "o'neill@example.ie"),
        ("müller@bücher.example, bitte", "müller@bücher.example"),
        ("'ana@example.org'", "ana@example.org"),
    ],
)
def test_an_address_is_found_without_what_stands_around_it(text: str, address: str) -> None:
    assert _found(text) == [address]


@pytest.mark.parametrize(
    "text", ["meet @ noon", "@app.get('/')", "user@localhost", "a@1.2", "see x@.com", "pip install a@"]
)
def test_an_at_sign_alone_is_no_address(text: str) -> None:
    assert _found(text) == []
