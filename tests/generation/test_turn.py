"""A turn holds what its answer depends on."""

from __future__ import annotations

from dataclasses import replace

from libs.common.deadline import Deadline
from services.generation.turn import Turn
from tests.fakes.fake_clock import FakeClock
from tests.generation.examples import ANA, manifest, question

DEADLINE = Deadline.after(60, FakeClock())


def test_the_questions_language_wins_and_the_locale_helps() -> None:
    german = question("Wann gibt es Tee?", locale="en")
    assert Turn.of(german, ANA, manifest(), DEADLINE).language == "de"
    unclear = question("Tee?", locale="")
    assert Turn.of(unclear, replace(ANA, locale="de-AT"), manifest(), DEADLINE).language == "de"
    assert Turn.of(question("Tee?", locale="fr"), ANA, manifest(), DEADLINE).language == "fr"


def test_meta_names_every_version() -> None:
    meta = Turn.of(question(), ANA, manifest(), DEADLINE).meta()
    assert (meta.query_id, meta.conversation_id) == (question().query_id, "c_1")
    assert (meta.model_version, meta.policy_version, meta.index_version) == ("local-1", "default-1", "main")


def test_a_short_question_speaks_the_language_of_the_one_before_it() -> None:
    turn = Turn.of(question("VPN?", locale="en"), ANA, manifest(), DEADLINE)
    assert turn.after("Wie beantrage ich Urlaub?").language == "de"
    assert (
        Turn.of(question("And for staging?"), ANA, manifest(), DEADLINE).after("Qui approuve ?").language
        == "en"
    )
