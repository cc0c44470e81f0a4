"""The page in a real browser: a question, a streamed answer, a citation that opens its passage."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.stack import Stack

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = [
    pytest.mark.process,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here"),
]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The demo page, on which nothing may go wrong: no console error, no blocked resource."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    # A request that a test itself cuts off is reported by the browser; everything else is ours.
    opened.on(
        "console",
        lambda m: complaints.append(m.text) if m.type == "error" and "ERR_FAILED" not in m.text else None,
    )
    opened.on("pageerror", lambda e: complaints.append(str(e)))
    opened.goto(f"{stack.edge}/")
    yield opened
    context.close()
    assert complaints == []


def ask(page: Page, question: str) -> None:
    page.get_by_test_id("question").fill(question)
    page.get_by_test_id("send").click()


def test_a_question_streams_a_cited_answer_whose_citation_opens_the_passage(page: Page) -> None:
    ask(page, "How many days before must I ask for leave?")

    answer = page.get_by_test_id("answer").last
    expect(answer).to_contain_text("fourteen days", timeout=15_000)
    expect(answer).to_have_attribute("data-state", "stop", timeout=15_000)
    page.get_by_test_id("citation").first.click()
    card = page.get_by_test_id("citation-card")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Leave")
    expect(card.locator("mark").first).to_contain_text("fourteen days")


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.get_by_test_id("question").focus()
    page.keyboard.type("Who inspects the lifejackets?")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("answer").last).to_contain_text("mate", timeout=15_000)
    expect(page.get_by_test_id("status")).not_to_be_empty()


def test_a_question_about_something_else_is_refused_politely_with_the_nearest_sources(page: Page) -> None:
    ask(page, "What is the best recipe for chocolate cake?")

    expect(page.get_by_test_id("refusal")).to_be_visible(timeout=15_000)
    expect(page.get_by_test_id("source").first).to_be_visible()


def test_a_thumb_is_taken_with_thanks(page: Page) -> None:
    ask(page, "How much does a return ticket cost?")
    expect(page.get_by_test_id("answer").last).to_contain_text("20 euros", timeout=15_000)

    page.get_by_test_id("thumb-up").click()

    expect(page.get_by_test_id("feedback-status")).not_to_be_empty()


def test_the_page_fits_a_small_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    expect(page.get_by_test_id("question")).to_be_visible()


def test_a_stopped_edge_is_told_and_can_be_retried(page: Page) -> None:
    page.route("**/v1/chat", lambda route: route.abort())
    ask(page, "Which VHF channel does harbour traffic use?")

    expect(page.get_by_test_id("error")).to_be_visible(timeout=30_000)
    page.unroute("**/v1/chat")
    page.get_by_test_id("retry").click()
    expect(page.get_by_test_id("answer").last).to_contain_text("channel 12", timeout=15_000)


def test_a_reload_shows_the_conversation_again_until_it_is_deleted(page: Page) -> None:
    visit = ("How much does a return ticket cost?", "Who inspects the lifejackets?")
    turns = page.get_by_role("article")
    for number, question in enumerate(visit, 1):
        ask(page, question)
        expect(turns).to_have_count(number, timeout=15_000)
        expect(page.get_by_test_id("answer").last).to_have_attribute("data-state", "stop", timeout=15_000)
    before = page.get_by_test_id("answer").all_inner_texts()

    page.reload()
    expect(turns).to_have_count(len(visit), timeout=15_000)
    assert page.get_by_test_id("answer").all_inner_texts() == before

    delete = page.get_by_test_id("delete-conversation")
    delete.click()
    expect(turns).to_have_count(len(visit))
    delete.click()
    expect(turns).to_have_count(0, timeout=15_000)
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(turns).to_have_count(0)
