"""What goes between the parsers' process and the worker."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from services.retrieval.document_metadata import Metadata
from services.retrieval.parsed_document import Unreadable
from services.retrieval.parsed_document_json import ReplyRefused, dump_parsed, dump_refusal, load_reply
from services.retrieval.parser_markdown import parse_markdown
from tests.retrieval.example_documents import GUIDE

PARSED = replace(parse_markdown(GUIDE), metadata=Metadata(tags=("a",), access=("b",), language="en"))


def test_a_document_arrives_as_it_was_sent() -> None:
    assert load_reply(dump_parsed(PARSED)) == PARSED


def test_a_refusal_arrives_with_its_code_and_words() -> None:
    with pytest.raises(Unreadable, match="without the password") as caught:
        load_reply(dump_refusal(Unreadable("password", "Send it without the password.")))
    assert caught.value.code == "password"


@pytest.mark.parametrize(
    "change",
    [
        {"text": "short"},
        {"blocks": [["paragraph", 5, 5, 0, "", 0]]},
        {"blocks": [["paragraph", -1, 5, 0, "", 0]]},
        {"blocks": [["script", 0, 5, 0, "", 0]]},
        {"blocks": [["paragraph", 0, 5, 0, "", 0], ["paragraph", 4, 9, 0, "", 0]]},
        {"blocks": [["paragraph"]]},
        {"blocks": 1},
        {"metadata": {"unknown": 1}},
        {"metadata": None},
        {"code": "made up", "reason": "x"},
        {"code": "password"},
    ],
)
def test_a_reply_that_no_parser_makes_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ReplyRefused):
        load_reply(orjson.dumps(orjson.loads(dump_parsed(PARSED)) | change))


@pytest.mark.parametrize("reply", [b"", b"hi", b"[]", b"1", b"null", b"{}"])
def test_a_reply_that_is_none_is_refused(reply: bytes) -> None:
    with pytest.raises(ReplyRefused):
        load_reply(reply)
