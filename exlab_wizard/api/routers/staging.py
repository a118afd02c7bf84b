"""Owns the three public calls (list, force-sync, clear) and the router of everything below `/staging`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from tornado import web

from exlab_wizard.api.access import NO_CONFIG, Access, StationPort, Unavailable
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.guard import authorized
from exlab_wizard.api.models import (
    ClearResponse,
    ForceSyncRequest,
    ForceSyncResponse,
    StagedRunRow,
    StagingListResponse,
)
from exlab_wizard.api.refusals import UnknownCallError
from exlab_wizard.api.requests import NoBody
from exlab_wizard.api.routers import admin, bulk, overrides, overview, pauses, proof, runs
from exlab_wizard.api.threads import Lane
from exlab_wizard.runs.paths import RunPath

__all__ = ["ClearResponse", "ForceSyncResponse", "StagedRunRow", "StagingListResponse", "build_staging_router"]

Rule = tuple[str, type[web.RequestHandler], dict[str, Any]]


class StagingListHandler(StagingHandler):
    """Every staged run, the fixed nine fields each."""

    _revision: int | None = None

    @web.authenticated
    @authorized("read", "staging")
    async def get(self) -> None:
        """`StagingListResponse`; 304 while the revision is the one the caller has."""
        if "If-None-Match" in self.request.headers and self._is_current():
            self.set_status(304)
            self.finish()
            return
        self._revision, body = await self.access.call(Lane.INDEX, _tagged_listing)
        await self.finish_parts(body)

    def _is_current(self) -> bool:
        station = self.station
        if station.unavailable is not None:  # the revision stands still while the staging disk is away
            return False
        self._revision = station.revision
        self.set_etag_header()
        return self.check_etag_header()

    def compute_etag(self) -> str | None:
        """By revision alone: `elapsed_seconds_since_last_activity` changes every second."""
        return None if self._revision is None else f'W/"{self._revision}"'


def _tagged_listing(station: StationPort) -> tuple[int, Sequence[bytes]]:
    """The revision is read before the rows: an answer may be newer than its tag, never older."""
    return station.revision, station.listing_json()


class ForceSyncHandler(StagingHandler):
    """Do not wait any longer."""

    @web.authenticated
    @authorized("write", "staging_sync")
    async def post(self, run_path: str) -> None:
        """`ForceSyncResponse`; the body may be a `ForceSyncRequest`."""
        by = self.person

        def force_sync(station: StationPort, run: RunPath) -> ForceSyncResponse:
            return station.force_sync(run, by, self.body(ForceSyncRequest).even_if_incomplete)

        await self.answer_run(Lane.CHANGE, run_path, force_sync)


class ClearHandler(StagingHandler):
    """Free the local copy of a verified run."""

    @web.authenticated
    @authorized("write", "staging_clear")
    async def post(self, run_path: str) -> None:
        """`ClearResponse`; goes on to its end if the caller disconnects."""
        by = self.person

        def clear(station: StationPort, run: RunPath) -> ClearResponse:
            self.body(NoBody)
            return station.clear(run, by)

        await self.answer_run(Lane.CLEAR, run_path, clear)


class UnknownCallHandler(StagingHandler):
    """Any other address below `/staging`: JSON for whoever is signed in, as everywhere here."""

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler does
        """Nothing here runs, so nothing needs a guard."""
        await self.authenticate()
        if self.request.method != "OPTIONS":
            raise UnknownCallError


def build_staging_router(station: StationPort | Unavailable | Access | None = None) -> list[Rule]:
    """The Tornado rules, without base URL, of every call below `/staging`.

    Without a station every call answers 503 `orchestrator_disabled`; with an `Access` one may come later.
    """
    access = station if isinstance(station, Access) else Access(station or NO_CONFIG)
    document = files("exlab_wizard.api").joinpath("openapi.json").read_bytes()
    return [
        (r"/staging/?", StagingListHandler, {"access": access}),
        *overview.rules(access, document),
        *admin.rules(access),
        *bulk.rules(access),
        (rf"{runs.RUN}/force-sync", ForceSyncHandler, {"access": access}),
        (rf"{runs.RUN}/clear", ClearHandler, {"access": access}),
        *pauses.rules(access),
        *proof.rules(access),
        *runs.rules(access),
        *overrides.rules(access),
        (r"/staging/.*", UnknownCallHandler, {"access": access}),
    ]
