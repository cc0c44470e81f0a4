"""One turn: a question with everything that answering it depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from libs.common.caller import Caller
from libs.common.deadline import Deadline
from libs.common.manifest import Manifest
from services.generation.events import Meta
from services.generation.language import language_of
from services.generation.question import Question


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn.

    Attributes:
        question: What is asked.
        caller: Who asks.
        manifest: What shapes the answer.
        deadline: When the answer is of no more use.
        language: ISO 639-1 code of the question's language.
    """

    question: Question
    caller: Caller
    manifest: Manifest
    deadline: Deadline
    language: str

    @classmethod
    def of(cls, question: Question, caller: Caller, manifest: Manifest, deadline: Deadline) -> Turn:
        """Puts a turn together; the language is the question's, the locale decides where it is unclear."""
        language = language_of(question.text, question.locale or caller.locale)
        return cls(question, caller, manifest, deadline, language)

    def after(self, before: str) -> Turn:
        """The same turn after another one, whose language it has where it is too short to tell its own."""
        question = self.question
        locale = question.locale or self.caller.locale
        return replace(self, language=language_of(question.text, locale, language_of(before, locale)))

    def meta(self) -> Meta:
        """The first event: the versions that shape the answer."""
        question, manifest = self.question, self.manifest
        return Meta(
            query_id=question.query_id,
            conversation_id=question.conversation_id,
            manifest_id=question.manifest_id,
            variant=question.variant,
            model_version=manifest.model_version,
            prompt_version=manifest.prompt_version,
            policy_version=manifest.policy_version,
            retrieval_profile=manifest.retrieval_profile,
            index_version=manifest.index_version,
        )
