"""The caller of an RPC."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import get_args

import pytest

from libs.common.caller import ROLES, Caller, Role, current_caller, set_current_caller
from libs.common.errors import InternalError


def test_the_roles_are_those_of_the_type() -> None:
    assert set(get_args(Role)) == ROLES


def test_ownership_is_tenant_and_subject() -> None:
    assert Caller("edge", "demo", "ana").owner == ("demo", "ana")


def test_memory_is_off_until_a_visitor_allows_it() -> None:
    assert not Caller("edge").privacy.memory


def test_without_a_caller_there_is_an_error_and_no_default() -> None:
    with pytest.raises(InternalError):
        copy_context().run(current_caller)


async def test_each_task_has_its_own_caller() -> None:
    async def serve(name: str, others: asyncio.Barrier) -> str:
        set_current_caller(Caller(name))
        async with others:
            return current_caller().service

    barrier = asyncio.Barrier(3)
    assert await asyncio.gather(*(serve(n, barrier) for n in "abc")) == ["a", "b", "c"]


def test_visitors_are_told_apart_without_being_named() -> None:
    ana = Caller("edge_gateway", "acme", "ana")
    hashes = {caller.subject_hash for caller in (ana, Caller("x", "acme", "bob"), Caller("x", "demo", "ana"))}
    assert len(hashes) == 3
    assert ana.subject_hash == Caller("generation", "acme", "ana", session="s").subject_hash
    assert len(ana.subject_hash) == 16
