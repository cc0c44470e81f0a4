"""`causeway answers`: curated answers, in the tenant's manifest file."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError
from rich.markup import escape

from cli.curated_file import CuratedFile
from cli.output import CommandFailed, CommandMisused, console, print_json
from libs.common.clock import SystemClock
from libs.common.curated import CuratedAnswer, Reference

_COLOURS = {"approved": "green", "draft": "yellow", "expired": "dim"}
_MAX_ID = 64


@dataclass(frozen=True, slots=True)
class Written:
    """What an editor wrote.

    Attributes:
        name: Its id; empty makes one of the question.
        questions: The question, and other ways to ask it.
        answer: The answer; `-` reads it from standard input.
        links: Sources, each `Title=https://...`.
        language: ISO 639-1 code.
        access: Access tags.
    """

    name: str
    questions: Sequence[str]
    answer: str
    links: Sequence[str]
    language: str
    access: Sequence[str]


def file_of(folder: Path, tenant: str) -> CuratedFile:
    """Returns a tenant's file.

    Raises:
        CommandFailed: The folder has no such tenant, or the file is not valid.
    """
    if not (folder / "tenants" / f"{tenant}.yaml").exists():
        raise CommandFailed(f"There is no {folder}/tenants/{tenant}.yaml; give --tenant and --folder.")
    return CuratedFile(folder / "curated" / f"{tenant}.yaml")


def add(file: CuratedFile, written: Written, *, as_json: bool) -> None:
    """Adds a draft."""
    text = sys.stdin.read() if written.answer == "-" else written.answer
    try:
        answer = CuratedAnswer(
            id=written.name or _name(written.questions[0]),
            questions=tuple(question.strip() for question in written.questions),
            answer=text.strip(),
            links=tuple(_reference(link) for link in written.links),
            language=written.language,
            access=tuple(written.access),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandMisused(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    file.add(answer)
    _tell(file, answer.id, "is a draft; `causeway answers approve` lets it be used", as_json=as_json)


def approve(file: CuratedFile, name: str, by: str, expires: str, *, as_json: bool) -> None:
    """Lets an answer be used, until a day if one is given."""
    known = file.find(name)
    revision = known.revision + bool(known.approved_by)
    fields: dict[str, str | int] = {"state": "approved", "approved_by": by, "revision": revision}
    if expires:
        fields["expires_at"] = _day(expires).isoformat()
    elif known.expires_at is not None and known.expires_at <= _today():
        raise CommandMisused(f"{name} expired on {known.expires_at}; give it another day with --expires.")
    file.change(name, fields)
    _tell(file, name, f"is approved by {by}, revision {revision}", as_json=as_json)


def expire(file: CuratedFile, name: str, *, as_json: bool) -> None:
    """Takes an answer out of use."""
    file.change(name, {"state": "expired"})
    _tell(file, name, "is not used any more", as_json=as_json)


def show(file: CuratedFile, state: str, *, as_json: bool) -> None:
    """Lists the answers of a tenant."""
    chosen = [answer for answer in file.answers if state in ("", _state(answer))]
    if as_json:
        print_json([answer.model_dump(mode="json") | {"state": _state(answer)} for answer in chosen])
        return
    for answer in chosen:
        found = _state(answer)
        until = f" until {answer.expires_at}" if answer.expires_at else ""
        by = f" by {answer.approved_by}" if answer.approved_by else ""
        console.print(
            f"[bold]{escape(answer.id)}[/]  [{_COLOURS[found]}]{found}[/]"
            f"[dim]{escape(f'{by}{until}, revision {answer.revision}')}[/]"
        )
        for question in answer.questions:
            console.print(f"  {escape(question)}")
    count = f"{len(chosen)} answer{'' if len(chosen) == 1 else 's'}"
    console.print(f"[dim]{count} in {escape(str(file.path))}[/]")


def _tell(file: CuratedFile, name: str, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(file.find(name).model_dump(mode="json") | {"file": str(file.path)})
    else:
        console.print(f"[green]✓[/] {escape(f'{name} {what}. Commit {file.path} to publish.')}")


def _state(answer: CuratedAnswer) -> str:
    late = answer.expires_at is not None and answer.expires_at <= _today()
    return "expired" if answer.state == "approved" and late else answer.state


def _today() -> date:
    return datetime.fromtimestamp(SystemClock().now(), UTC).date()


def _day(written: str) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise CommandMisused(f"{written} is no day. Write it as 2027-12-31.") from None
    if day <= _today():
        raise CommandMisused(f"{written} is past; name a day to come.")
    return day


def _name(question: str) -> str:
    words = re.findall(r"[a-z0-9]+", question.casefold())
    return "-".join(words)[:_MAX_ID].strip("-") or "answer"


def _reference(link: str) -> Reference:
    title, sign, url = link.partition("=")
    if not sign:
        raise CommandMisused(f"{link} is no source. Write it as Title=https://...")
    return Reference(title=title.strip(), url=url.strip())
