"""The shelf's port is kept by its adapter."""

from __future__ import annotations

from services.retrieval.passage_shelf import PassageShelf
from services.retrieval.passage_shelf_sql import SqlPassageShelf


def test_the_adapter_on_sqlite_has_every_method_of_the_port() -> None:
    methods = {name for name in vars(PassageShelf) if not name.startswith("_")}
    assert len(methods) <= 6
    assert methods <= set(dir(SqlPassageShelf))
