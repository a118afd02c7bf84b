"""Owns the staging table alone in an empty page, over an API that a test scripts: for states no lab can hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, Route

from exlab_wizard.panel.widget import STATIC

ORIGIN = "http://panel.test"
GIB = 2**30
_MOUNT = """async () => {
  const { mountStaging, ApiError } = await import('/widget.js');
  const raise = said => {
    if (said?.code) throw new ApiError(said.status, said.code, said.message);
    return said ?? {};
  };
  const answer = (name, run, extra) => {
    window.calls.push([name, run, extra]);
    return raise((window.answers[name] ?? []).shift());
  };
  const api = {
    overview: async since => {
      window.asked += 1;
      if (window.refusal) throw new ApiError(window.refusal.status, window.refusal.code, window.refusal.message);
      window.revision += 1;
      return { ...window.station, revision: window.revision, since: null, runs: window.runs, removed: [] };
    },
    forceSync: async (run, even) => answer('sync', run, even),
    clear: async run => answer('clear', run, null),
    acknowledge: async run => answer('acknowledge', run, null),
    log: async () => window.answers.log[0],  // read again at each change
    detail: async run => { window.calls.push(['detail', run, null]); return raise(window.answers.detail[0]); },
    checksums: async (run, offset, limit) => answer('checksums', run, [offset, limit]),
    override: async (run, wish) => answer('override', run, wish),
    pauseAll: async equipment => answer('pauseAll', equipment, null),
    resumeAll: async equipment => answer('resumeAll', equipment, null),
    clearVerified: async wish => {
      await window.held;  // a promise, while the server takes its time
      return answer('clearVerified', null, wish);
    },
    ...(window.answers.activity && { activity: async () => {
      const said = window.answers.activity[0];
      if (said.code) throw new ApiError(said.status, said.code, said.message);
      return said;
    } }),
    listen: hint => { window.hint = hint; return () => {}; },
  };
  for (const verb of ['verify', 'restore', 'retry', 'pause', 'resume']) {
    api[verb] = async run => answer(verb, run, null);
  }
  const began = performance.now();
  window.panel = mountStaging(document.getElementById('place'), api, window.options ?? {});
  while (!window.asked) await new Promise(done => setTimeout(done, 5));
  await new Promise(requestAnimationFrame);
  window.painted = performance.now() - began;
}"""


def row(path: str, state: str = "Verified", **changes: Any) -> dict[str, Any]:
    """A run as the overview sends it: 1,024 files, 12 GiB, quiet for three minutes."""
    equipment, project, folder, _ = path.split("/")
    base = {
        "path": path,
        "current_state": "sync_verified",
        "equipment_id": equipment,
        "project_name": project,
        "run_kind": "test" if folder == "TestRuns" else "experimental",
        "file_count": 1024,
        "byte_total": 12 * GIB,
        "elapsed_seconds_since_last_activity": 180,
        "last_activity_at": "2026-11-23T14:00:00Z",
        "display_state": state,
        "why": "",
        "next_step": "",
        "needs_attention": False,
        "job_id": None,
        "progress": None,
        "proof_age_seconds": None,
        "proven_at": None,
        "nas_path": None,
        "local_data": True,
        "actions": ["log"],
        "revision": 1,
    }
    return {**base, **changes}


def job(phase: str = "copying", fraction: float = 0.47, **changes: Any) -> dict[str, Any]:
    """Progress of a job over 8,812 files and 160 GiB."""
    base = {
        "phase": phase,
        "files_done": int(8812 * fraction),
        "files_total": 8812,
        "bytes_done": int(160 * GIB * fraction),
        "bytes_total": 160 * GIB,
        "fraction": fraction,
        "bytes_per_second": 32 * 2**20,
        "seconds_left": 3600,
        "seconds_since_bytes": 0.5,
    }
    return {**base, **changes}


def run_path(number: int, project: str = "") -> str:
    """A run path that sorts by its number: the higher, the newer."""
    day, minute = divmod(number, 60)
    stamp = f"2026-11-{day % 28 + 1:02d}T{day // 28:02d}-{minute:02d}"
    return f"CONFOCAL_01/{project or f'PROJ-{number:04d}'}/Runs/Run_{stamp}"


def all_states() -> list[dict[str, Any]]:
    """One run in each display state, as a busy lab would show them."""
    attention = {"needs_attention": True}
    try_again = {"actions": ["force_sync", "log"]}
    blocked = {"next_step": "Rename it.", "actions": ["override", "force_sync", "log"]}
    nas = "/mnt/nas/lab/" + run_path(8)
    return [
        row(run_path(1), "Receiving", why="13 GiB so far; no acquisition_complete.flag yet.", **try_again),
        row(run_path(2), "Waiting", why="Starts after 2 runs.", **try_again),
        row(run_path(3), "Syncing", why="Copying, 4,141 of 8,812 files.", progress=job()),
        row(run_path(4), "Verifying", why="Checking the copy on the NAS.", progress=job("verifying", 0.62)),
        row(run_path(5), "Stalled", why="No bytes for 6 min.", progress=job(fraction=0.23), **attention, **try_again),
        row(run_path(6), "Blocked", why="The name scan_<sample>.h5 holds a placeholder.", **attention, **blocked),
        row(run_path(7), "Failed", why="Checksum differs in 3 files.", progress=job(), **attention, **try_again),
        row(run_path(8), actions=["clear", "force_sync", "log"], nas_path=nas, proof_age_seconds=7200),
        row("CONFOCAL_01/PROJ-0009/TestRuns/TestRun_2026-11-01T00-09", actions=["log"], proof_age_seconds=60),
        row(run_path(10), "Paused", why="NAS not reachable since 14:02.", progress=job(fraction=0.3), **try_again),
        row(run_path(11), "Clearing", progress=job("clearing", 0.3)),
        row(run_path(12), "Restoring", progress=job("restoring", 0.3)),
        row(run_path(13), "Cleared", why="The data are on the NAS.", local_data=False, byte_total=0, file_count=0),
    ]


def station(**changes: Any) -> dict[str, Any]:
    """What an overview says beside its rows."""
    base = {
        "label": "Microscopy",
        "staging_root": "/staging",
        "disk": {"total": 4 * 2**40, "free": 512 * GIB},
        "watcher": {"mode": "events", "detail": "inotify", "rescan_seconds": 60},
        "leader": {"leads": True, "host": "labpc-04", "pid": 1, "config_mismatch": False, "message": ""},
        "targets": [{"nas_root": "/mnt/nas/lab", "state": "ok", "why": "", "since": None}],
        "unrecognised": [],
        "at": "2026-11-23T14:00:00Z",
    }
    return {**base, **changes}


def activity(count: int = 288, **changes: Any) -> dict[str, Any]:
    """The last day's record: work from the morning on, a server that was off at night, a disk that fills."""
    end = datetime(2026, 11, 23, 14, tzinfo=UTC)
    points = []
    for back in range(count, 0, -1):
        busy = back < 90 or back > 250
        free = 4 * 2**40 - int((2.2 - back / 288) * 2**40)
        rate = (24 + 16 * ((back * 7) % 11) / 11) * 2**20 if busy and back % 29 > 4 else 0
        if 130 <= back < 200:
            continue
        point = {"at": (end - timedelta(seconds=300 * back)).isoformat(), "bytes_synced": int(300 * rate)}
        points.append({**point, "bytes_staged": 144 * GIB, "disk_free": free, "disk_total": 4 * 2**40})
    return {"at": end.isoformat(), "bucket_seconds": 300, "points": points, **changes}


