from libs.common.answer_record import AnswerRecord


def test_a_record_of_nothing_but_its_end_says_nothing_else() -> None:
    record = AnswerRecord("q_" + "A" * 20, "refusal")
    assert (record.question, record.sources, record.spent.cost_usd) == ("", (), 0.0)
