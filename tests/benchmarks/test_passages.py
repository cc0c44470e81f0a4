from __future__ import annotations

from pathlib import Path

import orjson

from benchmarks.passages import load_texts, mixed_passages


def corpus(folder: Path) -> Path:
    place = folder / "squad2"
    place.mkdir()
    text = (
        "A sentence that is long enough. Another sentence that is long enough as well. And one more of them."
    )
    lines = [{"_id": str(n), "title": f"T{n}", "text": f"{n} {text}"} for n in range(3)]
    (place / "corpus.jsonl").write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    (place / "queries.jsonl").write_bytes(orjson.dumps({"_id": "q", "text": "What is it?"}))
    return folder


def test_published_passages_come_first_and_mixtures_after_them(tmp_path: Path) -> None:
    texts = load_texts(corpus(tmp_path))
    passages = list(mixed_passages(texts, 10, "demo"))

    assert texts.questions == ("What is it?",)
    assert [passage.text for passage in passages[:3]] == list(texts.real)
    assert len({passage.passage_id for passage in passages}) == 10
    assert all(passage.tenant == "demo" and passage.text for passage in passages)


def test_without_published_texts_some_are_made_up_the_same_each_time(tmp_path: Path) -> None:
    texts = load_texts(tmp_path)

    assert texts == load_texts(tmp_path)
    assert texts.digest == load_texts(tmp_path).digest != load_texts(tmp_path, seed=8).digest
    assert len(texts.real) > 1000
    assert len(set(texts.questions)) > 100
    assert "generated" in texts.origin
