"""`GET /playground` and `POST /v1/search/explain`: how a search comes to its result, in development only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.edge_gateway.bodies import BodyLimits, read_model
from services.edge_gateway.body_fields import Body, Words
from services.edge_gateway.json_response import json_response
from services.edge_gateway.rate_limiter import RateLimiter
from services.edge_gateway.routes.demo import NOT_BUILT
from services.edge_gateway.searches import Searches, SearchFilter, Wanted
from services.edge_gateway.visitors import Visitors
from services.edge_gateway.widget_files import WidgetFiles

Word = Annotated[Words, StringConstraints(max_length=512)]
Tags = Annotated[list[Word], Field(max_length=100)]


class FilterBody(Body):
    """What narrows a search."""

    uri_prefix: Word = ""
    tags_any: Tags | None = None
    tags_all: Tags | None = None
    language: Word = ""
    updated_from: Word = ""
    updated_before: Word = ""


class SearchBody(Body):
    """Body of the search."""

    query: Annotated[Words, StringConstraints(min_length=1, max_length=4096)]
    k: Annotated[int, Field(ge=0, le=50)] = 0
    profile: Word = ""
    filter: FilterBody = FilterBody()

    def wanted(self) -> Wanted:
        """What is looked for."""
        narrowed = SearchFilter(
            uri_prefix=self.filter.uri_prefix,
            tags_any=tuple(self.filter.tags_any or ()),
            tags_all=tuple(self.filter.tags_all or ()),
            language=self.filter.language,
            updated_from=self.filter.updated_from,
            updated_before=self.filter.updated_before,
        )
        return Wanted(self.query, self.k, self.profile, narrowed)


@dataclass(frozen=True, slots=True)
class PlaygroundRoutes:
    """The routes and what they need.

    A search acts with the visitor's own session: it shows no passage that a question could not.
    """

    visitors: Visitors
    limiter: RateLimiter
    searches: Searches
    files: WidgetFiles
    limits: BodyLimits

    async def page(self, _: Request) -> Response:
        """Returns the page, or how to build it."""
        page = self.files.playground()
        return HTMLResponse(page.content if page else NOT_BUILT)

    async def explain(self, request: Request) -> Response:
        """Searches, and explains the result."""
        session = self.visitors.of(request.headers)
        await self.limiter.admit(session.owner)
        body, _ = await read_model(request, SearchBody, self.limits)
        found = await self.searches.explain(session.caller, body.wanted())
        return json_response(asdict(found))
