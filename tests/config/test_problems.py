"""Problems in words."""

from __future__ import annotations

from services.config.problems import InvalidRepository, Problem


def test_a_problem_names_file_field_fault_and_remedy() -> None:
    assert str(Problem("models/a.yaml", "chain.0.kind", "is missing", "add it")) == (
        "models/a.yaml: chain.0.kind: is missing; add it"
    )
    assert str(Problem("models/a.yaml", "", "is empty", "fill it")) == "models/a.yaml: is empty; fill it"


def test_problems_are_in_order_and_said_once() -> None:
    one, two = Problem("a", "x", "w", "t"), Problem("b", "x", "w", "t")
    assert list(InvalidRepository([two, one, two]).problems) == [one, two]


def test_a_flood_of_problems_is_cut() -> None:
    error = InvalidRepository(Problem(f"f{n:04}", "", "is wrong", "mend it") for n in range(500))
    assert len(error.problems) == 500
    assert len(error.lines()) == 201
    assert error.lines()[-1] == "... and 300 more; correct these first"
