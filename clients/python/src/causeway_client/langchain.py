"""Causeway as a retriever of LangChain; needs the extra `langchain`."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from causeway_client.aio import AsyncCausewayClient
from causeway_client.client import CausewayClient
from causeway_client.document import metadata_of
from causeway_client.passage import Passage


class CausewayRetriever(BaseRetriever):
    """Finds passages as LangChain documents.

    Attributes:
        client: What searches.
        async_client: What searches for `ainvoke`; without it that runs the other one in a thread.
        k: Passages to return.
        options: Whatever else `SearchOptions` takes, for instance a filter.
    """

    client: CausewayClient
    async_client: AsyncCausewayClient | None = None
    k: int = 5
    options: dict[str, Any] = Field(default_factory=dict)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = self.client.search(query, k=self.k, **self.options)
        return [_document(passage) for passage in found.passages]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        if self.async_client is None:
            found = await asyncio.to_thread(self.client.search, query, k=self.k, **self.options)
        else:
            found = await self.async_client.search(query, k=self.k, **self.options)
        return [_document(passage) for passage in found.passages]


def _document(passage: Passage) -> Document:
    return Document(id=passage.passage_id, page_content=passage.text, metadata=metadata_of(passage))
