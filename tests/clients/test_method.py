"""Every method that the client calls is one of the contract, with its messages."""

from __future__ import annotations

import pytest

from causeway_client.method import GET_INDEX, GET_PASSAGES, SEARCH, SERVICE
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb

CONTRACT = pb.DESCRIPTOR.services_by_name["Retrieval"]


@pytest.mark.parametrize("method", [SEARCH, GET_PASSAGES, GET_INDEX], ids=lambda method: method.name)
def test_its_path_and_messages_are_those_of_the_contract(method: object) -> None:
    contract = CONTRACT.methods_by_name[method.name]  # type: ignore[attr-defined]
    response = method.parse(b"")  # type: ignore[attr-defined]

    assert CONTRACT.full_name == SERVICE
    assert method.path == f"/{CONTRACT.full_name}/{contract.name}"  # type: ignore[attr-defined]
    assert type(response).__name__ == contract.output_type.name
    assert not contract.client_streaming
    assert not contract.server_streaming
