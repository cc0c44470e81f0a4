"""What is no question is refused, with the field at fault."""

from __future__ import annotations

import pytest

from libs.common.errors import InvalidRequest
from libs.common.manifest import Policy
from services.generation.admission import check_ids, check_text
from tests.generation.examples import question

POLICY = Policy(max_question_chars=100)


def test_a_valid_question_passes() -> None:
    check_ids(question(query_id="q_" + "aZ0_-" * 5, variant="canary", locale="de-AT"))
    check_ids(question(conversation_id="", locale=""))
    check_text("Wann gibt es Tee? 🫖\n\tUnd wo?", POLICY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("query_id", ""),
        ("query_id", "q_" + "a" * 19),
        ("query_id", "q_" + "a" * 65),
        ("query_id", "q_" + "a" * 24 + "\n"),
        ("query_id", "q_" + "ä" * 24),
        ("body_hash", "A" * 64),
        ("body_hash", ""),
        ("manifest_id", "1" * 63),
        ("conversation_id", "a" * 129),
        ("conversation_id", "../x"),
        ("variant", ""),
        ("locale", "de_DE!"),
    ],
)
def test_ids_that_nobody_of_ours_made_name_their_field(field: str, value: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        check_ids(question(**{field: value}))
    assert raised.value.field == field


@pytest.mark.parametrize("text", ["", " \n\t", "a" * 101, "bell\a", "nul\0", "\x85next"])
def test_text_that_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        check_text(text, POLICY)
    assert raised.value.field == "question"


def test_four_kibibytes_are_the_most_whatever_the_policy_says() -> None:
    check_text("a" * 4096, Policy(max_question_chars=4096))
    with pytest.raises(InvalidRequest, match="4 KiB"):
        check_text("ä" * 2049, Policy(max_question_chars=4096))


def test_messages_never_repeat_the_question() -> None:
    with pytest.raises(InvalidRequest) as raised:
        check_text("secret " * 100, POLICY)
    assert "secret" not in raised.value.detail
