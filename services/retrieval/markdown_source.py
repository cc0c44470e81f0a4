"""Reduces the dialects of site generators (Jekyll, Hugo, MkDocs, Docusaurus) to CommonMark with tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+|>\s*)*(`{3,}|~{3,})(.*)$")
_INDENTED_CONTAINER = re.compile(r'^\s*(!!!|\?\?\?\+?|===)[ \t]([^"]*)(?:"([^"]*)"[ \t]*)?$')
_SLASH_CONTAINER = re.compile(r"^\s*/{3,}\s*([\w-]*)\s*(?:\|\s*(.*))?$")
_COLON_CONTAINER = re.compile(r"^\s*:{3,}\s*(\S*)\s*(.*)$")
_TEMPLATE = re.compile(
    r"(?P<code>``[^\n]{0,500}?``|`[^`\n]{1,500}`)"
    r"|(?P<lead>\(?)\{%-?(?P<tag>[^%{}]{0,1000})%\}"
    r"|\{\{[^{}]{0,500}\}\}"
    r"|\{\*[^{}]{0,500}\}"
)
_RAW_TAG = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_HIDDEN = re.compile(r"\{%-?\s*comment\s*-?%\}.{0,2000}?\{%-?\s*endcomment\s*-?%\}", re.S)
_QUOTED = re.compile(r""""([^"]*)"|'([^']*)'""")
_PATH = re.compile(r"^\S*[/#]\S*$|^\S+\.\w{1,5}$|^https?:")
_LOGIC = frozenset(
    {"include", "include_relative", "include_cached", "render", "import", "extends", "block", "assign"}
    | {"capture", "set", "macro", "call", "if", "elsif", "elif", "else", "unless", "case", "when", "for"}
    | {"highlight", "link", "page", "post_url", "url", "asset", "static", "load", "filter"}
)
_LONGEST_MARK = 500
"""Characters of the longest line that may open a container."""


def plain_markdown(source: str) -> str:
    """Returns the source without template tags, container marks and includes; code stays as it is.

    Handled: Liquid and Jinja tags (`{% %}`, `{{ }}`; what a custom tag shows, its last quoted words,
    stays), `{* include *}`, admonitions and tabs (`/// tip | Title`, `!!! note "Title"`, `=== "Tab"`,
    `:::tip Title`), mkdocstrings directives (`::: module.Class`).
    """
    out: list[str] = []
    prose: list[str] = []
    for line, is_code in _without_containers(source.split("\n")):
        if is_code:
            out.extend(_without_templates(prose))
            prose = []
            out.append(_RAW_TAG.sub("", line))
        else:
            prose.append(line)
    out.extend(_without_templates(prose))
    return "\n".join(out)


def _without_templates(lines: list[str]) -> list[str]:
    return [_TEMPLATE.sub(_shown, _HIDDEN.sub("", "\n".join(lines)))] if lines else []


def _shown(match: re.Match[str]) -> str:
    if match["code"]:
        return match["code"]
    tag = (match["tag"] or "").strip(" \t\n-")
    lead = match["lead"] or ""
    if lead or tag.split(" ", 1)[0] in _LOGIC:
        return lead
    quoted = [double or single for double, single in _QUOTED.findall(tag)]
    words = [words for words in quoted if words and not _PATH.match(words)]
    return words[-1] if words else ""


def _without_containers(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Yields each line, dedented out of its containers, and whether it is part of a code fence."""
    fence = ""
    containers = _Containers()
    for raw in lines:
        if fence:
            line = containers.dedented(raw)
            mark = _FENCE.match(line)
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
            yield line, True
            continue
        if containers.hides(raw):
            continue
        line = containers.dedented(raw)
        mark = _FENCE.match(line)
        if mark and not ("`" in mark[2] and mark[1][0] == "`"):
            fence = mark[1]
            yield line, True
        else:
            yield from ((text, False) for text in containers.opened_by(line, raw))


class _Containers:
    """The containers around a line: those that indent what they hold, and directives."""

    def __init__(self) -> None:
        self._depths: list[int] = []
        self._directive: int | None = None

    def hides(self, raw: str) -> bool:
        """Leaves the containers that a line no longer belongs to; tells whether a directive hides it."""
        if not raw.strip():
            return False
        depth = _indent(raw)
        while self._depths and depth < self._depths[-1]:
            self._depths.pop()
        if self._directive is not None and depth > self._directive:
            return True
        self._directive = None
        return False

    def dedented(self, raw: str) -> str:
        return raw[min(_indent(raw), self._depths[-1]) :] if self._depths else raw

    def opened_by(self, line: str, raw: str) -> tuple[str, ...]:
        """Returns what stands in place of a line: its title if it opens a container, else itself."""
        if len(line) > _LONGEST_MARK:
            return (line,)
        if (match := _INDENTED_CONTAINER.match(line)) and (match[1] != "===" or match[3] is not None):
            self._depths.append(_indent(raw) + 4)
            return ("", match[3] or "", "")
        if match := _SLASH_CONTAINER.match(line):
            return ("", "" if match[1] == "tab" else match[2] or "", "")
        if match := _COLON_CONTAINER.match(line):
            if "." in match[1]:
                self._directive = _indent(raw)
                return ("",)
            return ("", match[2].strip("[]"), "")
        return (line,)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
