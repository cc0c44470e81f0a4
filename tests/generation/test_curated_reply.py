from concurrent.futures import ThreadPoolExecutor

from libs.common.curated import CuratedAnswer, Reference
from services.generation.curated_reply import say_curated
from services.generation.events import Citation, Delta, SourceCard, Sources
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.examples import making

TEA = CuratedAnswer(
    id="tea",
    questions=("When is tea served?",),
    answer="At **four**.",
    links=(Reference(title="House rules", url="https://example.org/house"),),
    state="approved",
    approved_by="bob",
    revision=3,
)


async def test_the_editors_words_and_sources_are_said_and_named_as_theirs(
    executor: ThreadPoolExecutor,
) -> None:
    made = making(executor, ScriptedSearcher())
    done = say_curated(made, TEA)
    card = SourceCard(1, "", "House rules", "https://example.org/house", "", "", 1.0)
    assert made.log.events == (Sources((card,)), Delta("At **four**."), Citation(1, "", 1.0))
    assert (done.finish, done.model, done.confidence, done.needs_review) == ("stop", "curated", 1.0, False)
    assert (done.citations, done.curated_id, done.curated_revision) == ((1,), "tea", 3)
