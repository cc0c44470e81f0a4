"""Carries a parsed document, or why there is none, from the parser's process to the worker's."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from typing import Any, get_args

import orjson

from services.retrieval.document_metadata import Metadata
from services.retrieval.links import kept
from services.retrieval.parsed_document import Block, Kind, ParsedDocument, Unreadable
from services.retrieval.reasons import REASONS

_KINDS = frozenset(get_args(Kind))
_LISTS = ("access", "tags")


class ReplyRefused(Exception):
    """A reply is not what a parser answers; its process is not to be trusted any further."""


def dump_parsed(parsed: ParsedDocument) -> bytes:
    """Returns a parsed document as bytes."""
    blocks = [(b.kind, b.start, b.end, b.level, b.anchor, b.page, b.turns) for b in parsed.blocks]
    return orjson.dumps(
        {
            "title": parsed.title,
            "text": parsed.text,
            "blocks": blocks,
            "metadata": asdict(parsed.metadata),
            "titled": parsed.titled,
            "links": parsed.links,
            "anchors": parsed.anchors,
        }
    )


def dump_refusal(refusal: Unreadable) -> bytes:
    """Returns a refusal as bytes."""
    return orjson.dumps({"code": refusal.code, "reason": str(refusal)})


def load_reply(reply: bytes) -> ParsedDocument:
    """Returns the parsed document of a reply. Nothing is believed that a broken process might have sent.

    Raises:
        Unreadable: The reply is a refusal.
        ReplyRefused: It is neither a document nor a refusal.
    """
    try:
        said = orjson.loads(reply)
        if "code" in said:
            if said["code"] not in REASONS:
                raise ReplyRefused("an unknown reason")
            raise Unreadable(said["code"], str(said["reason"]))
        return _parsed(said)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReplyRefused(str(error)) from error


def _parsed(said: dict[str, Any]) -> ParsedDocument:
    text = str(said["text"])
    blocks = tuple(_block(*fields) for fields in said["blocks"])
    for block in blocks:
        if block.kind not in _KINDS or not 0 <= block.start < block.end <= len(text):
            raise ReplyRefused("a block that is none")
    if any(first.end > second.start for first, second in pairwise(blocks)):
        raise ReplyRefused("blocks that overlap")
    metadata = dict(said["metadata"])
    metadata |= {name: tuple(map(str, metadata[name])) for name in _LISTS}
    return ParsedDocument(
        title=str(said["title"]),
        text=text,
        blocks=blocks,
        metadata=Metadata(**metadata),
        titled=bool(said["titled"]),
        links=kept(map(str, said["links"])),
        anchors=kept(map(str, said["anchors"])),
    )


def _block(
    kind: Kind, start: int, end: int, level: int, anchor: str, page: int, turns: list[list[int]]
) -> Block:
    turned = tuple((int(offset), int(number)) for offset, number in turns)
    return Block(kind, int(start), int(end), int(level), str(anchor), int(page), turned)
