"""What `causeway ask` shows below and between an answer's text."""

from __future__ import annotations

import io

from rich.console import Console

from cli.ask import Answer, StreamedText, closing_lines
from cli.edge_client import ServerEvent


def event(name: str, **data: object) -> ServerEvent:
    return ServerEvent(name, "", data)


def answer(**done: object) -> Answer:
    whole = {"finish": "stop", "model": "m", "confidence": 0.5, "citations": [2], **done}
    return Answer(
        sources=[{"n": 1, "title": "Bees"}, {"n": 2, "title": "Hives", "heading": "Winter"}],
        citations=[
            {"n": 2, "quote": "Hives  are\nclosed."},
            {"n": 1, "quote": "Not cited in the end."},
            {"n": 2, "quote": "They stay dry."},
            {"n": 2, "quote": "Hives are closed."},
            {"n": 2},
        ],
        done=whole,
    )


def test_a_source_is_shown_with_each_of_its_quotes_once_in_the_order_of_the_answer() -> None:
    shown = "\n".join(closing_lines(answer()))

    assert shown.index("Hives are closed.") < shown.index("They stay dry.")
    assert shown.count("Hives are closed.") == 1
    assert "Not cited in the end." not in shown
    assert "Bees" not in shown


def test_a_source_with_a_public_address_shows_it_and_what_is_empty_is_left_away() -> None:
    shown = answer(model="")
    shown.sources[1]["url"] = "https://d.example/[hives]"
    text = "\n".join(closing_lines(shown))

    assert "https://d.example/\\[hives]" in text
    assert "stop · confidence 0.50 · 0 ms" in text


def test_a_refusal_shows_the_nearest_sources() -> None:
    shown = "\n".join(closing_lines(answer(citations=[], refusal_flag=True)))

    assert "Nearest sources" in shown
    assert "Bees" in shown


def screen() -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, width=80), written


def test_what_follows_text_stands_on_a_line_of_its_own() -> None:
    console, written = screen()
    text = StreamedText(console)

    text.show(event("delta", text="Half an ans"))
    text.show(event("notice", code="model_fallback", text="another model"))
    text.show(event("delta", text="wer"))
    text.end_line()
    text.end_line()

    assert written.getvalue() == "Half an ans\n(another model)\nwer\n"


def test_a_notice_before_any_text_leaves_no_empty_line() -> None:
    console, written = screen()

    StreamedText(console).show(event("notice", code="degraded", text="degraded"))

    assert written.getvalue() == "(degraded)\n"
