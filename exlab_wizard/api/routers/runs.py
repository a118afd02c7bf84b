"""Owns the calls that read about one run, and those that restore it and take its alarm off the list."""

from __future__ import annotations

from typing import Any

from tornado import web

from exlab_wizard.api.access import Access, StationPort
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.guard import authorized
from exlab_wizard.api.models import AcknowledgeResponse, ChecksumsResponse, RestoreResponse
from exlab_wizard.api.requests import NoBody, whole_number
from exlab_wizard.api.threads import Lane
from exlab_wizard.runs.paths import RunPath

RUN = r"/staging(?P<run_path>(?:/.*)?)"
_MOST_LINES = 10_000
_MOST_FILES = 10_000  # some 2 MB of JSON
_FAR = 2**31 - 1


class DetailHandler(StagingHandler):
    """Everything about one run."""

    @web.authenticated
    @authorized("read", "staging")
    async def get(self, run_path: str) -> None:
        """`RunDetail`."""
        await self.answer_run(Lane.FILES, run_path, lambda station, run: station.detail(run))


class LogHandler(StagingHandler):
    """The run's own log."""

    @web.authenticated
    @authorized("read", "staging")
    async def get(self, run_path: str) -> None:
        """`LogResponse`: the last `?lines=` lines (default 500), oldest first."""
        text = self.get_query_argument("lines", "500")
        await self.answer_run(
            Lane.FILES, run_path, lambda station, run: station.log(run, whole_number("lines", text, 1, _MOST_LINES))
        )


class ChecksumsHandler(StagingHandler):
    """The run's verified files with their SHA-256."""

    @web.authenticated
    @authorized("read", "staging")
    async def get(self, run_path: str) -> None:
        """`ChecksumsResponse`: `?limit=` files (default 500) from `?offset=` on."""
        offset, limit = self.get_query_argument("offset", "0"), self.get_query_argument("limit", "500")

        def page(station: StationPort, run: RunPath) -> ChecksumsResponse:
            first = whole_number("offset", offset, 0, _FAR)
            return station.checksums(run, first, whole_number("limit", limit, 1, _MOST_FILES))

        await self.answer_run(Lane.FILES, run_path, page)


class RestoreHandler(StagingHandler):
    """Bring a cleared run's data back from the NAS."""

    @web.authenticated
    @authorized("write", "staging_sync")
    async def post(self, run_path: str) -> None:
        """`RestoreResponse`."""
        by = self.person

        def restore(station: StationPort, run: RunPath) -> RestoreResponse:
            self.body(NoBody)
            return station.restore(run, by)

        await self.answer_run(Lane.CHANGE, run_path, restore)


class AcknowledgeHandler(StagingHandler):
    """A person has seen that a run is missing."""

    @web.authenticated
    @authorized("write", "staging_admin")
    async def post(self, run_path: str) -> None:
        """`AcknowledgeResponse`."""
        by = self.person

        def acknowledge(station: StationPort, run: RunPath) -> AcknowledgeResponse:
            self.body(NoBody)
            return station.acknowledge(run, by)

        await self.answer_run(Lane.CHANGE, run_path, acknowledge)


def rules(access: Access) -> list[tuple[str, type[web.RequestHandler], dict[str, Any]]]:
    """The Tornado rules of this module."""
    return [
        (rf"{RUN}/detail", DetailHandler, {"access": access}),
        (rf"{RUN}/log", LogHandler, {"access": access}),
        (rf"{RUN}/checksums", ChecksumsHandler, {"access": access}),
        (rf"{RUN}/restore", RestoreHandler, {"access": access}),
        (rf"{RUN}/acknowledge", AcknowledgeHandler, {"access": access}),
    ]
