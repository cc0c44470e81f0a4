"""A team's program with LlamaIndex: prints what its retriever and its query engine give."""

import asyncio
import json
import sys

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode

from causeway_client import AsyncCausewayClient, CausewayClient, InvalidRequest, SearchFilter
from causeway_client.llamaindex import CausewayRetriever

target, token = sys.argv[1:]


async def main() -> None:
    """Runs it."""
    with CausewayClient(target, token) as client:
        async with AsyncCausewayClient(target, token) as async_client:
            retriever = CausewayRetriever(client, async_client, k=3)
            narrowed = CausewayRetriever(client, filter=SearchFilter(tags_any=("radio",)))
            nodes = retriever.retrieve("radio battery")
            engine = RetrieverQueryEngine.from_args(retriever, llm=MockLLM())
            try:
                CausewayRetriever(client, k=99).retrieve("radio")
                refused = ""
            except InvalidRequest as error:
                refused = str(error.field)
            answer = {
                "found": [
                    {"id": each.node_id, "text": each.text, "metadata": each.metadata, "score": each.score}
                    for each in nodes
                ],
                "prompt": nodes[0].node.get_content(MetadataMode.LLM),
                "source": nodes[0].node.ref_doc_id,
                "async": [each.node_id for each in await retriever.aretrieve("radio battery")],
                "engine": [each.node_id for each in engine.query("radio battery").source_nodes],
                "narrowed": [each.node_id for each in await narrowed.aretrieve("radio")],
                "refused": refused,
            }
    print(json.dumps(answer))


asyncio.run(main())
