"""Reads a tree of HTML elements into blocks of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from services.retrieval.parsed_document import DocumentWriter

_HEADINGS: Mapping[str, int] = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    {"address", "article", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "header", "hr", "legend", "li", "main", "p", "section"}
    | {"summary", "tbody", "thead", "tfoot", "tr"}
)
_LISTS = frozenset({"ul", "ol", "dl", "menu"})
_SKIPPED = frozenset(
    {"aside", "button", "canvas", "datalist", "dialog", "iframe", "input", "nav", "noscript", "object"}
    | {"script", "select", "style", "svg", "template", "textarea", "title"}
)
_SKIPPED_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "dialog"})
_PERMALINK = re.compile(r"\b(headerlink|header-anchor|anchor|anchorjs-link|heading-link|hash-link)\b")
_INVISIBLE_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SPACES = re.compile(r" {2,}")
_AROUND_BREAK = re.compile(r" *\n *")


@dataclass
class _List:
    ordered: bool
    items: int = 0
    fresh: bool = False


@dataclass
class _Table:
    rows: list[list[str]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Adds text to the current cell."""
        if not self.rows:
            self.rows.append([""])
        row = self.rows[-1]
        if not row:
            row.append("")
        row[-1] = f"{row[-1]} {text}".strip()

    def lines(self) -> list[str]:
        return [" | ".join(row) for row in self.rows if any(row)]


