"""Owns the calls about a run's overrides: findings of the gate that a person has let pass, with a reason."""

from __future__ import annotations

from typing import Any

from tornado import web

from exlab_wizard.api.access import Access, StationPort
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.guard import authorized
from exlab_wizard.api.models import OverrideRequest, OverridesResponse, RevokeRequest
from exlab_wizard.api.routers.runs import RUN
from exlab_wizard.api.threads import Lane
from exlab_wizard.runs.paths import RunPath


class OverridesHandler(StagingHandler):
    """The overrides of one run."""

    @web.authenticated
    @authorized("read", "staging")
    async def get(self, run_path: str) -> None:
        """`OverridesResponse`, tombstones included."""
        await self.answer_run(Lane.FILES, run_path, lambda station, run: station.overrides(run))

    @web.authenticated
    @authorized("write", "staging_admin")
    async def post(self, run_path: str) -> None:
        """Add an `OverrideRequest`; `OverridesResponse`."""
        by = self.person
        await self.answer_run(
            Lane.CHANGE, run_path, lambda station, run: station.add_override(run, by, self.body(OverrideRequest))
        )


class RevokeHandler(StagingHandler):
    """The end of one override."""

    @web.authenticated
    @authorized("write", "staging_admin")
    async def post(self, run_path: str, override_id: str) -> None:
        """Revoke with a `RevokeRequest`; `OverridesResponse`, with the tombstone."""
        by = self.person

        def revoke(station: StationPort, run: RunPath) -> OverridesResponse:
            return station.revoke_override(run, by, override_id, self.body(RevokeRequest).reason)

        await self.answer_run(Lane.CHANGE, run_path, revoke)


def rules(access: Access) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """The Tornado rules of this module."""
    return [
        (rf"{RUN}/overrides", OverridesHandler, {"access": access}),
        (rf"{RUN}/overrides/(?P<override_id>[^/]+)/revoke", RevokeHandler, {"access": access}),
    ]
