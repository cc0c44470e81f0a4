"""Prompt files."""

from __future__ import annotations

from libs.common.manifest import Prompt
from services.config.prompt_file import read_prompt

GOOD = "## system\n\nBe brief.\n\n## user\n\n{{sources}}\n\n{{question}}\n"


def wrong(text: str) -> list[str]:
    found = read_prompt("prompts/p.md", text)
    assert isinstance(found, list)
    return [problem.wrong for problem in found]


def test_each_section_is_its_text_without_the_blank_lines_around_it() -> None:
    assert read_prompt("p.md", GOOD) == Prompt(system="Be brief.", user="{{sources}}\n\n{{question}}")


def test_the_order_of_sections_does_not_matter() -> None:
    assert read_prompt("p.md", "## user\n{{sources}}{{question}}\n## system\nBe brief.") == Prompt(
        system="Be brief.", user="{{sources}}{{question}}"
    )


def test_windows_line_ends_give_the_same_prompt() -> None:
    assert read_prompt("p.md", GOOD.replace("\n", "\r\n")) == read_prompt("p.md", GOOD)


def test_other_headings_belong_to_the_text() -> None:
    text = GOOD.replace("Be brief.", "Be brief.\n\n## Style\n\n# Tone\n\n### system")
    prompt = read_prompt("p.md", text)
    assert isinstance(prompt, Prompt)
    assert prompt.system == "Be brief.\n\n## Style\n\n# Tone\n\n### system"


def test_all_problems_are_found_at_once() -> None:
    found = wrong("Hello\n## user\n{{quesTion}}\x00")
    assert len(found) == 6
    assert "text stands before the first section" in found
    assert "the section is missing" in found
    assert "{{quesTion}} is not a placeholder" in found
    assert "{{question}} is missing" in found
    assert "{{sources}} is missing" in found
    assert "holds control characters" in found


def test_a_placeholder_may_have_spaces_and_stand_in_both_sections() -> None:
    text = "## system\nIn {{ language }}.\n## user\n{{sources }}{{ question}}"
    assert isinstance(read_prompt("p.md", text), Prompt)


def test_single_braces_are_text() -> None:
    assert isinstance(read_prompt("p.md", GOOD.replace("Be brief.", 'Reply {"a": {"b": 1} }')), Prompt)
