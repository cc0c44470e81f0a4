"""Settings from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from libs.common.settings import SettingsError, environment, load_settings, setting


@dataclass(frozen=True)
class Sample:
    """One setting of every kind."""

    name: str = setting("CAUSEWAY_NAME", "A name", default="none")
    count: int = setting("CAUSEWAY_COUNT", "A number", default=3, minimum=1, maximum=10)
    share: float = setting("CAUSEWAY_SHARE", "A share", default=0.5, minimum=0.0, maximum=1.0)
    switch: bool = setting("CAUSEWAY_SWITCH", "A switch", default=False)
    folder: Path = setting("CAUSEWAY_FOLDER", "A folder", default=Path("here"))
    other: Path | None = setting("CAUSEWAY_OTHER", "Another folder", default=None)
    level: str = setting("CAUSEWAY_LEVEL", "A word", default="info", choices=("info", "debug"))


@dataclass(frozen=True)
class Needy:
    """Settings without defaults."""

    address: str = setting("CAUSEWAY_ADDRESS", "Where the thing listens")
    password: int = setting("CAUSEWAY_PASSWORD", "A secret number", secret=True)


def test_what_is_not_set_has_its_default() -> None:
    assert load_settings(Sample, {}) == Sample()
    assert load_settings(Sample, {"CAUSEWAY_COUNT": ""}) == Sample()


def test_every_kind_is_read() -> None:
    values = {
        "CAUSEWAY_NAME": "ünïcode",
        "CAUSEWAY_COUNT": "10",
        "CAUSEWAY_SHARE": "0.25",
        "CAUSEWAY_SWITCH": "Yes",
        "CAUSEWAY_FOLDER": "/srv/data",
        "CAUSEWAY_OTHER": "/srv/other",
        "CAUSEWAY_LEVEL": "debug",
    }
    assert load_settings(Sample, values) == Sample(
        "ünïcode", 10, 0.25, True, Path("/srv/data"), Path("/srv/other"), "debug"
    )


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("1", True), ("true", True), ("YES", True), ("0", False), ("False", False), ("no", False)],
)
def test_switches_take_the_usual_words(word: str, meaning: bool) -> None:
    assert load_settings(Sample, {"CAUSEWAY_SWITCH": word}).switch is meaning


def test_a_tilde_is_a_home() -> None:
    assert load_settings(Sample, {"CAUSEWAY_FOLDER": "~/data"}).folder == Path.home() / "data"


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("CAUSEWAY_COUNT", "0", "less than 1"),
        ("CAUSEWAY_COUNT", "11", "more than 10"),
        ("CAUSEWAY_COUNT", "2.5", "not a whole number"),
        ("CAUSEWAY_COUNT", "9" * 5000, "not a whole number"),
        ("CAUSEWAY_SHARE", "a lot", "not a number"),
        ("CAUSEWAY_SHARE", "nan", "not a number"),
        ("CAUSEWAY_SHARE", "inf", "not a number"),
        ("CAUSEWAY_SHARE", "-0.1", "less than 0"),
        ("CAUSEWAY_SWITCH", "maybe", "not true or false"),
        ("CAUSEWAY_LEVEL", "loud", "not one of info, debug"),
        ("CAUSEWAY_FOLDER", "~nobody-of-that-name/x", "home of nobody"),
    ],
)
def test_a_wrong_value_is_refused_with_its_variable_and_the_reason(
    variable: str, value: str, reason: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(Sample, {variable: value})
    assert variable in str(caught.value)
    assert reason in str(caught.value)


def test_all_problems_are_named_at_once() -> None:
    values = {"CAUSEWAY_COUNT": "many", "CAUSEWAY_LEVEL": "loud", "CAUSEWAY_SWITCH": "maybe"}
    with pytest.raises(SettingsError) as caught:
        load_settings(Sample, values)
    assert all(variable in str(caught.value) for variable in values)


def test_what_is_required_and_missing_says_what_it_is_for() -> None:
    with pytest.raises(SettingsError, match="CAUSEWAY_ADDRESS is not set: Where the thing listens"):
        load_settings(Needy, {"CAUSEWAY_PASSWORD": "1"})


def test_a_secret_is_shown_neither_in_errors_nor_in_the_settings() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(Needy, {"CAUSEWAY_ADDRESS": "x", "CAUSEWAY_PASSWORD": "hunter2"})
    assert "hunter2" not in str(caught.value)
    assert "4711" not in repr(load_settings(Needy, {"CAUSEWAY_ADDRESS": "x", "CAUSEWAY_PASSWORD": "4711"}))


def test_the_environment_is_the_processs_own() -> None:
    assert environment() is os.environ


@dataclass(frozen=True)
class Secretive:
    """A secret that may be given by reference, and a setting that may not."""

    url: str = setting("CAUSEWAY_URL", "Where it is", default="", secret=True)
    name: str = setting("CAUSEWAY_NAME", "A name", default="none")


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_may_be_in_a_file_that_a_variable_names(tmp_path: Path, end: str) -> None:
    (tmp_path / "url").write_bytes(f" hünter2 {end}".encode())
    assert load_settings(Secretive, {"CAUSEWAY_URL_FILE": str(tmp_path / "url")}).url == " hünter2 "


def test_a_secret_in_a_file_is_checked_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("4711\n")
    variables = {"CAUSEWAY_ADDRESS": "x", "CAUSEWAY_PASSWORD_FILE": str(tmp_path / "password")}
    assert load_settings(Needy, variables) == Needy("x", 4711)
    (tmp_path / "password").write_text("hunter2\n")
    with pytest.raises(SettingsError, match="CAUSEWAY_PASSWORD: its value is not a whole number"):
        load_settings(Needy, variables)


def test_a_secret_that_is_given_twice_is_refused_by_both_names(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("one")
    variables = {"CAUSEWAY_URL": "two", "CAUSEWAY_URL_FILE": str(tmp_path / "url")}
    with pytest.raises(SettingsError, match="CAUSEWAY_URL and CAUSEWAY_URL_FILE are both set") as caught:
        load_settings(Secretive, variables)
    assert "two" not in str(caught.value)


def test_an_empty_reference_counts_as_unset() -> None:
    assert load_settings(Secretive, {"CAUSEWAY_URL": "one", "CAUSEWAY_URL_FILE": ""}).url == "one"
    assert load_settings(Secretive, {"CAUSEWAY_URL_FILE": ""}).url == ""


def test_a_file_that_gives_no_secret_is_refused_by_its_variable(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "long").write_text("x" * 70_000)
    (tmp_path / "noise").write_bytes(b"\xff\xfe")
    reasons = {
        "empty": "is empty",
        "long": "is longer than",
        "noise": "is not UTF-8",
        "missing": "cannot be read (No such file",
        ".": "cannot be read (Is a directory",
    }
    for name, reason in reasons.items():
        with pytest.raises(SettingsError) as caught:
            load_settings(Secretive, {"CAUSEWAY_URL_FILE": str(tmp_path / name)})
        assert f"CAUSEWAY_URL_FILE: the file that it names {reason}" in str(caught.value)


def test_a_secret_in_the_place_of_the_files_name_is_not_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(Secretive, {"CAUSEWAY_URL_FILE": "postgresql://u:hunter2@h/x"})
    assert "hunter2" not in str(caught.value)


def test_what_is_no_secret_is_not_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "name").write_text("other")
    assert load_settings(Secretive, {"CAUSEWAY_NAME_FILE": str(tmp_path / "name")}).name == "none"
