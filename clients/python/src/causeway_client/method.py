"""The methods of Retrieval that a search team calls, as gRPC needs to know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from google.protobuf.message import Message

from causeway_client.pb.retrieval.v1 import retrieval_pb2 as pb

Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)

SERVICE = "causeway.retrieval.v1.Retrieval"


@dataclass(frozen=True, slots=True)
class Method(Generic[Request, Response]):
    """A method with one request and one response.

    Attributes:
        name: Its short name.
        write: Writes a request.
        parse: Reads a response.
    """

    name: str
    write: Callable[[Request], bytes]
    parse: Callable[[bytes], Response]

    @property
    def path(self) -> str:
        """Its name on the wire."""
        return f"/{SERVICE}/{self.name}"


SEARCH = Method("Search", pb.SearchRequest.SerializeToString, pb.SearchResponse.FromString)
GET_PASSAGES = Method(
    "GetPassages", pb.GetPassagesRequest.SerializeToString, pb.GetPassagesResponse.FromString
)
GET_INDEX = Method("GetIndex", pb.GetIndexRequest.SerializeToString, pb.GetIndexResponse.FromString)
