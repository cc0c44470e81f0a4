"""Causeway as a retriever of Haystack; needs the extra `haystack`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.utils import Secret

from causeway_client.aio import AsyncCausewayClient
from causeway_client.client import CausewayClient
from causeway_client.document import metadata_of
from causeway_client.search import SearchFilter, SearchOptions, SearchResult
from causeway_client.transport import Options, Tls, is_local


@component
class CausewayRetriever:
    """Finds passages as Haystack documents; pipelines with it can be written to YAML.

    Args:
        target: `host:port` of retrieval. Another machine is asked over TLS.
        token: A service token with the role `search`; read again for every call.
        top_k: Passages to return.
        profile: Id of a retrieval profile; empty for the default one.
        timeout: Seconds that a search may take.
        ca_file: Certificates to trust, where they are not public ones.
        plaintext: The network itself encrypts, as a service mesh does; no TLS.
    """

    def __init__(
        self,
        target: str,
        token: Secret,
        top_k: int = 10,
        profile: str = "",
        timeout: float = 2.0,
        ca_file: str | None = None,
        *,
        plaintext: bool = False,
    ) -> None:
        self.target = target
        self.token = token
        self.top_k = top_k
        self.profile = profile
        self.timeout = timeout
        self.ca_file = ca_file
        self.plaintext = plaintext
        self._client: CausewayClient | None = None
        self._async_clients: dict[asyncio.AbstractEventLoop, AsyncCausewayClient] = {}

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, top_k: int | None = None, narrowed: SearchFilter | None = None
    ) -> dict[str, list[Document]]:
        """Searches.

        Args:
            query: What is looked for.
            top_k: Passages to return, in place of the component's own number.
            narrowed: Narrows the search.
        """
        if self._client is None:
            self._client = CausewayClient(self.target, self._read_token, self._connection())
        return _documents(self._client.search(query, **self._options(top_k, narrowed)))

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, top_k: int | None = None, narrowed: SearchFilter | None = None
    ) -> dict[str, list[Document]]:
        """Searches within an event loop; see `run`."""
        client = self._client_of(asyncio.get_running_loop())
        return _documents(await client.search(query, **self._options(top_k, narrowed)))

    def to_dict(self) -> dict[str, Any]:
        """What a pipeline writes; a token that stands in the program is refused by Haystack."""
        written: dict[str, Any] = default_to_dict(
            self,
            target=self.target,
            token=self.token.to_dict(),
            top_k=self.top_k,
            profile=self.profile,
            timeout=self.timeout,
            ca_file=self.ca_file,
            plaintext=self.plaintext,
        )
        return written

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> CausewayRetriever:
        """Reads what `to_dict` wrote."""
        parameters = {**data["init_parameters"]}
        parameters["token"] = Secret.from_dict(parameters["token"])
        made: CausewayRetriever = default_from_dict(cls, {**data, "init_parameters": parameters})
        return made

    def _client_of(self, loop: asyncio.AbstractEventLoop) -> AsyncCausewayClient:
        """The client of a loop: connections belong to one, and each `asyncio.run` brings another."""
        self._async_clients = {
            each: kept for each, kept in self._async_clients.items() if not each.is_closed()
        }
        if loop not in self._async_clients:
            self._async_clients[loop] = AsyncCausewayClient(self.target, self._read_token, self._connection())
        return self._async_clients[loop]

    def _read_token(self) -> str:
        return str(self.token.resolve_value())

    def _connection(self) -> Options:
        if self.plaintext:
            return Options(timeout=self.timeout, tls="off")
        if self.ca_file is None and is_local(self.target):
            return Options(timeout=self.timeout)
        return Options(timeout=self.timeout, tls=Tls(ca=Path(self.ca_file) if self.ca_file else None))

    def _options(self, top_k: int | None, narrowed: SearchFilter | None) -> SearchOptions:
        options = SearchOptions(k=self.top_k if top_k is None else top_k, profile=self.profile)
        if narrowed is not None:
            options["filter"] = narrowed
        return options


def _documents(found: SearchResult) -> dict[str, list[Document]]:
    return {
        "documents": [
            Document(id=each.passage_id, content=each.text, meta=metadata_of(each), score=each.score)
            for each in found.passages
        ]
    }
