"""The house keeps its rules, and each rule fires on a planted violation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.rules import RULES, Rule

ROOT = Path(__file__).resolve().parents[2]

# Assembled here so that this file does not hold what the rules look for.
KEY = "-----BEGIN " + "PRIVATE KEY-----\n" + "MC4CAQAwBQYDK2VwBCIEIA" + "\n"
HOST = "https://" + "files.pythonhosted.org/x"

PLANTED: dict[Rule, tuple[str, str]] = {
    rules.modules_are_short: ("services/a/long.py", '"""Is long."""\n' + "x = 1\n" * 301),
    rules.functions_are_short: ("services/a/f.py", '"""Does it."""\ndef f():\n' + "    x = 1\n" * 61),
    rules.modules_say_their_job: ("services/a/mute.py", "x = 1\n"),
    rules.names_are_nouns: ("services/a/text_utils.py", '"""Is vague."""\n'),
    rules.only_settings_read_the_environment: (
        "libs/a/x.py",
        '"""Peeks."""\nimport os\ny = os.environ["A"]\n',
    ),
    rules.broad_excepts_are_explained: (
        "libs/a/x.py",
        '"""Hides."""\ntry:\n    pass\nexcept Exception:\n    pass\n',
    ),
    rules.todos_name_an_issue: ("libs/a/x.py", '"""Waits."""\n# TO' + "DO: later\n"),
    rules.modules_have_mirrored_tests: (
        "services/a/x.py",
        '"""Is untested."""\ndef f(x):\n    return 1 if x else 2\n',
    ),
    rules.nothing_names_a_workplace: ("docs/x.md", f"see {HOST}\n"),
    rules.no_secrets: ("manifests/x.yaml", KEY),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", PLANTED, ids=lambda rule: rule.__name__)
def test_the_rule_fires_on_a_planted_violation(rule: Rule, tmp_path: Path) -> None:
    name, content = PLANTED[rule]
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(content)

    assert len(rule(tmp_path)) == 1


def test_two_files_that_import_one_heavy_sdk_are_found(tmp_path: Path) -> None:
    (tmp_path / "services" / "a").mkdir(parents=True)
    for name in ("one.py", "two.py"):
        (tmp_path / "services" / "a" / name).write_text('"""Imports."""\nimport litellm\n')

    assert len(rules.one_file_per_heavy_sdk(tmp_path)) == 1


def test_a_package_of_its_own_may_import_a_heavy_sdk_in_several_files(tmp_path: Path) -> None:
    (tmp_path / "services" / "a" / "cluster").mkdir(parents=True)
    for name in ("cluster/one.py", "cluster/two.py"):
        (tmp_path / "services" / "a" / name).write_text('"""Imports."""\nimport litellm\n')
    assert rules.one_file_per_heavy_sdk(tmp_path) == []
    (tmp_path / "services" / "a" / "three.py").write_text('"""Imports."""\nimport litellm\n')
    assert len(rules.one_file_per_heavy_sdk(tmp_path)) == 1


def test_an_adapter_is_tested_by_its_own_file_or_by_the_suite_of_its_port(tmp_path: Path) -> None:
    module = tmp_path / "services" / "a" / "store_sql.py"
    module.parent.mkdir(parents=True)
    module.write_text('"""Keeps."""\ndef f(x):\n    return 1 if x else 2\n')
    for test in ("tests/a/test_store_sql.py", "tests/contract/test_store.py"):
        assert len(rules.modules_have_mirrored_tests(tmp_path)) == 1
        (tmp_path / test).parent.mkdir(parents=True)
        (tmp_path / test).write_text("")
        assert rules.modules_have_mirrored_tests(tmp_path) == []
        (tmp_path / test).unlink()


def test_every_rule_has_its_planted_violation() -> None:
    assert set(RULES) - set(PLANTED) == {rules.one_file_per_heavy_sdk}
