"""Owns the call that clears many verified runs at once."""

from __future__ import annotations

from typing import Any

from tornado import web

from exlab_wizard.api.access import Access, StationPort
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.bulk_models import BulkClearRequest, BulkClearResponse
from exlab_wizard.api.guard import authorized
from exlab_wizard.api.threads import Lane
from exlab_wizard.errors import StagingError


class ClearVerifiedHandler(StagingHandler):
    """Free the local copies of the verified runs that a person chose."""

    body_limit_bytes = 4 * 1024 * 1024  # a panel names every run that it showed, and that may be thousands

    @web.authenticated
    @authorized("write", "staging_clear")
    async def post(self) -> None:
        """`BulkClearResponse`; goes on to its end if the caller disconnects. A dry run needs the same permission."""
        by = self.person

        def clear_verified(station: StationPort) -> BulkClearResponse:
            return station.clear_verified(by, self.body(BulkClearRequest))

        await self.answer(self._lane(), clear_verified)

    def _lane(self) -> Lane:
        """A list of what would be cleared must not wait for hours of clearing."""
        try:
            return Lane.CHANGE if self.body(BulkClearRequest).dry_run else Lane.CLEAR
        except StagingError:  # refused there, after what comes first: whether there is a station
            return Lane.CHANGE


def rules(access: Access) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """The Tornado rules of this module."""
    return [(r"/staging/clear-verified", ClearVerifiedHandler, {"access": access})]
