"""Puts together what keeps and knows conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from libs.common.clock import Clock
from libs.common.database import Database
from libs.embedding.embedder import Embedder
from services.generation.conversations.consent import RulesOf
from services.generation.conversations.conversations_sql import SqlConversations
from services.generation.conversations.expiry_sql import SqlExpiry
from services.generation.conversations.fact_book import FactBook
from services.generation.conversations.facts_sql import SqlFacts
from services.generation.conversations.housekeeping import Housekeeping
from services.generation.conversations.methods import ConversationAccess
from services.generation.conversations.recollection import Recollection
from services.generation.conversations.summariser import Summariser
from services.generation.conversations.turn_writer import TurnWriter
from services.generation.conversations.unkept import UnkeptConversations
from services.generation.models import Models

_THREADS = 4
"""As many as the database lends connections; SQLite has them wait for each other."""


@dataclass(frozen=True, slots=True)
class ConversationParts:
    """What keeps and knows conversations.

    Attributes:
        access: What the calls about conversations need.
        recollection: What answers need.
        writer: Stores turns.
        summariser: Sums conversations up.
        housekeeping: Deletes what is too old.
    """

    access: ConversationAccess
    recollection: Recollection
    writer: TurnWriter
    summariser: Summariser
    housekeeping: Housekeeping

    async def run(self) -> None:
        """Works behind the answers until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for work in (self.writer.run(), self.summariser.run(), self.housekeeping.run()):
                tasks.create_task(work)


@contextmanager
def conversation_parts(
    database: Database, models: Models, embedder: Embedder, rules_of: RulesOf, clock: Clock
) -> Iterator[ConversationParts]:
    """Makes the parts, and closes the database after the last of them is done with it."""
    try:
        with ThreadPoolExecutor(_THREADS, "conversations") as executor:
            conversations = SqlConversations(database, clock)
            writer = TurnWriter(conversations, executor)
            summariser = Summariser(conversations, models, executor)
            recollection = Recollection(
                conversations,
                FactBook(SqlFacts(database), embedder, clock),
                writer,
                UnkeptConversations(clock),
                summariser,
                rules_of,
                executor,
                clock,
            )
            access = ConversationAccess(conversations, executor, recollection.forget)
            housekeeping = Housekeeping(SqlExpiry(database), rules_of, executor, clock)
            yield ConversationParts(access, recollection, writer, summariser, housekeeping)
    finally:
        database.close()
