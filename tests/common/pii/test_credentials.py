import pytest

from libs.common.pii.credentials import find_credentials

_CHANCE = "aZ3kQ9pLx7Vb2Nw8Rt5Yc1Ud"


def _found(text: str) -> set[str]:
    return {text[span.start : span.end] for span in find_credentials(text)}


@pytest.mark.parametrize(
    "secret",
    [
        "sk-" + "a1b2c3d4e5f6g7h8",
        "ck_" + "live0123456789ab",
        "ghp_" + "0123456789abcdefghij",
        "AKIA" + "0123456789ABCDEF",
        "eyJ" + "hbGciOiJFZERTQSJ9" + ".eyJzdWIiOiJhbmEifQ" + ".c2lnbmF0dXJl",
        _CHANCE,
    ],
)
def test_a_key_is_found_by_its_form(secret: str) -> None:
    assert secret in _found(f"Why is {secret} refused?")


@pytest.mark.parametrize("text", ["my password is hunter2!", "API_KEY=hunter2!", "token: 'hunter2!'"])
def test_a_secret_is_found_by_what_it_is_called(text: str) -> None:
    assert {found.rstrip("!") for found in _found(text)} == {"hunter2"}


def test_a_private_key_is_found_whole_and_cut_off() -> None:
    whole = "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----"
    assert whole in _found(f"This {whole} fails.")
    cut = whole[:40]
    assert cut in _found(f"This {cut}")


def test_a_password_in_an_address_is_found() -> None:
    assert _found("postgres://ana:s3cret@db.example/x") == {"s3cret"}


def test_hexadecimal_digits_are_a_secret_only_where_something_says_so() -> None:
    digest = "0123456789abcdef" * 2
    assert _found(f"my key {digest}") == {digest}
    assert _found(f"at commit {digest}") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Why does the token expire?",
        "the password is required",
        "sk-learn-documentation-pages",
        "docs/Guides/Getting-Started-Overview2024",
        "CAUSEWAY_RETRIEVAL_METRICS_PORT",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "-----BEGIN CERTIFICATE-----\nMC4\n-----END CERTIFICATE-----",
    ],
)
def test_words_paths_and_public_things_are_no_secrets(text: str) -> None:
    assert _found(text) == set()
