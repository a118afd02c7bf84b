"""Owns the calls about the whole station: overview, health, and the description of the API itself."""

from __future__ import annotations

from typing import Any

from tornado import web

from exlab_wizard.api.access import Access
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.guard import authorized
from exlab_wizard.api.requests import whole_number
from exlab_wizard.api.threads import Lane

_LARGEST_REVISION = 2**63 - 1


class OverviewHandler(StagingHandler):
    """Everything panel, CLI and client show, in one answer."""

    @web.authenticated
    @authorized("read", "staging")
    async def get(self) -> None:
        """`Overview`; with `?since=<revision>` the changed and removed rows only."""
        text = self.get_query_argument("since", None)
        self.invite()
        await self.finish_parts(
            await self.access.call(Lane.INDEX, lambda station: station.overview_json(_revision(text)))
        )


def _revision(text: str | None) -> int | None:
    return None if text is None else whole_number("since", text, 0, _LARGEST_REVISION)


class HealthHandler(StagingHandler):
    """Whether the station can do its work."""

    @web.authenticated
    @authorized("read", "staging")
    async def get(self) -> None:
        """`Health`."""
        await self.answer(Lane.INDEX, lambda station: station.health())


class ActivityHandler(StagingHandler):
    """What was synced, and how full staging was, over the last day."""

    @web.authenticated
    @authorized("read", "staging")
    async def get(self) -> None:
        """`ActivityResponse`."""
        await self.answer(Lane.FILES, lambda station: station.activity())


class OpenApiHandler(StagingHandler):
    """The description of every call."""

    def initialize(self, access: Access, document: bytes = b"") -> None:
        """`document` was read when the routes were built."""
        super().initialize(access)
        self._document = document

    @web.authenticated
    @authorized("read", "staging")
    async def get(self) -> None:
        """The OpenAPI document this version ships."""
        self.access.station()
        self.finish(self._document)


def rules(access: Access, document: bytes) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """The Tornado rules of this module."""
    return [
        (r"/staging/overview", OverviewHandler, {"access": access}),
        (r"/staging/health", HealthHandler, {"access": access}),
        (r"/staging/activity", ActivityHandler, {"access": access}),
        (r"/staging/openapi\.json", OpenApiHandler, {"access": access, "document": document}),
    ]
