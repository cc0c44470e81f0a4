import base64
import json

import pytest

from libs.common.errors import InvalidRequest
from services.insights.answers import Place
from services.insights.page_token import read_page_token, write_page_token


def test_a_token_comes_back_as_the_place_it_was_made_of() -> None:
    place = Place(1_750_000_000.25, "q_x")
    assert read_page_token(write_page_token(place)) == place
    assert read_page_token("") is None


def _token(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        "x", "x" * 5000, "ä", _token({}), _token([1.0]), _token([1, "q"]), _token(["q", 1.0]),
        _token([1.0, "a\x00"]), base64.urlsafe_b64encode(b"[1e999, \"q\"]").decode(),
    ],
)  # fmt: skip
def test_what_was_never_given_out_is_refused(token: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_page_token(token)
    assert caught.value.field == "page_token"
