from libs.common.answer_record import AnswerRecord
from libs.common.answer_record_messages import record_message, record_of
from tests.insights.example_answers import ANSWER


def test_a_record_survives_the_way_as_a_message() -> None:
    assert record_of(record_message(ANSWER)) == ANSWER
    bare = AnswerRecord("q_" + "A" * 20, "stop")
    assert record_of(record_message(bare)) == bare


def test_every_field_of_the_example_says_something_so_that_none_is_forgotten() -> None:
    for name in ANSWER.__dataclass_fields__:
        assert getattr(ANSWER, name) != AnswerRecord.__dataclass_fields__[name].default, name
