"""From bytes to characters."""

from __future__ import annotations

import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.parsed_document import Unreadable
from services.retrieval.text_encoding import decode_text

TEXT = "Bienen – süßer Honig"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
        TEXT.encode("cp1252"),
    ],
)
def test_the_common_encodings_are_told_from_the_bytes(content: bytes) -> None:
    assert decode_text(content) == TEXT


def test_a_declared_charset_is_followed() -> None:
    assert decode_text("蜂蜜".encode("shift_jis"), "shift_jis") == "蜂蜜"
    assert decode_text(b"\x93quoted\x94", "iso-8859-1") == "“quoted”"


@pytest.mark.parametrize("declared", ["nonsense", "rot13", "hex", "punycode", "utf-7", "a\0b", "utf-16"])
def test_a_charset_that_is_wrong_or_none_is_passed_over(declared: str) -> None:
    assert decode_text("süß.".encode(), declared) == "süß."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"text with a \0 in it", "binary data"),
        (bytes(range(1, 32)) * 10, "binary data"),
    ],
)
def test_what_is_no_text_is_refused_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode_text(content)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_without_its_mark(encoding: str) -> None:
    assert decode_text("Bees make honey — süß.".encode(encoding)) == "Bees make honey — süß."


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_japanese_is_told_from_western_text(encoding: str) -> None:
    text = "名前,年齢\r\nたろう,30\r\n"
    assert decode_text(text.encode(encoding)) == text


def test_japanese_without_kana_is_told_too() -> None:
    text = "名前,年齢,住所\n佐藤太郎,30,東京\n"
    assert decode_text(text.encode("cp932")) == text


def test_western_text_is_not_taken_for_japanese() -> None:
    text = "Größe; Müller, «naïve» café – façade, señor, Ærø. £5 ± 2°"
    assert decode_text(text.encode("cp1252")) == text


def test_a_few_odd_control_characters_are_no_reason() -> None:
    assert decode_text(b"page one\x0c" * 10 + b"\x07") == "page one\x0c" * 10 + "\x07"


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_are_decoded_or_refused(content: bytes, declared: str) -> None:
    with suppress(Unreadable):
        assert isinstance(decode_text(content, declared), str)
