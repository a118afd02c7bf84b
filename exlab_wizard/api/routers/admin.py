"""Owns the calls by which a person decides for the whole station."""

from __future__ import annotations

from typing import Any

from tornado import web

from exlab_wizard.api.access import Access
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.guard import authorized
from exlab_wizard.api.models import AcceptNasRequest
from exlab_wizard.api.threads import Lane


class AcceptNasHandler(StagingHandler):
    """Another NAS id at a place where one is pinned."""

    @web.authenticated
    @authorized("write", "staging_admin")
    async def post(self) -> None:
        """Accept an `AcceptNasRequest`; `AcceptNasResponse`."""
        by = self.person
        await self.answer(Lane.CHANGE, lambda station: station.accept_nas(by, self.body(AcceptNasRequest)))


def rules(access: Access) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """The Tornado rules of this module."""
    return [(r"/staging/targets/accept", AcceptNasHandler, {"access": access})]
