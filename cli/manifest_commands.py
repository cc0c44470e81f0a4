"""The commands below `causeway manifest`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json, TenantName, tenant_of
from cli.output import ends_cleanly
from cli.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="The manifests that shape answers.")


@app.command("validate", epilog="Example: causeway manifest validate manifests --environment dev")
@ends_cleanly
def manifest_validate(
    folder: Annotated[Path, typer.Argument(help="The manifest folder.")] = Path("manifests"),
    environment: Annotated[str, typer.Option(help="Environment to resolve.")] = "dev",
    as_json: Json = False,
) -> None:
    """Check a manifest folder and name every problem."""
    from cli import manifests

    manifests.validate(folder, environment, as_json=as_json)


@app.command("show", epilog="Example: causeway manifest show --tenant demo")
@ends_cleanly
def manifest_show(tenant: TenantName = "", as_json: Json = False) -> None:
    """Show the manifest that is being served to a tenant."""
    from cli import manifests

    settings = read_settings()
    asyncio.run(manifests.show(settings, tenant_of(settings, tenant), as_json=as_json))
