import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.pii.masking import PLACEHOLDERS, find_pii, mask_pii

_EXAMPLES = Path(__file__).parents[4] / "shared" / "data" / "pii" / "presidio_synth_v2.jsonl"
_SIZE = 64 * 1024
_HOSTILE = (
    "a", "1", "@", "a@a.", "eyJ", "eyJa.", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "1.", ":", "a:", "://",
    "://a:b", "GB59", "password ", "password is a", "token=", "sk-", "+(1 ", "1 ", "1-1 ", "aA0-", "tel 1234567 ",
    "((((", ") (", "\u00a0", "1\u2011", "aZ3kQ9pLx7Vb2Nw8Rt5Yc1Ud",
)  # fmt: skip


def test_a_masked_question_still_reads_as_one() -> None:
    asked = "I am ana@example.org, +44 20 7946 0958: why is card 4111 1111 1111 1111 refused at 203.0.113.7?"
    masked = "I am [e-mail], [telephone]: why is card [card] refused at [IP address]?"
    assert mask_pii(asked) == masked


def test_a_question_without_any_stays_as_it_is() -> None:
    asked = "How do I set CAUSEWAY_EDGE_PORT to 8080 on 127.0.0.1 since version 3.11.4?"
    assert mask_pii(asked) == asked


def test_a_password_that_looks_like_an_address_is_masked_once_and_whole() -> None:
    assert mask_pii("my password is ana@example.org1") == "my password is [secret]"


@pytest.mark.parametrize("unit", _HOSTILE)
def test_hostile_text_takes_time_in_proportion_to_its_length(unit: str) -> None:
    def took(size: int) -> float:
        text = (unit * size)[:size]
        started = time.process_time()
        find_pii(text)
        return time.process_time() - started

    # A quadratic scan of 64 KiB takes minutes; a linear one a fifth of a second on a slow machine.
    assert took(_SIZE) < 10


@given(st.text(max_size=400))
def test_spans_are_in_order_apart_and_within_the_text(text: str) -> None:
    end = 0
    for span in find_pii(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


def test_every_kind_has_a_placeholder_that_is_itself_never_masked() -> None:
    for placeholder in PLACEHOLDERS.values():
        assert mask_pii(f"It is {placeholder} here.") == f"It is {placeholder} here."


def test_nothing_is_missed_and_nothing_invented_on_written_examples() -> None:
    if not _EXAMPLES.exists():
        pytest.skip("the examples of personal data are not beside this checkout")
    kinds = {
        "EMAIL_ADDRESS": "email",
        "PHONE_NUMBER": "telephone",
        "CREDIT_CARD": "card",
        "IBAN_CODE": "iban",
    }
    due = hit = invented = 0
    for line in _EXAMPLES.read_text().splitlines():
        row = json.loads(line)
        found = find_pii(row["text"])
        for start, end, named in row["spans"]:
            if named in kinds:
                due += 1
                hit += any(f.kind == kinds[named] and f.start <= start and f.end >= end for f in found)
        places = [(start, end) for start, end, _ in row["spans"]]
        invented += sum(not any(f.start < end and f.end > start for start, end in places) for f in found)
    assert hit / due >= 0.98
    assert invented == 0