class Table:
    """The mounted table; `say` changes what its server answers from now on."""

    def __init__(
        self, page: Page, runs: list[dict[str, Any]], *, dark: bool = False, mount: bool = True, **more: Any
    ) -> None:
        self.page = page
        page.route(f"{ORIGIN}/**", lambda route: _serve(route, dark))
        page.goto(f"{ORIGIN}/")
        start = {"calls": [], "answers": {}, "asked": 0, "revision": 0, "refusal": None, "station": station()}
        self.say(**{**start, "runs": runs, **more})
        if mount:
            self.mount()

    def mount(self) -> None:
        """Put the table into the page and wait for its first answer."""
        self.page.evaluate(_MOUNT)

    def say(self, **values: Any) -> None:
        """Set what the scripted server answers: `runs`, `station`, `refusal`, `answers`."""
        self.page.evaluate("values => { Object.assign(window, values); }", values)

    def wear(self, *, dark: bool) -> None:
        """Change the page's theme, as JupyterLab does."""
        change = "([light, style]) => { document.body.dataset.jpThemeLight = light; document.body.style = style; }"
        self.page.evaluate(change, [str(not dark).lower(), _colours(dark)])

    def hint(self) -> None:
        """As the event socket does when something changed."""
        self.page.evaluate("() => window.hint()")

    @property
    def calls(self) -> list[list[Any]]:
        """What the table asked beside the overview: [name, run, extra]."""
        return self.page.evaluate("() => window.calls")  # type: ignore[no-any-return]

    @property
    def order(self) -> list[str]:
        """The run paths from top to bottom, as far as they are in the page."""
        rows = self.page.locator(".exlab-row")
        return rows.evaluate_all("rows => rows.map(row => row.dataset.run)")  # type: ignore[no-any-return]

    def row(self, run: str) -> Locator:
        """A run's row."""
        return self.page.locator(f'.exlab-row[data-run="{run}"]')

    def focused(self) -> str:
        """The accessible name, or the run, of what has the focus."""
        return self.page.evaluate(  # type: ignore[no-any-return]
            "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.dataset.run"
            " ?? document.activeElement.textContent"
        )


def _serve(route: Route, dark: bool) -> None:
    name = route.request.url.removeprefix(f"{ORIGIN}/").partition("?")[0]
    kind = {"widget.js": "text/javascript", "staging.css": "text/css"}.get(name)
    if kind:
        route.fulfill(body=(STATIC / name).read_text(encoding="utf-8"), content_type=kind)
    else:
        route.fulfill(body=_page(dark), content_type="text/html")


def _page(dark: bool) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Staging</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/staging.css"></head>'
        f'<body data-jp-theme-light="{str(not dark).lower()}" style="{_colours(dark)}">'
        '<main><h1>A page</h1><div id="place"></div></main></body></html>'
    )


def _colours(dark: bool) -> str:
    """What JupyterLab's theme sets, as far as the panel looks at it."""
    if not dark:
        return "background:#fff;color:#111"
    return "background:#111;color:#eee;--jp-layout-color1:#111;--jp-layout-color2:#212121;--jp-border-color2:#383838"
