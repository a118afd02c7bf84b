"""Owns the calls that pause and resume (a run, an instrument, everything), and the one that tries again."""

from __future__ import annotations

from typing import Any

from tornado import web

from exlab_wizard.api.access import Access, StationPort
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.guard import authorized
from exlab_wizard.api.models import PauseResponse, PausesRequest, RetryResponse
from exlab_wizard.api.requests import NoBody
from exlab_wizard.api.routers.runs import RUN
from exlab_wizard.api.threads import Lane
from exlab_wizard.runs.paths import RunPath


class PauseHandler(StagingHandler):
    """Hold one run."""

    @web.authenticated
    @authorized("write", "staging_sync")
    async def post(self, run_path: str) -> None:
        """`PauseResponse`."""
        by = self.person

        def pause(station: StationPort, run: RunPath) -> PauseResponse:
            self.body(NoBody)
            return station.pause(run, by)

        await self.answer_run(Lane.CHANGE, run_path, pause)


class ResumeHandler(StagingHandler):
    """Let one run go on."""

    @web.authenticated
    @authorized("write", "staging_sync")
    async def post(self, run_path: str) -> None:
        """`PauseResponse`."""
        by = self.person

        def resume(station: StationPort, run: RunPath) -> PauseResponse:
            self.body(NoBody)
            return station.resume(run, by)

        await self.answer_run(Lane.CHANGE, run_path, resume)


class RetryHandler(StagingHandler):
    """Try again now."""

    @web.authenticated
    @authorized("write", "staging_sync")
    async def post(self, run_path: str) -> None:
        """`RetryResponse`."""
        by = self.person

        def retry(station: StationPort, run: RunPath) -> RetryResponse:
            self.body(NoBody)
            return station.retry(run, by)

        await self.answer_run(Lane.CHANGE, run_path, retry)


class PauseWideHandler(StagingHandler):
    """Hold an instrument's runs, or everything."""

    @web.authenticated
    @authorized("write", "staging_admin")
    async def post(self) -> None:
        """`PausesResponse`; the body may be a `PausesRequest`."""
        by = self.person
        await self.answer(Lane.CHANGE, lambda station: station.pause_wide(by, self.body(PausesRequest).equipment_id))


class ResumeWideHandler(StagingHandler):
    """Let an instrument's runs, or everything, go on."""

    @web.authenticated
    @authorized("write", "staging_admin")
    async def post(self) -> None:
        """`PausesResponse`; the body may be a `PausesRequest`."""
        by = self.person
        await self.answer(Lane.CHANGE, lambda station: station.resume_wide(by, self.body(PausesRequest).equipment_id))


def rules(access: Access) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """The Tornado rules of this module: the whole station's first, or they would read as a run without a path."""
    handlers: list[tuple[str, type[web.RequestHandler]]] = [
        (r"/staging/pause", PauseWideHandler),
        (r"/staging/resume", ResumeWideHandler),
        (rf"{RUN}/pause", PauseHandler),
        (rf"{RUN}/resume", ResumeHandler),
        (rf"{RUN}/retry", RetryHandler),
    ]
    return [(pattern, handler, {"access": access}) for pattern, handler in handlers]
