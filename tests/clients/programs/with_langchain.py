"""A team's program with LangChain: prints what its chain and its retriever give."""

import asyncio
import json
import sys

from langchain_core.runnables import RunnableLambda
from langchain_core.vectorstores import VectorStoreRetriever  # noqa: F401 - the real library is there

from causeway_client import AsyncCausewayClient, CausewayClient, InvalidRequest, SearchFilter
from causeway_client.langchain import CausewayRetriever

target, token = sys.argv[1:]


async def main() -> None:
    """Runs it."""
    with CausewayClient(target, token) as client:
        async with AsyncCausewayClient(target, token) as async_client:
            retriever = CausewayRetriever(client=client, async_client=async_client, k=3)
            chain = retriever | RunnableLambda(lambda documents: [each.page_content for each in documents])
            narrowed = CausewayRetriever(
                client=client, k=3, options={"filter": SearchFilter(tags_any=("radio",))}
            )
            wrong = CausewayRetriever(client=client, k=99)
            try:
                wrong.invoke("radio")
                refused = ""
            except InvalidRequest as error:
                refused = str(error.field)
            answer = {
                "found": [each.model_dump() for each in retriever.invoke("radio battery")],
                "async": [each.id for each in await retriever.ainvoke("radio battery")],
                "chain": await chain.ainvoke("radio battery"),
                "batch": [len(each) for each in retriever.batch(["radio", "jackets"])],
                "narrowed": [each.id for each in await narrowed.ainvoke("radio")],
                "refused": refused,
            }
    print(json.dumps(answer))


asyncio.run(main())
