"""Causeway as a retriever of LlamaIndex; needs the extra `llamaindex`."""

from __future__ import annotations

import asyncio
from typing import Any, Unpack

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from causeway_client.aio import AsyncCausewayClient
from causeway_client.client import CausewayClient
from causeway_client.document import metadata_of
from causeway_client.passage import Passage
from causeway_client.search import SearchOptions, SearchResult

SHOWN_TO_MODELS = frozenset({"title", "url"})
"""Of the facts about a passage, those that LlamaIndex puts before its text in a prompt."""


class CausewayRetriever(BaseRetriever):
    """Finds passages as LlamaIndex nodes.

    Args:
        client: What searches.
        async_client: What searches for `aretrieve`; without it that runs the other one in a thread.
        options: See `SearchOptions`.
    """

    def __init__(
        self,
        client: CausewayClient,
        async_client: AsyncCausewayClient | None = None,
        **options: Unpack[SearchOptions],
    ) -> None:
        super().__init__()
        self._client = client
        self._async_client = async_client
        self._options = options

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return _nodes(self._client.search(query_bundle.query_str, **self._options))

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if self._async_client is None:
            options: dict[str, Any] = {**self._options}
            found = await asyncio.to_thread(self._client.search, query_bundle.query_str, **options)
        else:
            found = await self._async_client.search(query_bundle.query_str, **self._options)
        return _nodes(found)


def _nodes(found: SearchResult) -> list[NodeWithScore]:
    return [NodeWithScore(node=_node(passage), score=passage.score) for passage in found.passages]


def _node(passage: Passage) -> TextNode:
    facts = metadata_of(passage)
    hidden = sorted(set(facts) - SHOWN_TO_MODELS)
    return TextNode(
        id_=passage.passage_id,
        text=passage.text,
        metadata=facts,
        excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.document_id)},
    )
