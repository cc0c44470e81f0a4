"""`causeway manifest`: checks manifest folders, and shows what is being served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
from rich.markup import escape

from cli.config_client import served_bundle
from cli.output import CommandFailed, console, print_json
from cli.settings import Settings


def validate(folder: Path, environment: str, *, as_json: bool) -> None:
    """Checks a folder with the config service's own reader, in a process of its own.

    Raises:
        CommandFailed: The folder does not validate; every problem is named.
    """
    command = [sys.executable, "-m", "services.config.validate", str(folder), environment]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if result.returncode not in {0, 1}:
        raise CommandFailed(result.stderr.strip() or "The check itself failed.")
    report = orjson.loads(result.stdout)
    if as_json:
        print_json(report)
    if report["problems"]:
        raise CommandFailed("\n  ".join(["The manifests do not validate:", *report["problems"]]))
    if as_json:
        return
    for tenant, manifest_id in report["manifests"].items():
        console.print(f"[green]✓[/] {escape(tenant)}  {manifest_id}")


async def show(settings: Settings, tenant: str, *, as_json: bool) -> None:
    """Prints the manifest that config serves to a tenant."""
    bundle = await served_bundle(settings, tenant)
    document = {
        "manifest_id": bundle.manifest_id,
        "environment": bundle.environment,
        "environment_revision": bundle.environment_revision,
        "manifest": orjson.loads(bundle.manifest_json),
    }
    if as_json:
        print_json(document)
        return
    manifest = document["manifest"]
    console.print(
        f"[bold]{bundle.manifest_id}[/]  [dim]{bundle.environment}@{bundle.environment_revision[:12]}[/]"
    )
    for name in ("model_version", "prompt_version", "policy_version", "retrieval_profile", "index_version"):
        console.print(f"  {name:<18} {escape(str(manifest[name]))}")
    console.print(f"  {'flags':<18} {escape(str(manifest['flags']))}")
