"""Sentences that differ in what matters."""

from __future__ import annotations

import pytest

from services.retrieval.contradictions import contradictions, outline_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A hive costs about 200 euros.", "A hive costs about 250 euros."),
        ("The fee is due on 1 March.", "The fee is due on 1 April."),
        ("Submit your timesheet every Friday.", "Submit your timesheet every Monday."),
        ("You must not feed them sugar.", "You must feed them sugar."),
        ("Guests can enter the building.", "Guests cannot enter the building."),
        ("Guests can enter the building.", "Guests can't enter the building."),
        ("It does not apply to interns here.", "It applies to interns here and doesn't stop."),
        ("You have ten days of leave.", "You have twelve days of leave."),
        ("- Version 1.2 is needed at least.", "* Version 1.3 is needed at least."),
        ("Der Antrag ist nicht nötig hier.", "Der Antrag ist nötig hier."),
    ],
)
def test_numbers_dates_and_negations_contradict(one: str, other: str) -> None:
    found = list(contradictions(f"Some words before.\n{one} And more.", f"{other} And more."))
    if "apply" in one:  # the verb changes with the negation: not the same sentence
        assert found == []
    else:
        ((ours, theirs),) = found
        assert ours in one
        assert theirs in other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A hive costs about 200 euros.", "A hive costs about 200 euros."),
        ("A hive costs about 200 euros.", "A swarm costs about 250 euros."),
        ("Room 12 is free.", "Room 13 is free"),  # as in a table of rooms, both of which are in both
        ("Page 1", "Page 2"),
    ],
)
def test_what_is_the_same_or_about_something_else_contradicts_nothing(one: str, other: str) -> None:
    both = "Room 12 is free.\nRoom 13 is free.\n"
    assert list(contradictions(both + one, both + other)) == []


def test_an_outline_forgets_what_may_be_contradicted_and_nothing_else() -> None:
    assert outline_of("You do NOT pay 3,000.50 euros on 2 May!") == outline_of("You pay 7 euros on 1 June!")
    assert outline_of("You pay euros.") != outline_of("You pay dollars.")
    assert outline_of("The knot is notable.") == "the knot is notable."
