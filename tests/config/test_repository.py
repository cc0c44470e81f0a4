"""Repositories that must load, and repositories that must not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from services.config.manifest_folder import MAX_FILE_BYTES
from services.config.problems import InvalidRepository
from services.config.repository import load_repository

EXAMPLES = Path(__file__).parent / "examples"
ROOT = Path(__file__).parents[2]


def names(kind: str) -> list[str]:
    return sorted(path.name for path in (EXAMPLES / kind).iterdir())


def problems(root: Path, environment: str = "dev") -> list[str]:
    """Everything that is wrong with a repository, line by line."""
    with pytest.raises(InvalidRepository) as caught:
        load_repository(root, environment)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", names("pass"))
def test_a_good_repository_loads(name: str) -> None:
    repository = load_repository(EXAMPLES / "pass" / name, "dev")
    assert "dev" in repository.environments


@pytest.mark.parametrize("name", names("fail"))
def test_a_bad_repository_is_refused_with_every_reason(name: str, minimal: Path) -> None:
    example = EXAMPLES / "fail" / name
    shutil.copytree(example, minimal, dirs_exist_ok=True)
    found = problems(minimal)
    expected = (example / "expected.txt").read_text().splitlines()
    assert len(found) == len(expected), found
    for fragment in expected:
        assert any(fragment in line for line in found), (fragment, found)


def test_the_products_own_manifests_load() -> None:
    assert "demo" in load_repository(ROOT / "manifests", "dev").environments["dev"].tenants


def test_everything_is_read_into_its_place() -> None:
    repository = load_repository(EXAMPLES / "pass" / "full", "dev")
    assert sorted(repository.environments) == ["dev", "production"]
    assert sorted(repository.models) == ["hosted-2", "local-1"]
    assert sorted(repository.tenants) == ["acme.de", "demo", "elsewhere"]
    prompt = repository.prompts["cited-1"]
    assert prompt.system == "Answer in {{language}}.\n\n### A heading of its own\n\nBe brief."
    assert prompt.user == "{{ sources }}\n\nQuestion: {{question}}"
    assert repository.tenants["acme.de"].appearance.greeting == "Guten Tag.\nFragen Sie.\n"


def test_the_revision_names_the_content(minimal: Path) -> None:
    first = load_repository(minimal, "dev").revision
    assert load_repository(minimal, "dev").revision == first
    (minimal / "profiles" / "r-1.yaml").write_text("k: 9\n")
    assert load_repository(minimal, "dev").revision != first
    (minimal / "profiles" / "r-1.yaml").write_text("k: 8\n")
    assert load_repository(minimal, "dev").revision == first


def test_an_environment_that_is_not_there_says_which_are(minimal: Path) -> None:
    assert problems(minimal, "production") == [
        "environments/production.yaml: is missing; add it, or set CAUSEWAY_ENVIRONMENT to dev"
    ]


def test_a_folder_that_is_not_there_says_what_to_set(tmp_path: Path) -> None:
    assert "set CAUSEWAY_MANIFESTS" in "\n".join(problems(tmp_path / "nowhere"))


def test_a_huge_file_is_refused_unparsed(minimal: Path) -> None:
    (minimal / "policies" / "g-1.yaml").write_text("# " + "x" * MAX_FILE_BYTES)
    assert problems(minimal) == ["policies/g-1.yaml: is larger than 128 KiB; make it smaller"]


def test_a_sparse_file_of_a_terabyte_is_refused_unread(minimal: Path) -> None:
    with (minimal / "policies" / "g-1.yaml").open("wb") as file:
        file.truncate(1 << 40)
    assert problems(minimal) == ["policies/g-1.yaml: is larger than 128 KiB; make it smaller"]


@pytest.mark.parametrize("text", ["[" * 60_000, "{a: " * 30_000, "- " * 60_000, "? " * 60_000])
def test_deep_nesting_is_refused(minimal: Path, text: str) -> None:
    (minimal / "policies" / "g-1.yaml").write_text(text)
    assert "is nested deeper than 20 levels" in problems(minimal)[0]


def test_a_link_that_leaves_the_folder_is_refused(minimal: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("k: 8\n")
    (minimal / "profiles" / "r-1.yaml").unlink()
    (minimal / "profiles" / "r-1.yaml").symlink_to(tmp_path / "secret.yaml")
    assert problems(minimal) == [
        "profiles/r-1.yaml: is a link that leaves the folder; put the file itself here"
    ]


def test_a_folder_that_is_a_link_elsewhere_is_refused(minimal: Path, tmp_path: Path) -> None:
    (minimal / "profiles").rename(tmp_path / "elsewhere")
    (minimal / "profiles").symlink_to(tmp_path / "elsewhere")
    assert "is a link that leaves the folder" in problems(minimal)[0]


def test_a_loop_of_links_is_refused(minimal: Path) -> None:
    (minimal / "profiles" / "r-1.yaml").unlink()
    (minimal / "profiles" / "r-1.yaml").symlink_to("r-1.yaml")
    (minimal / "models" / "m-2.yaml").symlink_to("m-3.yaml")
    (minimal / "models" / "m-3.yaml").symlink_to("m-2.yaml")
    assert len(problems(minimal)) == 3


def test_a_folder_that_is_a_loop_of_links_is_missing(minimal: Path) -> None:
    shutil.rmtree(minimal / "profiles")
    (minimal / "profiles").symlink_to("profiles")
    [line] = problems(minimal)
    assert "retrieval_profile: names r-1, and there is no profiles/r-1.yaml" in line


def test_a_mounted_config_map_loads(minimal: Path, tmp_path: Path) -> None:
    """Kubernetes mounts a folder of links into a versioned folder beside them."""
    mount = tmp_path / "mount"
    mount.mkdir()
    minimal.rename(mount / "..2026_01_01")
    (mount / "..data").symlink_to("..2026_01_01")
    for folder in ("environments", "models", "prompts", "policies", "profiles", "tenants"):
        (mount / folder).symlink_to(f"..data/{folder}")
    assert "dev" in load_repository(mount, "dev").environments


def test_a_pipe_does_not_make_it_wait(minimal: Path) -> None:
    os.mkfifo(minimal / "models" / "m-2.yaml")
    assert problems(minimal) == ["models/m-2.yaml: is not a regular file; put a file in its place"]


def test_a_folder_in_place_of_a_file_is_refused(minimal: Path) -> None:
    (minimal / "models" / "m-2.yaml").mkdir()
    assert len(problems(minimal)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(minimal: Path) -> None:
    (minimal / "models" / "m-1.yaml").chmod(0)
    assert "cannot be read" in problems(minimal)[0]


@pytest.mark.parametrize("name", [b"\xff.yaml", "ä.yaml".encode(), b"a\nforged: line.yaml", b"-.yaml"])
def test_an_odd_file_name_is_refused_on_one_line(minimal: Path, name: bytes) -> None:
    (Path(os.fsdecode(os.path.join(os.fsencode(minimal / "models"), name)))).write_text("chain: []\n")  # noqa: PTH118
    [line] = problems(minimal)
    assert line.isprintable()


def test_a_repository_of_thousands_of_tenants_loads(minimal: Path) -> None:
    tenants = [f"t{n}" for n in range(1000)]
    environment = (minimal / "environments" / "dev.yaml").read_text()
    (minimal / "environments" / "dev.yaml").write_text(
        environment + "".join(f"  {tenant}: {{}}\n" for tenant in tenants)
    )
    for tenant in tenants:
        (minimal / "tenants" / f"{tenant}.yaml").write_text(f"tenant_id: {tenant}\nname: T\n")
    assert len(load_repository(minimal, "dev").tenants) == 1001


def test_curated_answers_belong_to_a_tenant_of_the_folder(minimal: Path) -> None:
    (minimal / "curated").mkdir()
    (minimal / "curated" / "nobody.yaml").write_text("answers: []\n")
    assert problems(minimal) == [
        "curated/nobody.yaml: there is no tenants/nobody.yaml; name it after a tenant"
    ]
