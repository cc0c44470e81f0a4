"""A team's program with Haystack: prints what its pipeline gives, also after a way through YAML."""

import asyncio
import json
import os
import sys

from haystack import Pipeline
from haystack.utils import Secret

from causeway_client import InvalidRequest, SearchFilter
from causeway_client.haystack import CausewayRetriever

target, token = sys.argv[1:]
os.environ["CAUSEWAY_TOKEN"] = token


def pipeline() -> Pipeline:
    """A pipeline of one component."""
    made = Pipeline()
    made.add_component("search", CausewayRetriever(target, Secret.from_env_var("CAUSEWAY_TOKEN"), top_k=3))
    return made


def found(answer: dict) -> list[dict]:
    """The documents of an answer."""
    return [each.to_dict(flatten=False) for each in answer["search"]["documents"]]


async def main(loops: list[int]) -> None:
    """Runs it."""
    written = pipeline().dumps()
    narrowed = {"query": "radio", "narrowed": SearchFilter(tags_any=("radio",))}
    try:
        CausewayRetriever(target, Secret.from_env_var("CAUSEWAY_TOKEN")).run("radio", top_k=99)
        refused = ""
    except InvalidRequest as error:
        refused = str(error.field)
    answer = {
        "found": found(pipeline().run({"search": {"query": "radio battery"}})),
        "read_again": found(
            Pipeline.loads(written, allowed_modules=["causeway_client.haystack"]).run(
                {"search": {"query": "radio battery", "top_k": 1}}
            )
        ),
        "async": found(await pipeline().run_async({"search": {"query": "radio battery"}})),
        "narrowed": found(pipeline().run({"search": narrowed})),
        "written": token in written,
        "refused": refused,
        "loops": loops,
    }
    print(json.dumps(answer))


def loops() -> list[int]:
    """How many documents one component finds in each of two event loops, one after the other."""
    search = CausewayRetriever(target, Secret.from_env_var("CAUSEWAY_TOKEN"), top_k=1)
    return [len(asyncio.run(search.run_async("radio"))["documents"]) for _ in range(2)]


asyncio.run(main(loops()))
