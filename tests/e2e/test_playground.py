"""The playground in a real browser: scores and times of a search, within what the visitor may see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.stack import Stack
from tests.e2e.test_page import ARGUMENTS, CHROMIUM

pytestmark = [
    pytest.mark.process,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The page at 320 pixels, on which nothing may go wrong: no console error, nothing blocked by the policy."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 320, "height": 800})
    opened = context.new_page()
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda e: complaints.append(str(e)))
    opened.goto(f"{stack.edge}/playground")
    yield opened
    context.close()
    assert [each for each in complaints if "401" not in each] == []


def search(page: Page, query: str) -> None:
    page.get_by_label("Query").fill(query)
    page.keyboard.press("Enter")


def test_each_stage_and_each_passage_is_shown_with_its_numbers(page: Page) -> None:
    search(page, "refund weather cancelled")

    returned = page.locator("#returned > li")
    expect(returned.first).to_contain_text("no. 1", timeout=15_000)
    expect(page.get_by_role("status")).to_contain_text("candidates")
    expect(page.locator("#stages")).to_contain_text("Keyword search")
    expect(page.locator("#stages .number").first).to_contain_text("ms")
    returned.first.get_by_text("Text").click()
    expect(returned.first).to_contain_text("refund")


def test_nothing_is_wider_than_a_small_screen(page: Page) -> None:
    search(page, "refund weather cancelled")
    expect(page.locator("#returned > li").first).to_be_visible(timeout=15_000)
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_filter_narrows_and_can_leave_nothing(page: Page) -> None:
    page.get_by_text("Filters, profile and visitor").click()
    page.get_by_label("Uri begins with").fill("no/such/folder")
    search(page, "refund")

    expect(page.get_by_role("status")).to_contain_text("0 of 0 candidates", timeout=15_000)
    expect(page.locator("#returned > li")).to_have_count(0)


def test_a_token_that_does_not_hold_shows_nothing(page: Page) -> None:
    page.get_by_text("Filters, profile and visitor").click()
    page.get_by_label("Session token").fill("nonsense")
    search(page, "refund")

    expect(page.get_by_role("status")).to_contain_text("token", timeout=15_000)
    expect(page.locator("#outcome")).to_be_hidden()


def test_the_form_can_be_used_by_its_labels_and_every_bar_has_its_number(page: Page) -> None:
    search(page, "refund weather cancelled")
    expect(page.locator("#returned > li").first).to_be_visible(timeout=15_000)

    unlabelled = page.evaluate(
        "[...document.querySelectorAll('input')].filter(i => i.labels.length === 0).length"
    )
    bare = page.evaluate(
        "[...document.querySelectorAll('.bar')].filter(b => !b.parentElement.textContent.match(/[0-9]/)).length"
    )
    spoken = page.evaluate("[...document.querySelectorAll('.bar:not([aria-hidden=true])')].length")
    assert (unlabelled, bare, spoken) == (0, 0, 0)