class HtmlReader:
    """Walks a tree once, without recursion, and writes what a visitor would read.

    Args:
        writer: Receives the blocks.
        furniture: Whether headers and footers are the page's own, and left out.
    """

    def __init__(self, writer: DocumentWriter, *, furniture: bool = False) -> None:
        self._writer = writer
        self._furniture = furniture
        self._inline: list[str] = []
        self._lists: list[_List] = []
        self._lines: list[str] = []
        self._table: _Table | None = None
        self._table_node = 0
        self._quotes = 0
        self._pre = 0
        self._anchor = ""
        self._enter: Mapping[str, Callable[[LexborNode], None]] = {
            "br": lambda node: self._inline.append("\n"),
            "img": self._enter_image,
            "pre": self._enter_pre,
            "blockquote": self._enter_quote,
            "table": self._enter_table,
            "tr": self._enter_row,
            "td": self._enter_cell,
            "th": self._enter_cell,
            "li": self._enter_item,
            "dt": self._enter_item,
        }
        self._leave: Mapping[str, Callable[[LexborNode], None]] = {
            "pre": self._leave_pre,
            "blockquote": self._leave_quote,
            "table": self._leave_table,
            "td": lambda node: self._flush(),
            "th": lambda node: self._flush(),
        }

    def read(self, root: LexborNode) -> None:
        """Writes everything below a node."""
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                self._leave_element(node)
            elif node.is_text_node:
                self._add_text(node.text_content or "")
            elif node.is_element_node and not self._skips(node):
                self._enter_element(node)
                stack.append((node, True))
                below = list(node.iter(include_text=True))
                stack.extend((child, False) for child in reversed(below))
        self._flush()
        self._end_list()

    def _skips(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag in _SKIPPED or (tag in ("header", "footer") and self._is_furniture(node)):
            return True
        attributes = node.attributes
        if not attributes:
            return False
        style = attributes.get("style") or ""
        return (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or (attributes.get("role") or "") in _SKIPPED_ROLES
            or _INVISIBLE_STYLE.search(style) is not None
            or (tag == "a" and _PERMALINK.search(attributes.get("class") or "") is not None)
        )

    def _is_furniture(self, node: LexborNode) -> bool:
        """An article's own header holds its heading; one with lists holds menus."""
        return self._furniture or node.tag == "footer" or node.css_first("ul, ol") is not None

    def _enter_element(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BLOCKS or tag in _HEADINGS or tag in _LISTS:
            self._flush()
        if tag in ("section", "article", "div") and node.id:
            self._anchor = node.id
        if tag in _LISTS and self._table is None:
            self._lists.append(_List(ordered=tag == "ol"))
        if tag in self._enter:
            self._enter[tag](node)

    def _leave_element(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _HEADINGS:
            self._leave_heading(node, _HEADINGS[tag])
        elif tag in self._leave:
            self._leave[tag](node)
        elif tag in _LISTS:
            self._flush()
            if self._lists and self._table is None:
                self._lists.pop()
                if not self._lists:
                    self._end_list()
        elif tag in _BLOCKS:
            self._flush()

    def _add_text(self, text: str) -> None:
        self._inline.append(text if self._pre else _SPACE.sub(" ", text))

    def _enter_image(self, node: LexborNode) -> None:
        alternative = (node.attributes.get("alt") or "").strip()
        if alternative:
            self._inline.append(f" {alternative} ")

    def _enter_pre(self, _: LexborNode) -> None:
        self._flush()
        self._pre += 1

    def _leave_pre(self, _: LexborNode) -> None:
        self._pre -= 1
        if self._pre == 0 and self._table is None and not self._lists:
            self._writer.block("code", "".join(self._inline))
            self._inline.clear()
            self._anchor = ""
        else:
            self._flush()

    def _enter_quote(self, _: LexborNode) -> None:
        self._flush()
        self._quotes += 1

    def _leave_quote(self, _: LexborNode) -> None:
        self._flush()
        self._quotes -= 1

    def _leave_heading(self, node: LexborNode, level: int) -> None:
        if self._table is not None or self._lists:
            self._flush()
            return
        text = "".join(self._inline).strip().rstrip("¶").rstrip()
        self._inline.clear()
        self._writer.heading(text, level, node.id or _anchor_below(node) or self._anchor)
        self._anchor = ""

    def _enter_table(self, node: LexborNode) -> None:
        self._flush()
        if self._table is None and not _is_layout(node):
            self._table = _Table()
            self._table_node = node.mem_id

    def _leave_table(self, node: LexborNode) -> None:
        self._flush()
        if self._table is None or node.mem_id != self._table_node:
            return
        lines = self._table.lines()
        self._table = None
        if self._lists:
            self._lines.extend("  " * len(self._lists) + line for line in lines)
        else:
            self._writer.block("table", "\n".join(lines))
            self._anchor = ""

    def _enter_row(self, _: LexborNode) -> None:
        if self._table is not None:
            self._table.rows.append([])

    def _enter_cell(self, _: LexborNode) -> None:
        self._flush()
        if self._table is not None:
            if not self._table.rows:
                self._table.rows.append([])
            self._table.rows[-1].append("")

    def _enter_item(self, _: LexborNode) -> None:
        if self._lists:
            self._lists[-1].items += 1
            self._lists[-1].fresh = True

    def _flush(self) -> None:
        """Ends the run of inline text and puts it where it belongs."""
        if not self._inline:
            return
        joined = "".join(self._inline)
        self._inline.clear()
        text = joined.strip("\n") if self._pre else _AROUND_BREAK.sub("\n", _SPACES.sub(" ", joined)).strip()
        if not text.strip():
            return
        if self._table is not None:
            self._table.add(" ".join(text.split()))
        elif self._lists:
            self._add_list_lines(text)
        else:
            self._writer.block("quote" if self._quotes else "paragraph", text)
            self._anchor = ""

    def _add_list_lines(self, text: str) -> None:
        innermost = self._lists[-1]
        depth = "  " * (len(self._lists) - 1)
        for line in text.split("\n"):
            mark = "  "
            if innermost.fresh:
                mark = f"{innermost.items}. " if innermost.ordered else "- "
                innermost.fresh = False
            self._lines.append(depth + mark + line)

    def _end_list(self) -> None:
        if self._lines:
            self._writer.block("list", "\n".join(self._lines))
            self._anchor = ""
        self._lines = []
        self._lists = []


def _is_layout(table: LexborNode) -> bool:
    """Tells whether a table only arranges a page: it holds other tables or headings."""
    return any(found.mem_id != table.mem_id for found in table.css("table, h1, h2, h3, h4"))


def _anchor_below(node: LexborNode) -> str:
    named = node.css_first("[id], a[name]")
    if named is None:
        return ""
    return named.id or named.attributes.get("name") or ""
