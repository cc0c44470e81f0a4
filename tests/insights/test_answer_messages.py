from libs.common.pb.insights.v1 import insights_pb2
from services.insights.answer_messages import filter_of, page_message
from services.insights.answers import AnswerFilter, KeptAnswer
from tests.insights.example_answers import ANSWER


def test_every_condition_of_a_request_is_read() -> None:
    request = insights_pb2.ListAnswersRequest(
        refused=True, needs_review=True, voted_down=True, failed=True, confidence_below=0.5, since_ms=1500
    )
    assert filter_of(request) == AnswerFilter(True, True, True, True, 0.5, 1.5)
    assert filter_of(insights_pb2.ListAnswersRequest()) == AnswerFilter()


def test_what_insights_knows_besides_comes_with_the_record() -> None:
    page = page_message([KeptAnswer(ANSWER, "f" * 16, 2.5, "down"), KeptAnswer(ANSWER, "", 0.0)], "next")
    first, second = page.records
    assert (first.subject_hash, first.recorded_at_ms, first.vote) == ("f" * 16, 2500, insights_pb2.VOTE_DOWN)
    assert second.vote == insights_pb2.VOTE_UNSPECIFIED
    assert page.next_page_token == "next"
