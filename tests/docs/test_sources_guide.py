"""The guide to sources declares what the schema accepts, and describes all of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import yaml

from cli.source_state import Outcome
from libs.common.manifest import Tenant
from libs.common.source import FolderSource, GitSource, PathRule, SitemapSource, WebsiteSource

GUIDE = (Path(__file__).resolve().parents[2] / "docs/guides/sources.md").read_text(encoding="utf-8")
KINDS = (FolderSource, GitSource, WebsiteSource, SitemapSource)


def test_the_example_is_a_valid_tenant_with_every_kind() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)

    tenant = Tenant.model_validate(yaml.safe_load(example))

    assert {type(source) for source in tenant.sources} == set(KINDS)


def test_every_field_and_every_state_is_described() -> None:
    described = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| `.*", GUIDE, re.MULTILINE))))
    fields = {name for kind in (*KINDS, PathRule) for name in kind.model_fields}

    assert fields - {"kind"} <= described
    assert set(get_args(Outcome)) <= described
