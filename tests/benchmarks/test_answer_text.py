from __future__ import annotations

from benchmarks.answer_text import FIRST_WORD, answer_tokens

WORDS = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(60))
PROMPT = "\n\n".join(f'<source n="{n}" title="t" section="s">\n{WORDS}.\n</source>' for n in (1, 2))


def test_an_answer_has_as_many_tokens_as_asked_for() -> None:
    for tokens in (1, 2, 50, 200):
        assert len(answer_tokens(PROMPT, tokens, cited=True)) == tokens
        assert len(answer_tokens("hello", tokens, cited=False)) == tokens


def test_an_answer_begins_with_a_word_that_is_known() -> None:
    assert answer_tokens(PROMPT, 10, cited=True)[0] == FIRST_WORD


def test_every_sentence_of_a_cited_answer_names_a_source_that_was_offered() -> None:
    sentences = "".join(answer_tokens(PROMPT, 200, cited=True)).split(".")[:-1]

    assert len(sentences) > 8
    assert all(sentence.endswith(("[1]", "[2]")) for sentence in sentences)
    assert any(sentence.endswith("[2]") for sentence in sentences)


def test_a_cited_sentence_takes_up_words_of_its_source_without_quoting_it() -> None:
    first = "".join(answer_tokens(PROMPT, 200, cited=True)).split(" [")[0]

    shared = [word for word in first.split() if word in WORDS.split()]
    assert len(shared) >= 10
    assert " ".join(shared) not in WORDS


def test_without_sources_or_if_so_asked_nothing_is_cited() -> None:
    assert "[" not in "".join(answer_tokens("no sources here", 100, cited=True))
    assert "[" not in "".join(answer_tokens(PROMPT, 100, cited=False))
