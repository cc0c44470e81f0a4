"""The commands below `causeway snapshot`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json, TenantName, tenant_of
from cli.output import CommandFailed, ends_cleanly
from cli.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="Snapshots of the index, the same for every engine.")

Existing = Annotated[Path, typer.Argument(help="The snapshot's file.", exists=True, dir_okay=False)]


@app.command("create", epilog="Example: causeway snapshot create handbook.snapshot")
@ends_cleanly
def snapshot_create(
    path: Annotated[Path, typer.Argument(help="File to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Write what is being served, passages with vectors, to a file."""
    from cli import snapshots

    if path.exists() and not force:
        raise CommandFailed(f"{path} is there already. Choose another name, or give --force.")
    settings = read_settings()
    asyncio.run(snapshots.create(settings, tenant_of(settings, tenant), path, as_json=as_json))


@app.command("verify", epilog="Example: causeway snapshot verify handbook.snapshot --tenant demo")
@ends_cleanly
def snapshot_verify(path: Existing, tenant: TenantName = "", as_json: Json = False) -> None:
    """Check a file to its last byte, and compare it with what is being served."""
    from cli import snapshots

    settings = read_settings()
    if not asyncio.run(snapshots.verify(settings, tenant_of(settings, tenant), path, as_json=as_json)):
        raise typer.Exit(1)


@app.command("restore", epilog="Example: causeway snapshot restore handbook.snapshot --yes")
@ends_cleanly
def snapshot_restore(
    path: Existing,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Put a file in the place of what is indexed, and wait until it is served."""
    from cli import snapshots

    settings = read_settings()
    name = tenant_of(settings, tenant)
    if not yes and not typer.confirm(f"Replace everything that {name} has indexed?", err=True):
        raise CommandFailed("Nothing was changed.")
    asyncio.run(snapshots.restore(settings, name, path, as_json=as_json))
