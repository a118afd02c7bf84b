"""Owns the call that has a run's copy on the NAS read again."""

from __future__ import annotations

from typing import Any

from tornado import web

from exlab_wizard.api.access import Access, StationPort
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.guard import authorized
from exlab_wizard.api.models import VerifyResponse
from exlab_wizard.api.requests import NoBody
from exlab_wizard.api.routers.runs import RUN
from exlab_wizard.api.threads import Lane
from exlab_wizard.runs.paths import RunPath


class VerifyHandler(StagingHandler):
    """One more reading of the NAS copy."""

    @web.authenticated
    @authorized("write", "staging_sync")
    async def post(self, run_path: str) -> None:
        """`VerifyResponse`."""
        by = self.person

        def verify(station: StationPort, run: RunPath) -> VerifyResponse:
            self.body(NoBody)
            return station.verify(run, by)

        await self.answer_run(Lane.CHANGE, run_path, verify)


def rules(access: Access) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """The Tornado rules of this module."""
    return [(rf"{RUN}/verify", VerifyHandler, {"access": access})]
