"""Command lines whose work is recorded instead of done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.__main__ import app


@dataclass
class Work:
    """Takes the place of what a command does.

    Attributes:
        result: What it returns, or raises.
        calls: How it was called: the arguments after the settings, and the named ones.
    """

    result: Any = None
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    async def __call__(self, settings: object, *given: Any, **named: Any) -> Any:
        self.calls.append((given, named))
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


@dataclass
class Commands:
    """Runs command lines.

    Attributes:
        runner: Runs them.
        patch: Puts the work's places back in the end.
    """

    runner: CliRunner
    patch: pytest.MonkeyPatch

    def record(self, place: str, result: Any = None) -> Work:
        """Records the calls of a function, named by its module."""
        work = Work(result)
        self.patch.setattr(place, work)
        return work

    def run(self, line: str | list[str], code: int = 0, given: str = "") -> Result:
        """Runs a command line; it must end with a code."""
        words = line.split() if isinstance(line, str) else line
        result = self.runner.invoke(app, words, input=given)
        assert result.exit_code == code, result.output
        return result
