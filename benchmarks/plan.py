"""What the load generator is told to do, and what it reports; both cross a process boundary as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import orjson


@dataclass(frozen=True, slots=True)
class StreamTarget:
    """An HTTP route that streams answers.

    Attributes:
        port: Where it listens, on loopback.
        path: The route.
        headers: Headers of each visitor; requests take them in turn.
        bodies: JSON bodies; requests take them in turn.
        first: What the bytes of the first token hold, and nothing before it.
        last: What a complete answer holds.
        timings: Names of numbers that the answer's last event carries, in milliseconds.
        whole: What a complete answer holds unless it went without a step; empty where that is not looked at.
        patience: Seconds that a reader waits for the first token before leaving.
    """

    port: int
    path: str
    headers: tuple[Mapping[str, str], ...]
    bodies: tuple[str, ...]
    first: str
    last: str
    timings: tuple[str, ...] = ()
    whole: str = ""
    patience: float = 3600.0
    kind: Literal["stream"] = "stream"


@dataclass(frozen=True, slots=True)
class SearchTarget:
    """The `Search` call of a retrieval service.

    Attributes:
        address: host:port.
        token: Service token that may search.
        queries: Requests take them in turn.
        patience: Seconds that a call may take.
        unique: Each query is made one of its kind, so that no cache knows it.
        reduced: An answer that went without a step is an answer all the same.
        connections: Requests take them in turn.
        clients: Instances of the published client that send them, each with its throttle; 0 for bare gRPC.
    """

    address: str
    token: str
    queries: tuple[str, ...]
    patience: float = 5.0
    unique: bool = False
    reduced: bool = False
    connections: int = 1
    clients: int = 0
    kind: Literal["search"] = "search"


@dataclass(frozen=True, slots=True)
class Rate:
    """An open loop: requests leave when they are due, whatever became of the others.

    Attributes:
        per_second: Requests that are due in a second, evenly spaced.
        seconds: How long.
        most_open: A request that is due while so many are open is dropped, and reported.
    """

    per_second: float
    seconds: float
    most_open: int = 500

    @property
    def requests(self) -> int:
        """Requests in all."""
        return round(self.per_second * self.seconds)


@dataclass(frozen=True, slots=True)
class Spike:
    """An open loop whose rate rises for a while.

    Attributes:
        calm: Requests a second before and after.
        spike: Requests a second in between.
        before: Seconds of calm before it.
        during: Seconds that it lasts.
        after: Seconds of calm after it.
        most_open: A request that is due while so many are open is dropped, and reported.
    """

    calm: float
    spike: float
    before: float
    during: float
    after: float
    most_open: int = 20_000


@dataclass(frozen=True, slots=True)
class Concurrency:
    """A closed loop, for what an answer costs rather than how long it takes.

    Attributes:
        open: Requests that are open at any moment.
        count: Requests in all.
    """

    open: int
    count: int

    @property
    def requests(self) -> int:
        """Requests in all."""
        return self.count


Target = StreamTarget | SearchTarget
Load = Rate | Spike | Concurrency


@dataclass(frozen=True, slots=True)
class Plan:
    """One run of the generator.

    Attributes:
        target: Whom to ask.
        load: How often.
        first_request: Number of the first request, so that runs need not begin with the same question.
    """

    target: Target
    load: Load
    first_request: int = 0

    def to_json(self) -> bytes:
        """The plan as JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, raw: bytes) -> Plan:
        """Reads a plan that `to_json` wrote."""
        document = orjson.loads(raw)
        target, load = document["target"], document["load"]
        return cls(
            target=StreamTarget(**target) if target["kind"] == "stream" else SearchTarget(**target),
            load=_load(load),
            first_request=document["first_request"],
        )


def _load(document: dict[str, Any]) -> Load:
    if "per_second" in document:
        return Rate(**document)
    return Spike(**document) if "spike" in document else Concurrency(**document)


@dataclass(frozen=True, slots=True)
class Sample:
    """One request.

    Attributes:
        late_ms: From when it was due to when it left.
        first_ms: From when it was due to its first token (a search: to its answer); NaN without one.
        total_ms: From when it was due to its end.
        pieces: Times at which bytes of the answer came.
        error: What went wrong; empty when nothing did.
        timings: What the answer says of itself, in milliseconds.
        due_s: When it was due, in seconds after the first one.
        reduced: The answer went without a step.
        level: The level of pressure under which it was made.
    """

    late_ms: float
    first_ms: float
    total_ms: float
    pieces: int = 0
    error: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    due_s: float = 0.0
    reduced: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to.

    Attributes:
        samples: The requests that left.
        dropped: Requests that did not leave, because too many were open.
        seconds: From the first request to the end of the last.
        generator_cpu_ms: CPU that the generator itself took.
    """

    samples: tuple[Sample, ...]
    dropped: int
    seconds: float
    generator_cpu_ms: float

    @property
    def good(self) -> tuple[Sample, ...]:
        """The requests that were answered."""
        return tuple(sample for sample in self.samples if not sample.error)

    @property
    def errors(self) -> tuple[str, ...]:
        """What went wrong, each kind once."""
        return tuple(dict.fromkeys(sample.error for sample in self.samples if sample.error))

    def to_json(self) -> bytes:
        """The outcome as JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, raw: bytes) -> Outcome:
        """Reads an outcome that `to_json` wrote."""
        document: dict[str, Any] = orjson.loads(raw)
        samples = tuple(Sample(**_numbers(sample)) for sample in document.pop("samples"))
        return cls(samples=samples, **document)


def _numbers(sample: dict[str, Any]) -> dict[str, Any]:
    # JSON has no NaN: it arrives as null.
    return {**sample, "first_ms": float("nan") if sample["first_ms"] is None else sample["first_ms"]}
