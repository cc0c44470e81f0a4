"""The manifest and its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.common.manifest import (
    Identity,
    IdentityKey,
    Link,
    Manifest,
    ManifestMismatch,
    ModelLink,
    Policy,
    Profile,
    SecretRef,
    Tenant,
    canonical_json,
    content_id,
    parse_manifest,
)
from tests.fakes.fake_config import manifest

ROOT = Path(__file__).parents[2]

names = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True)
flags = st.dictionaries(
    names,
    st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=50),
    max_size=8,
)


@given(flags)
def test_reading_and_writing_again_gives_the_same_bytes(given_flags: dict[str, Any]) -> None:
    made = manifest(**given_flags)
    again = parse_manifest(made.to_json(), made.manifest_id)
    assert again.to_json() == made.to_json()
    assert again.manifest_id == made.manifest_id


@given(flags)
def test_the_order_of_fields_does_not_matter(given_flags: dict[str, Any]) -> None:
    backwards = dict(reversed(given_flags.items()))
    assert manifest(**given_flags).manifest_id == manifest(**backwards).manifest_id


def test_the_id_is_the_same_in_another_process() -> None:
    program = "from tests.fakes.fake_config import manifest; print(manifest(a=1, b='ü').manifest_id)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == manifest(a=1, b="ü").manifest_id


def test_the_id_of_a_known_manifest_never_changes() -> None:
    """Whoever changes this changes the name of every manifest, and empties every cache."""
    assert manifest(suggestions=True).manifest_id == content_id(manifest(suggestions=True).to_json())
    assert (
        manifest(suggestions=True)
        .to_json()
        .startswith(b'{"flags":{"suggestions":true},"index_version":"main",')
    )


def test_what_shapes_answers_changes_the_id() -> None:
    base = manifest()
    changes: list[dict[str, Any]] = [
        {"index_version": "next"},
        {"policy": Policy(min_support=0.36)},
        {"profile": Profile(k=9)},
        {"flags": {"x": True}},
        {"tenant_id": "other"},
    ]
    ids = {base.model_copy(update=change).manifest_id for change in changes}
    assert len(ids | {base.manifest_id}) == len(changes) + 1


def test_content_under_another_name_is_refused() -> None:
    made = manifest()
    with pytest.raises(ManifestMismatch):
        parse_manifest(made.to_json(), manifest(other=True).manifest_id)
    with pytest.raises(ManifestMismatch):
        parse_manifest(made.to_json() + b" ", made.manifest_id)


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", b"\xff", b'{"flags":{}}'])
def test_what_is_no_manifest_is_refused_under_its_own_name(data: bytes) -> None:
    with pytest.raises(ValidationError):
        parse_manifest(data, content_id(data))


def test_an_unknown_field_is_refused_at_every_level() -> None:
    plain = orjson.loads(manifest().to_json())
    for place in (plain, plain["policy"], plain["models"]["chain"][0]):
        place["surprise"] = 1
        with pytest.raises(ValidationError, match="surprise"):
            Manifest.model_validate(plain)
        del place["surprise"]


def test_a_manifest_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        manifest().tenant_id = "other"


@pytest.mark.parametrize("name", ["", "A", "ä", "-a", ".a", "../a", "a/b", "a b", "a\n", "a" * 65, "a\x00"])
def test_an_id_can_be_no_path(name: str) -> None:
    with pytest.raises(ValidationError):
        Tenant(tenant_id=name, name="x")


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53, -(2**60), 10**400, "x" * 1001, None, [], {}]
)
def test_a_flag_that_readers_would_disagree_about_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        manifest(flag=value)


def test_numbers_that_are_none_are_refused_everywhere() -> None:
    with pytest.raises(ValidationError):
        Policy(min_support=float("nan"))
    with pytest.raises(ValidationError):
        ModelLink(kind="extractive", idle_seconds=float("nan"))


def test_a_link_names_a_model_exactly_when_it_needs_one() -> None:
    assert ModelLink(kind="litellm", model="openai/x", base_url="http://127.0.0.1:9").model == "openai/x"
    for wrong in (
        {"kind": "litellm"},
        {"kind": "extractive", "model": "x"},
        {"kind": "environment", "base_url": "http://x"},
        {"kind": "litellm", "model": "x", "base_url": "file:///etc/passwd"},
    ):
        with pytest.raises(ValidationError):
            ModelLink.model_validate(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"env": "A", "file": "b"},
        {"file": "/etc/shadow"},
        {"file": "../x"},
        {"file": "a/../../x"},
        {"file": "a\\..\\x"},
        {"file": "a\x00"},
        {"env": "a-b"},
        {"env": "lower"},
    ],
    ids=str,
)
def test_a_secret_is_in_one_place_below_the_folder(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SecretRef.model_validate(wrong)


def test_two_keys_of_one_name_are_refused() -> None:
    key = IdentityKey(kid="k", algorithm="EdDSA", key=SecretRef(file="k.pem"))
    with pytest.raises(ValidationError, match="same kid"):
        Identity(keys=(key, key))


@pytest.mark.parametrize("origin", ["https://docs.example.com", "http://localhost:8080", "https://a.b:444"])
def test_an_origin_is_written_as_browsers_send_it(origin: str) -> None:
    assert Identity(anonymous_origins=(origin,)).anonymous_origins == (origin,)


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "https://*", "https://a.example/", "https://A.example", "ftp://a", "https://u@a", ""],
)
def test_a_wildcard_is_no_origin(origin: str) -> None:
    with pytest.raises(ValidationError):
        Identity(anonymous_origins=(origin,))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://x", "//x", ""])
def test_a_link_leads_to_the_web_or_to_a_mailbox(url: str) -> None:
    with pytest.raises(ValidationError):
        Link(label="x", url=url)


def test_canonical_json_is_sorted_dense_and_utf_8() -> None:
    assert canonical_json({"b": "ü", "a": [1, 2.0, None]}) == '{"a":[1,2.0,null],"b":"ü"}'.encode()


def test_a_tenant_without_sources_reads_as_before_there_were_any() -> None:
    folder = {"id": "handbook", "kind": "folder", "path": "/srv/handbook"}
    with_one = Tenant.model_validate({"tenant_id": "demo", "name": "T", "sources": [folder]})

    assert "sources" not in orjson.loads(Tenant(tenant_id="demo", name="T").to_json())
    assert Tenant.model_validate(orjson.loads(with_one.to_json())) == with_one


def test_thresholds_of_pressure_are_written_only_where_they_are_chosen() -> None:
    """Ids of manifests that do not choose them stay as they were."""
    assert "pressure_ms" not in Policy().model_dump()
    chosen = Policy(pressure_ms=(50.0, 100.0, 200.0, 400.0)).model_dump()
    assert chosen["pressure_ms"] == (50.0, 100.0, 200.0, 400.0)


@pytest.mark.parametrize("waits", [(100.0, 50.0, 500.0, 1000.0), (0.0, 1.0, 2.0, 3.0), (1.0, 2.0, 3.0)])
def test_thresholds_that_fall_or_are_nothing_or_too_few_are_refused(waits: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError, match="pressure_ms"):
        Policy.model_validate({"pressure_ms": waits})
