"""Only what a visitor asks to have remembered, or says to prefer, is a fact."""

from __future__ import annotations

import pytest

from services.generation.conversations.facts import only_states, stated_facts

_KEY = "-".join(("sk", "a8Fk29dkLq01mZx7PqRt55Bn"))
"""Looks like a provider's, and is none."""


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("Remember that I use staging.", ("I use staging",)),
        ("Please remember: my team is Payments!", ("my team is Payments",)),
        ("Keep in mind that I write Go. How do I log?", ("I write Go",)),
        ("Don't forget that I use Linux.", ("I use Linux",)),
        ("I prefer short answers.", ("I prefer short answers",)),
        ("Merk dir, dass ich Staging verwende.", ("ich Staging verwende",)),
        ("Bitte merke dir: ich nutze Linux.", ("ich nutze Linux",)),
        ("Retiens que j'utilise Linux.", ("j'utilise Linux",)),
        ("Recuerda que uso Linux.", ("uso Linux",)),
        ("Lembre-se de que uso Linux.", ("uso Linux",)),
        ("Ricordati che uso Linux.", ("uso Linux",)),
        ("Onthoud dat ik Linux gebruik.", ("ik Linux gebruik",)),
        ("Zapamiętaj, że używam Linuksa.", ("używam Linuksa",)),
        ("请记住我用Linux。", ("我用Linux",)),
        ("Linuxを使っていることを覚えてください。", ("Linuxを使っている",)),
    ],
)
def test_what_is_stated_is_found(said: str, facts: tuple[str, ...]) -> None:
    assert stated_facts(said) == facts


@pytest.mark.parametrize(
    "said",
    [
        "Do you remember that I use staging?",
        "Remember that I use staging?",
        "How do I make the browser remember that I am signed in?",
        "I use staging.",
        "What do most people prefer?",
        "My password is hunter2 and I live in Berlin.",
        "Remember the milk.",
        "Remember that " + "x" * 300,
        "Remember that .",
        "Remember that my address is ana@example.org.",
        f"Remember that my key is {_KEY}.",
        "",
    ],
)
def test_nothing_else_is(said: str) -> None:
    assert stated_facts(said) == ()


@pytest.mark.parametrize(
    "text", ["Remember that I use staging.", "Merk dir, dass ich Staging nutze!", "请记住我用测试环境"]
)
def test_a_message_may_only_ask_to_be_remembered(text: str) -> None:
    assert only_states(text)


@pytest.mark.parametrize(
    "text", ["", "Remember that I use staging. How do I deploy?", "Remember that?", "I prefer the train."]
)
def test_what_asks_for_anything_else_is_looked_up(text: str) -> None:
    assert not only_states(text)
