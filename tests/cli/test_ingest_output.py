"""What is said of an ingest."""

from __future__ import annotations

from dataclasses import replace

from cli.delivery import Delivery
from cli.document import Remark
from cli.ingest import IngestReport, SourceReport
from cli.ingest_output import document_of, lines_of
from cli.up import what_changed

SOURCE = SourceReport("handbook-1a2b3c", 3, 2000, Delivery(1, 2, 0), (), ())
REPORT = IngestReport((SOURCE,), True, 0, False, 40, 0, 0, 0, 1893)


def said(report: IngestReport) -> str:
    return "\n".join(lines_of(report))


def test_the_source_is_named_with_what_changed() -> None:
    assert "handbook-1a2b3c[/]  3 documents: 1 new or changed, 2 unchanged, 0 removed" in said(REPORT)
    assert "all of them can be found" in said(REPORT)
    assert "40 documents and 1,893 passages are served" in said(REPORT)


def test_whatever_is_not_found_is_named_with_its_reason() -> None:
    remark = Remark("[x].pdf", "it needs a password.")
    source = replace(
        SOURCE,
        failed=(remark,),
        skipped=(Remark("b.md", "The document is empty."),),
        faults=(Remark("c.md", "cannot be read (Permission denied)"),),
        held_back=True,
        delivery=replace(SOURCE.delivery, rejected=(Remark("d.md", "too large"),)),
    )
    text = said(replace(REPORT, sources=(source,)))

    for words in (
        "failed: \\[x].pdf",
        "needs a password",
        "skipped: b.md",
        "c.md",
        "not accepted: d.md",
        "Nothing was removed",
    ):
        assert words in text
    assert "all of them" not in text
    assert not source.went_well


def test_many_that_are_left_out_are_counted_by_kind() -> None:
    left_out = tuple(Remark(f"{n}.png", ".png files are not read") for n in range(30))
    text = said(replace(REPORT, sources=(replace(SOURCE, left_out=left_out),)))

    assert "left out: 20 more (20 .png); --json names all" in text
    assert (
        len(
            document_of(replace(REPORT, sources=(replace(SOURCE, left_out=left_out),)))["sources"][0][
                "left_out"
            ]
        )
        == 30
    )


def test_without_waiting_nothing_is_claimed() -> None:
    text = said(replace(REPORT, waited=False, pending=1))

    assert "1 document waits" in text
    assert "can be found" not in text


def test_an_interrupted_start_is_not_called_unchanged() -> None:
    nothing = replace(REPORT, sources=(replace(SOURCE, delivery=Delivery(0, 3, 0)),))

    assert what_changed(nothing) == "nothing changed, nothing embedded"
    assert what_changed(replace(nothing, resumed=2, rebuilt=True)) == "2 still waiting from before"
    assert what_changed(replace(nothing, rebuilt=True)) == "the index was finished"
    assert "still waiting from before are done now" in said(replace(nothing, resumed=2))
