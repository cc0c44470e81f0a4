"""The process: it starts with its core, streams, and stops without losing an answer."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization

from libs.common.clock import SystemClock
from libs.common.keys import create_signing_key
from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.edge_gateway.__main__ import settle_when_ready
from tests.edge_gateway.harness import bundle
from tests.fakes.edge_core import FakeCore
from tests.servers.redis_server import RedisServer

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
DEMO = bundle(
    "demo",
    tenant={
        "identity": {
            "issuer": "causeway-demo-host",
            "keys": [{"kid": "demo-host-1", "algorithm": "EdDSA", "key": {"file": "demo-host.pub.pem"}}],
        }
    },
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def write_keys(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    create_signing_key(folder / "edge-session.key.pem")
    (folder / "edge-query.secret").write_text(secrets.token_hex(32))
    host = create_signing_key(folder / "demo-host.key.pem")
    (folder / "demo-host.pub.pem").write_bytes(
        host.public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def variables(data: Path, port: int, addresses: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CAUSEWAY_")}
    places = {f"CAUSEWAY_{name.upper()}_ADDRESS": address for name, address in addresses.items()}
    return {
        **inherited,
        **places,
        "CAUSEWAY_DATA": str(data),
        "CAUSEWAY_EDGE_PORT": str(port),
        "CAUSEWAY_ENVIRONMENT": "dev",
        "CAUSEWAY_WIDGET": str(data / "dist"),
    }


async def start(environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.edge_gateway"),
        cwd=ROOT,
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


@asynccontextmanager
async def running(
    data: Path, addresses: Mapping[str, str], **more: str
) -> AsyncIterator[tuple[Any, httpx2.AsyncClient]]:
    """A started edge that is ready, and a client of it."""
    port = free_port()
    process = await start(variables(data, port, addresses) | more)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            async with asyncio.timeout(20):
                while not await is_up(client):
                    assert process.returncode is None, (await process.communicate())[0].decode()
                    await asyncio.sleep(0.05)
            yield process, client
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def is_up(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


async def sign_in(client: httpx2.AsyncClient) -> dict[str, str]:
    token = (await client.post("/demo/token")).json()["token"]
    opened = await client.post("/v1/sessions", json={}, headers={"Authorization": f"Bearer {token}"})
    assert opened.status_code == 201, opened.text
    return {"Authorization": f"Bearer {opened.json()['session_token']}"}


def event(seq: int, **kind: Any) -> list[pb.AnswerEvent]:
    return [pb.AnswerEvent(seq=seq, **kind)]


async def test_what_lives_when_the_process_is_ready_is_not_looked_through_again() -> None:
    ready, before, thresholds = asyncio.Event(), gc.get_freeze_count(), gc.get_threshold()
    settling = asyncio.create_task(settle_when_ready(ready.wait))
    await asyncio.sleep(0)
    assert gc.get_freeze_count() == before
    ready.set()
    await settling
    try:
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


async def test_an_answer_that_streams_at_the_order_to_stop_is_streamed_to_its_end(tmp_path: Path) -> None:
    write_keys(tmp_path / "keys")
    more = asyncio.Event()
    async with FakeCore(tmp_path / "keys", SystemClock(), DEMO) as core:
        core.generation.script = [
            event(1, meta=pb.AnswerMeta(query_id="q", conversation_id="c")),
            more,
            event(2, delta=pb.AnswerDelta(text="Four knots.")),
            event(3, done=pb.AnswerDone(finish="stop")),
        ]
        async with running(tmp_path, core.addresses) as (process, client):
            headers = await sign_in(client)
            body = {"question": "How fast?"}
            async with client.stream("POST", "/v1/chat", json=body, headers=headers) as response:
                lines = response.aiter_lines()
                assert response.status_code == 200
                while (await anext(lines)) != "event: meta":
                    pass
                process.send_signal(signal.SIGTERM)
                more.set()
                rest = [line async for line in lines]
            code = await asyncio.wait_for(process.wait(), 15)

    assert "event: delta" in rest
    assert "event: done" in rest
    assert code == 0
    assert core.generation.callers[0].tenant == "demo"


async def test_with_config_gone_a_restarted_edge_still_answers(tmp_path: Path) -> None:
    write_keys(tmp_path / "keys")
    async with FakeCore(tmp_path / "keys", SystemClock(), DEMO) as core:
        core.generation.script = [event(1, done=pb.AnswerDone(finish="stop"))]
        async with running(tmp_path, core.addresses):
            pass
        await core.servers["config"].stop(0)
        async with running(tmp_path, core.addresses) as (_, client):
            headers = await sign_in(client)
            answer = await client.post("/v1/chat", json={"question": "a"}, headers=headers)

    assert answer.status_code == 200
    assert "event: done" in answer.text


async def test_two_edges_limit_a_visitor_together_and_go_on_when_redis_hangs(
    tmp_path: Path, mortal_redis: RedisServer
) -> None:
    write_keys(tmp_path / "keys")
    (tmp_path / "redis-url").write_text(mortal_redis.url)
    more = {
        "CAUSEWAY_REDIS_URL_FILE": str(tmp_path / "redis-url"),
        "CAUSEWAY_CHAT_PER_MINUTE": "1",
        "CAUSEWAY_CHAT_BURST": "3",
    }
    async with FakeCore(tmp_path / "keys", SystemClock(), DEMO) as core:
        core.generation.script = [event(1, done=pb.AnswerDone(finish="stop"))]
        async with (
            running(tmp_path, core.addresses, **more) as (_, here),
            running(tmp_path, core.addresses, **more) as (process, there),
        ):
            one, other = await sign_in(here), await sign_in(there)
            told = [await ask(client, one) for client in (here, there) * 3]
            assert 429 in told  # neither has seen more than the three that it would admit by itself

            mortal_redis.process.freeze()
            begun = asyncio.get_running_loop().time()
            assert [await ask(there, other) for _ in range(5)] == [200, 200, 200, 429, 429]
            assert (await sign_in(there)).keys() == {"Authorization"}
            assert asyncio.get_running_loop().time() - begun < 5.0
            metrics = (await there.get("/metrics")).text
            mortal_redis.process.thaw()
            assert passed_over(metrics, "rate_limiter") >= 5
            assert passed_over(metrics, "exchange_counter") >= 1
            process.send_signal(signal.SIGTERM)
            output, _ = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 0
    assert output.decode().count('"event":"redis_away"') == 1
    assert mortal_redis.password not in output.decode()


def passed_over(metrics: str, part: str) -> float:
    """How often a part failed and was passed over."""
    return float(metrics.partition(f'causeway_fail_open_total{{part="{part}"}} ')[2].split()[0])


async def ask(client: httpx2.AsyncClient, headers: Mapping[str, str]) -> int:
    """Asks a question; the status of the answer."""
    return (await client.post("/v1/chat", json={"question": "a"}, headers=headers)).status_code


async def test_a_redis_that_is_away_at_the_start_keeps_nobody_waiting(tmp_path: Path) -> None:
    write_keys(tmp_path / "keys")
    url = f"redis://127.0.0.1:{free_port()}/0"
    async with FakeCore(tmp_path / "keys", SystemClock(), DEMO) as core:
        core.generation.script = [event(1, done=pb.AnswerDone(finish="stop"))]
        async with running(tmp_path, core.addresses, CAUSEWAY_REDIS_URL=url) as (_, client):
            assert await ask(client, await sign_in(client)) == 200


async def test_a_taken_port_is_named_and_ends_the_process(tmp_path: Path) -> None:
    write_keys(tmp_path / "keys")
    create_signing_key(tmp_path / "keys" / "edge_gateway.key.pem")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await start(variables(tmp_path, port, {}))
        output, _ = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 1
    assert f"Port {port} is taken" in output.decode()
    assert "CAUSEWAY_EDGE_PORT" in output.decode()
    assert "Traceback" not in output.decode()


async def test_missing_keys_are_named_and_end_the_process(tmp_path: Path) -> None:
    process = await start(variables(tmp_path, free_port(), {}))
    output, _ = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 2
    assert "edge_gateway.key.pem" in output.decode()
    assert "Traceback" not in output.decode()
