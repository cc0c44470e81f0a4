"""Turns the bytes of a text document into characters."""

from __future__ import annotations

import codecs

from services.retrieval.parsed_document import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_CHARSETS = frozenset({"undefined", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})
"""Codecs that are no charsets of documents; some take quadratic time."""
_AS_THE_WEB_DOES = {"iso8859-1": "cp1252", "ascii": "cp1252", "utf-16": "utf-8", "utf-32": "utf-8"}
"""The WHATWG encoding standard reads these labels so."""
_SAMPLE = 64 * 1024
_SHORTEST = 8
_MOST_WIDE, _FEW_WIDE = 0.4, 0.05
"""Shares of zeros in every second byte that make UTF-16."""
_MOST_WIDE_LETTERS = 0.9
_NEVER_WESTERN = frozenset(range(0x81, 0xA0)) - {0x85, *range(0x91, 0x98)}
"""Bytes that Windows-1252 hardly uses: between its quotes and dashes."""
_FEW_ODD = 0.2
_MOST_CONTROLS = 0.05
"""Share of control characters above which bytes are no text."""
_OTHER_CONTROLS = bytes(sorted(frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")))


def decode_text(content: bytes, declared: str = "") -> str:
    """Returns the characters: by byte order mark, as declared, as UTF-8, as Japanese, else as Windows-1252.

    Args:
        content: The bytes.
        declared: Charset that the source names; may be empty, unknown or wrong.

    Raises:
        Unreadable: It is not text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if wide := _wide_encoding(content[:_SAMPLE]):
        return content.decode(wide, "replace")
    if _is_binary(content[:_SAMPLE]):
        raise Unreadable("binary", "This is binary data, not text; convert it to text, Markdown or HTML.")
    for encoding in (declared, "utf-8"):
        decoded = _decoded(content, encoding)
        if decoded is not None:
            return decoded
    return _japanese(content) or content.decode("cp1252", "replace")


def _wide_encoding(sample: bytes) -> str:
    """Returns the kind of UTF-16 of a text without a mark, mostly of Latin letters; "" for other bytes."""
    evens, odds = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half > _SHORTEST and odds > _MOST_WIDE * half and evens < _FEW_WIDE * half:
        return "utf-16-le"
    if half > _SHORTEST and evens > _MOST_WIDE * half and odds < _FEW_WIDE * half:
        return "utf-16-be"
    return ""


def _japanese(content: bytes) -> str:
    """Returns a text of one of the Japanese encodings, if all that is not ASCII in it is Japanese."""
    sample = content[:_SAMPLE]
    odd = sum(byte in _NEVER_WESTERN for byte in sample)
    western = odd <= _FEW_ODD * sum(byte > 127 for byte in sample)
    for encoding in ("cp932", "euc_jp"):
        decoded = _decoded(content, encoding)
        if decoded is not None and _is_japanese(decoded[:_SAMPLE], kana=western):
            return decoded
    return ""


def _is_japanese(text: str, *, kana: bool) -> bool:
    """Whether text is Japanese.

    Args:
        text: The text.
        kana: It must hold some, since its bytes could be those of a western text.
    """
    others = [character for character in text if not character.isascii()]
    wide = sum("\u3000" <= c <= "\u9fff" or "\uff01" <= c <= "\uff5e" for c in others)
    has_kana = any("\u3040" <= c <= "\u30ff" for c in others)
    return wide > _MOST_WIDE_LETTERS * len(others) and (has_kana or not kana)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        name = codecs.lookup(encoding).name if encoding else "undefined"
        return None if name in _NO_CHARSETS else content.decode(_AS_THE_WEB_DOES.get(name, name))
    except (LookupError, ValueError):
        return None


def _is_binary(sample: bytes) -> bool:
    if not sample:
        return False
    if b"\0" in sample:
        return True
    controls = len(sample) - len(sample.translate(None, _OTHER_CONTROLS))
    return controls > _MOST_CONTROLS * len(sample)
