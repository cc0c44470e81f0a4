"""Parses Markdown: CommonMark with tables, in the dialects of common site generators."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from services.retrieval.document_metadata import Metadata
from services.retrieval.front_matter import split_front_matter
from services.retrieval.links import kept, markdown_anchors, markdown_links
from services.retrieval.markdown_source import plain_markdown
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument, collapsed, single_line
from services.retrieval.parser_html import write_fragment
from services.retrieval.parser_text import parse_text

MAX_CHARACTERS = 2 * 1024 * 1024
"""Longer sources are read as plain text: a hostile one takes 25 µs a character."""

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_LISTS = ("bullet_list", "ordered_list")
_TAGS = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_ATTRIBUTES = re.compile(r"(?<!\s)\s*\{:?\s*(?:[#.][A-Za-z_][^{}\n]*|[a-z-]+=[^{}\n]*)\}")
_ANCHOR = re.compile(r"\{:?[^{}]*?#([A-Za-z0-9_][^\s{}]*)[^{}]*\}")
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_SESSIONS = ("console", "termy")
_COLOURS = re.compile(r"</?(?:font|span|b|u|i|style)(?:\s[^<>\n]{0,200})?>")
_LONGEST_ANCHOR = 200
_SPACED_TAG = re.compile(r"</?(?:td|th|li|p|div|tr|dd|dt)\b", re.I)


def parse_markdown(source: str) -> ParsedDocument:
    """Returns the blocks of a Markdown source; its title is the front matter's, else its first heading."""
    if len(source) > MAX_CHARACTERS:
        return _long(source)
    metadata, body = split_front_matter(source.replace("\r\n", "\n").replace("\r", "\n"))
    writer = _MarkdownWriter()
    tokens = _MARKDOWN.parse(plain_markdown(body))
    for node in SyntaxTreeNode(tokens).children:
        writer.write(node)
    parsed = writer.document.finish(single_line(unescape(_TAGS.sub("", metadata.title))))
    links, anchors = kept(markdown_links(tokens)), kept(markdown_anchors(tokens))
    return _with(metadata, replace(parsed, links=links, anchors=anchors))


def _long(source: str) -> ParsedDocument:
    metadata, body = split_front_matter(source)
    return _with(metadata, parse_text(body))


def _with(metadata: Metadata, parsed: ParsedDocument) -> ParsedDocument:
    return replace(parsed, title=parsed.title or metadata.title, metadata=replace(metadata, title=""))


class _MarkdownWriter:
    """Writes one document's nodes; nesting is bounded by the parser (20 levels)."""

    def __init__(self) -> None:
        self.document = DocumentWriter()
        self._slugs: Counter[str] = Counter()

    def write(self, node: SyntaxTreeNode) -> None:
        kind = node.type
        if kind == "heading":
            self._heading(node)
        elif kind in _LISTS:
            self.document.block("list", "\n".join(_list_lines(node)))
        elif kind == "table":
            self.document.block("table", "\n".join(_table_lines(node)))
        elif kind in ("fence", "code_block"):
            self.document.block("code", _code(node))
        elif kind == "html_block":
            write_fragment(node.content, self.document)
        elif kind == "blockquote":
            self._quote(node)
        elif kind == "paragraph":
            self.document.block("paragraph", _inline(node))

    def _quote(self, node: SyntaxTreeNode) -> None:
        for child in node.children:
            if child.type == "paragraph":
                self.document.block("quote", _inline(child))
            else:
                self.write(child)

    def _heading(self, node: SyntaxTreeNode) -> None:
        text = _inline(node)
        named = _ANCHOR.search(node.children[0].content[-_LONGEST_ANCHOR:]) if node.children else None
        self.document.heading(text, int(node.tag[1]), named[1] if named else self._slug(text))

    def _slug(self, text: str) -> str:
        """Returns the anchor that GitHub and most site generators give a heading."""
        slug = _NOT_IN_SLUG.sub("", single_line(text).lower()).replace(" ", "-")
        seen = self._slugs[slug]
        self._slugs[slug] += 1
        return f"{slug}-{seen}" if seen and slug else slug


def _list_lines(node: SyntaxTreeNode, depth: int = 0) -> list[str]:
    """Returns a list as lines, nested ones indented by two spaces a level."""
    lines: list[str] = []
    start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    for position, item in enumerate(node.children):
        mark = f"{start + position}. " if node.type == "ordered_list" else "- "
        for child in item.children:
            if child.type in _LISTS:
                lines.extend(_list_lines(child, depth + 1))
                continue
            for text in _lines_in_item(child):
                lines.append("  " * depth + mark + text)
                mark = "  "
    return lines


def _lines_in_item(node: SyntaxTreeNode) -> list[str]:
    if node.type in ("paragraph", "heading"):
        text = _inline(node)
    elif node.type in ("fence", "code_block"):
        text = _code(node)
    elif node.type == "table":
        text = "\n".join(_table_lines(node))
    else:
        inner = _MarkdownWriter()
        for child in [node] if node.type == "html_block" else node.children:
            inner.write(child)
        text = inner.document.finish().text
    return [line for line in text.split("\n") if line.strip()]


def _code(node: SyntaxTreeNode) -> str:
    """Returns code as it is; terminal sessions without the colours that MkDocs sites put in as HTML."""
    if node.type == "fence" and node.info.strip().startswith(_SESSIONS):
        return _COLOURS.sub("", node.content)
    return node.content


def _table_lines(node: SyntaxTreeNode) -> list[str]:
    rows = (row for part in node.children for row in part.children)
    lines = (" | ".join(_inline(cell).replace("\n", " ").strip() for cell in row.children) for row in rows)
    return [line for line in lines if line.strip(" |")]


def _inline(node: SyntaxTreeNode) -> str:
    """Returns the words of a node that holds inline content."""
    inline = node.children[0] if node.children else None
    token = inline.token if inline is not None else None
    return _words(token.children or []) if token is not None else ""


def _words(tokens: Sequence[Token]) -> str:
    return collapsed("".join(_word(token) for token in tokens)).strip()


def _word(token: Token) -> str:
    if token.type == "text":
        return _ATTRIBUTES.sub("", token.content)
    if token.type == "softbreak":
        return " "
    if token.type == "hardbreak":
        return "\n"
    if token.type == "image":
        return _words(token.children or [])
    if token.type == "html_inline":
        if token.content.lower().startswith("<br"):
            return "\n"
        return " " if _SPACED_TAG.match(token.content) else ""
    return token.content
