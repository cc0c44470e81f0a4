"""Reads the rows of text on the pages of a PDF, the only file that imports PDFium."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Literal

import pypdfium2
import pypdfium2.raw as pdfium

from services.retrieval.parsed_document import Unreadable
from services.retrieval.pdf_rows import CELL_GAP, Page, Row, Word

MAX_PAGES = 5000
MAX_CHARACTERS = 20_000_000
FEW_CHARACTERS = 20
"""A page that holds fewer, on average, is a picture with a stamp on it."""

_HYPHEN = "\ufffe"
"""PDFium's mark for a hyphen at the end of a line; the line break after it is left out."""
_WORD = re.compile(r"[^\s\x00-\x1f\ufffe]+")
_BOLD = re.compile(r"bold|black|heavy|semibd|demi|CMBX|Medi\b", re.I)
_BOLD_WEIGHT = 600
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_PRESENTATION_FORM = re.compile("[\ufb00-\ufdff\ufe70-\ufefc]")
"""Arabic letters in their shapes, and ligatures, which nobody types in a question."""
_OTHER_SIZE = 1.3
_NAME_BYTES = 128
_SAMPLE_WORDS = 50


@dataclass(frozen=True, slots=True)
class Pdf:
    """What is read of a PDF.

    Attributes:
        pages: Its pages.
        info: Its document information: Title, Keywords, ModDate and others, as they stand there.
        pictures: Whether something is drawn on the pages; asked only where there is hardly any text.
    """

    pages: list[Page]
    info: dict[str, str] = field(default_factory=dict)
    pictures: bool = False


