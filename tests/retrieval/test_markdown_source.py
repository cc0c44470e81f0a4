"""Reducing dialects to CommonMark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.markdown_source import plain_markdown


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ('See [the guide]({% page "/a/b" %}).', "See [the guide]()."),
        ('See [the guide]({% page\n"/a/b" %}).', "See [the guide]()."),
        ('Ask in {% slack_channel "people-ops" %}.', "Ask in people-ops."),
        ("{% image \"_img/a.png\" 'the screen' %}", "the screen"),
        ('{% include "box.html" text: "hello" %}', ""),
        ('{% if page.kind == "x" %}shown{% endif %}', "shown"),
        ("{%- comment -%} hidden {%- endcomment -%}seen", "seen"),
        ("Version {{ site.version }}.", "Version ."),
        ("{* ../docs/tutorial.py hl[6:7] *}", ""),
        ("Write `{{ name }}` and ``{% if %}``.", "Write `{{ name }}` and ``{% if %}``."),
        ("A {brace} and {} and {%", "A {brace} and {} and {%"),
    ],
)
def test_template_tags_leave_and_what_they_show_stays(source: str, plain: str) -> None:
    assert plain_markdown(source) == plain


def test_code_is_left_alone_but_for_raw_marks() -> None:
    source = "```jinja\n{% raw %}{{ name }}{% endraw %}\n/// tip\n!!! note\n```\n"
    assert plain_markdown(source) == "```jinja\n{{ name }}\n/// tip\n!!! note\n```\n"


def test_a_fence_ends_only_with_its_own_mark() -> None:
    source = "````md\n```\n{{ a }}\n```\n````\n{{ b }}"
    assert plain_markdown(source) == "````md\n```\n{{ a }}\n```\n````\n"


@pytest.mark.parametrize(
    "source",
    [
        "/// note | Careful\n\nText.\n\n///",
        '!!! note "Careful"\n\n    Text.\n',
        '??? note inline end "Careful"\n    Text.\n',
        ":::note Careful\nText.\n:::",
        "::: note [Careful]\nText.\n:::",
    ],
)
def test_admonitions_become_their_title_and_their_text(source: str) -> None:
    assert plain_markdown(source).split() == ["Careful", "Text."]


def test_an_admonition_without_a_title_is_just_its_text() -> None:
    assert plain_markdown("/// tip\n\nText.\n\n///").split() == ["Text."]
    assert plain_markdown("!!! tip\n    Text.").split() == ["Text."]


def test_what_an_admonition_holds_is_dedented_code_and_all() -> None:
    source = "!!! note\n    Text.\n\n    ```py\n    if a:\n        {{ b }}\n    ```\n\n    !!! tip\n        Inner.\nAfter."
    assert plain_markdown(source).split("\n") == [
        *(
            "",
            "",
            "",
            "Text.",
            "",
            "```py",
            "if a:",
            "    {{ b }}",
            "```",
            "",
            "",
            "",
            "",
            "Inner.",
            "After.",
        ),
    ]


def test_tabs_lose_their_labels_or_keep_them_as_titles() -> None:
    assert plain_markdown("//// tab | Linux\nText.\n////").split() == ["Text."]
    assert plain_markdown('=== "Linux"\n\n    Text.').split() == ["Linux", "Text."]


def test_directives_leave_with_their_options() -> None:
    source = "::: fastapi.FastAPI\n    options:\n        members:\n            - get\n\nText."
    assert plain_markdown(source).split() == ["Text."]


def test_underlines_of_headings_stay() -> None:
    assert plain_markdown("Bees\n====\n\nText") == "Bees\n====\n\nText"


@given(st.text(alphabet="{}%*`\"'/:!?= \n-ab.#[]()", max_size=300))
def test_any_source_is_taken(source: str) -> None:
    plain_markdown(source)
