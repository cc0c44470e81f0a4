"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import CommandMisused
from cli.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
TenantName = Annotated[str, typer.Option("--tenant", help="Tenant; by default CAUSEWAY_TENANT, else demo.")]
Tags = Annotated[list[str], typer.Option("--access", help="Access tag; may be given again.")]


def tenant_of(settings: Settings, given: str) -> str:
    """The tenant that a command works for."""
    return given or settings.tenant


def worded(text: str, what: str) -> str:
    """Returns a text that says something.

    Raises:
        CommandMisused: It is empty.
    """
    if not text.strip():
        raise CommandMisused(f"The {what} is empty. Write it in quotes.")
    return text