def read_pdf(content: bytes) -> Pdf:
    """Returns the pages of a PDF.

    Raises:
        Unreadable: It needs a password, is damaged or too large.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise Unreadable("password", "The PDF opens with a password only; send it without one.") from None
        raise Unreadable("corrupt", "The PDF is damaged or cut short; save and send it anew.") from None
    try:
        return _read(document)
    except pypdfium2.PdfiumError:
        raise Unreadable("corrupt", "A page of the PDF is damaged; save and send it anew.") from None
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument) -> Pdf:
    if len(document) > MAX_PAGES:
        raise Unreadable("too_large", f"The PDF has more than {MAX_PAGES} pages; split it.")
    pages: list[Page] = []
    characters = 0
    for index in range(len(document)):
        page = document[index]
        reader = _Rows(page, index + 1)
        rows = list(reader)
        pages.append(Page(index + 1, reader.height, rows))
        characters += sum(len(word.text) for row in rows for word in row.words)
        if characters > MAX_CHARACTERS:
            raise Unreadable("too_large", f"The PDF holds more than {MAX_CHARACTERS} characters; split it.")
        page.close()
    few = characters < FEW_CHARACTERS * len(document)
    pictures = few and any(_shows_something(document[index]) for index in range(len(document)))
    return Pdf(pages, document.get_metadata_dict(), pictures)


def _shows_something(page: pypdfium2.PdfPage) -> bool:
    return bool(pdfium.FPDFPage_CountObjects(page) > 0)


class _Rows:
    """The rows of one page."""

    def __init__(self, page: pypdfium2.PdfPage, number: int) -> None:
        self._number = number
        self._turn = 0
        left, bottom, right, top = page.get_mediabox()
        self._width, self._height = float(right - left), float(top - bottom)
        self._page = page.get_textpage()
        self._box = [ctypes.c_double() for _ in range(4)]
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(_NAME_BYTES)

    @property
    def height(self) -> float:
        """The height of the page as its text stands."""
        return float(self._height if self._turn in (0, 180) else self._width)

    def __iter__(self) -> Iterator[Row]:
        text = self._text()
        self._turn = self._usual_turn(text)
        row = Row([], self._number)
        end = last = 0
        for match in _WORD.finditer(text):
            between = text[end : match.start()]
            word = self._word(text, match.start(), match.end())
            ended = "\n" in between or _HYPHEN in between
            if not row.words or ended or _begins_row(row.words[-1], word):
                if row.words:
                    yield self._finished(row, last, hyphen=_HYPHEN in between)
                row = Row([], self._number)
                word = replace(word, bold=self._is_bold(match.start()))
            row.words.append(word)
            last, end = match.start(), match.end()
        if row.words:
            yield self._finished(row, last, hyphen=_HYPHEN in text[end:])
        self._page.close()

    def _finished(self, row: Row, last: int, *, hyphen: bool) -> Row:
        """Returns a row with the weight of its last word, in reading order."""
        row.hyphen = hyphen
        if len(row.words) > 1:
            row.words[-1] = replace(row.words[-1], bold=self._is_bold(last))
        return _in_reading_order(row)

    def _text(self) -> str:
        count = self._page.count_chars()
        text: str = self._page.get_text_range() if count else ""
        if len(text) == count:
            return text
        # Some characters are two of the text, or none of it: then each is asked for by its number.
        return "".join(self._character(index) for index in range(count))

    def _usual_turn(self, text: str) -> int:
        """Returns by how many degrees most of the text is turned, to the left: 0, 90, 180 or 270."""
        starts = [match.start() for match in islice(_WORD.finditer(text), _SAMPLE_WORDS)]
        angles = (pdfium.FPDFText_GetCharAngle(self._page, start) for start in starts)
        turns = Counter(-round(math.degrees(angle) / 90) % 4 * 90 for angle in angles if angle >= 0)
        return max(turns, key=lambda turn: turns[turn], default=0)

    def _character(self, index: int) -> str:
        code = pdfium.FPDFText_GetUnicode(self._page, index)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "

    def _word(self, text: str, start: int, end: int) -> Word:
        """Returns a word but for its weight, which counts at the ends of rows only."""
        left, right = self._sides(start)
        more_left, more_right = self._sides(end - 1) if end - start > 1 else (left, right)
        word = self._turned(text, start, end) if _RIGHT_TO_LEFT.search(text, start, end) else text[start:end]
        form: Literal["NFKC", "NFC"] = "NFKC" if _PRESENTATION_FORM.search(word) else "NFC"
        word = word if word.isascii() else unicodedata.normalize(form, word)
        x0, x1 = min(left, more_left), max(right, more_right)
        return Word(word, x0, x1, self._baseline(start), self._size(start))

    def _turned(self, text: str, start: int, end: int) -> str:
        """Returns a word with its letters in reading order.

        Those that are read from the right but stand from left to right come backwards. So do those that all
        stand at one place: they are one sign that stands for them all, and PDFium turns these, too.
        """
        turned = [index for index in range(start, end) if _RIGHT_TO_LEFT.match(text[index])]
        lefts = [self._sides(index)[0] for index in turned]
        if len(turned) < 2 or any(a > b for a, b in pairwise(lefts)):
            return text[start:end]
        first, past = turned[0], turned[-1] + 1
        return text[start:first] + text[first:past][::-1] + text[past:end]

    def _sides(self, index: int) -> tuple[float, float]:
        """Returns left and right of a character, as the text stands."""
        left, right, bottom, top = self._box
        pdfium.FPDFText_GetCharBox(self._page, index, left, right, bottom, top)
        if self._turn == 90:
            return bottom.value, top.value
        if self._turn == 180:
            return self._width - right.value, self._width - left.value
        if self._turn == 270:
            return self._height - top.value, self._height - bottom.value
        return left.value, right.value

    def _baseline(self, index: int) -> float:
        x, y = self._box[:2]
        pdfium.FPDFText_GetCharOrigin(self._page, index, x, y)
        if self._turn in (0, 180):
            return y.value if self._turn == 0 else self._height - y.value
        return x.value if self._turn == 270 else self._width - x.value

    def _size(self, index: int) -> float:
        size = float(pdfium.FPDFText_GetFontSize(self._page, index))
        if pdfium.FPDFText_GetMatrix(self._page, index, self._matrix):
            size *= (self._matrix.c**2 + self._matrix.d**2) ** 0.5
        return max(round(size, 1), 1.0)

    def _is_bold(self, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self._page, index) >= _BOLD_WEIGHT:
            return True
        flags = ctypes.c_int()
        length = pdfium.FPDFText_GetFontInfo(self._page, index, self._name, _NAME_BYTES, flags)
        name = self._name.raw[: max(0, min(length, _NAME_BYTES) - 1)].decode("utf-8", "replace")
        return _BOLD.search(name) is not None


def _begins_row(before: Word, word: Word) -> bool:
    """Whether a word stands on another baseline, or away from a text of quite another size.

    Raised and lowered words stand on the baseline of their row.
    """
    larger, smaller = max(before.size, word.size), min(before.size, word.size)
    away = max(word.x0 - before.x1, before.x0 - word.x1) > CELL_GAP * larger
    return abs(before.y - word.y) > 0.7 * larger or (away and larger > _OTHER_SIZE * smaller)


def _in_reading_order(row: Row) -> Row:
    """Turns a row that is read from the right, but whose words come from the left."""
    turned = [word for word in row.words if _RIGHT_TO_LEFT.search(word.text)]
    lefts = [word.x0 for word in row.words]
    if 2 * len(turned) > len(row.words) > 1 and lefts == sorted(lefts) and lefts[0] < lefts[-1]:
        row.words.reverse()
    return row
