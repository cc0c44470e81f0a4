"""Takes the markup off a stretch of Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

# Every repetition is bounded or cannot be given back: a passage is anybody's text, and a pattern that tries
# all ways of failing on it holds up every answer of the process.
_IMAGE = re.compile(r"!\[[^\]]{0,1000}+\]\([^)]{0,2100}+\)")
_LINK = re.compile(r"\[([^\]]{0,1000}+)\]\(\s*+<?([^)\s>]{0,2048}+)>?[^)]{0,1000}+\)")
_REFERENCE = re.compile(r"\[([^\]]{1,1000}+)\]\[[^\]]{0,1000}+\]")
# A template tag with one quoted argument usually prints it: {% channel "help" %}.
_TEMPLATE = re.compile(
    r"\{%\s*+\w++\s++\"([^\"]{0,500}+)\"\s*+%\}|\{%.{0,500}?%\}|\{\{.{0,500}?\}\}|\{\*.{0,500}?\*\}|"
    r"\{[:#][^}]{0,500}+\}",
    re.DOTALL,
)
_ELEMENTS = (
    "a|abbr|article|aside|b|blockquote|br|button|center|cite|code|dd|del|details|div|dl|dt|em|figcaption|figure|font|"
    "footer|h[1-6]|header|hr|i|iframe|img|input|ins|kbd|label|li|main|mark|nav|ol|p|picture|pre|s|script|section|"
    "small|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|th|thead|tr|tt|u|ul|video"
)
"""What stands in angle brackets and is none of these is a placeholder or a type, and belongs to the text."""
_TAG = re.compile(
    rf"</?(?:{_ELEMENTS})(?:\s[^<>]*+)?/?>|<!--(?:(?!<!--|-->).)*+-->", re.DOTALL | re.IGNORECASE
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]++)>")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_CELLS = re.compile(r"(?<!\s)\s++\|\s+")
_QUOTE_MARK = re.compile(r"^[^\S\n]*+>\s?", re.MULTILINE)
# Only marks in pairs are emphasis: `*args`, `2 * 3` and `['*']` are words, and so is `__init__`.
_OPENS = r"(?<![^\W_])(?<![\\{0}])"
_EMPHASIS = (
    re.compile(_OPENS.format("*") + r"\*\*(?=[\w`\[(“_])([^*\n]{1,500}?)(?<=\S)\*\*(?![^\W_]|\*)"),
    re.compile(_OPENS.format("_") + r"__(?=[^\W_]|[`\[(“*])(?!\w+__)([^\n]{1,500}?)(?<=[^\s_])__(?!\w)"),
    re.compile(_OPENS.format("*") + r"\*(?=[\w`\[(“])([^*\n]{1,500}?)(?<=[^\s*])\*(?![^\W_]|\*)"),
    re.compile(_OPENS.format("_") + r"_(?=[^\W_]|[`\[(“*])([^_\n]{1,500}?)(?<=[^\s_])_(?!\w)"),
)
# A sentence cut out of an emphasised stretch has a mark too many, at its beginning or at its end.
_CUT = re.compile(r"^(?:\*\*?|__?)(?=[A-Z])|(?<=[.!?:])(?:\*\*?|__?)$")
_DUNDER = re.compile(r"(?<![\w`])__[a-z]\w*?__(?![\w`])")
_CODE = re.compile(r"(`[^`]*`)")
_ESCAPE = re.compile(r"(`[^`]*`)|\\([\\`*_{}\[\]()#+\-.!<>|])")  # code keeps its backslashes
_SPACE = re.compile(r"\s+")
_ANY = re.compile(r"[\[<{*_`\\|>]|^\s*(?:[-+•]|\d)")
"""What only markup has; a text without any of it is plain already."""
_PUBLIC = ("https://", "http://", "mailto:")


def readable(markdown: str) -> str:
    """One line of Markdown for a reader: emphasis, code and public links stay, the rest goes.

    Links that lead nowhere outside their own site become their words, images and template tags vanish.
    """
    text = _cleaned(markdown, keep_links=True)
    bare = _outside_code(text, _bare)
    if _CUT.search(bare):
        text = _CUT.sub("", bare)
    # As it stands, a reader's Markdown would take it for strong emphasis.
    return _outside_code(text, lambda part: _DUNDER.sub(r"`\g<0>`", part))


def plain(markdown: str) -> str:
    """The bare words, for measuring rather than for showing."""
    if not _ANY.search(markdown):
        return " ".join(markdown.split())
    bare = _outside_code(_cleaned(markdown, keep_links=False), _bare)
    return _SPACE.sub(" ", _CUT.sub("", bare).replace("`", "")).strip()


def _bare(text: str) -> str:
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\1", text)
    return text


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    if "`" not in text:
        return change(text)
    return "".join(
        part if part.startswith("`") and part.endswith("`") and len(part) > 1 else change(part)
        for part in _CODE.split(text)
    )


def _cleaned(markdown: str, keep_links: bool) -> str:
    text = _AUTOLINK.sub(r"\1", _IMAGE.sub("", _QUOTE_MARK.sub("", markdown)))
    text = _LINK.sub(lambda found: _link(found, keep_links), text)
    text = _TEMPLATE.sub(lambda found: found[1] or "", text)
    text = _TAG.sub("", _REFERENCE.sub(r"\1", text))
    text = _ESCAPE.sub(lambda found: found[1] or found[2], text)
    text = _CELLS.sub(" – ", text.strip().strip("|"))
    return _SPACE.sub(" ", _BULLET.sub("", text)).strip()


def _link(found: re.Match[str], keep: bool) -> str:
    words, target = found[1].strip(), found[2]
    if not keep or not target.startswith(_PUBLIC):
        return words
    return words if words == target else f"[{words or target}]({target})"
