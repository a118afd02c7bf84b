"""Owns the staging panel as a Jupyter widget: what Python may set and observe; its browser part talks to the server."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from exlab_wizard.api.models import Overview
from exlab_wizard.client import ConnectionProblem, RunList
from exlab_wizard.errors import StagingError
from exlab_wizard.panel import choice, preview
from exlab_wizard.panel.browser_half import what_is_missing
from exlab_wizard.panel.figures import summary
from exlab_wizard.panel.frame import data_frame
from exlab_wizard.panel.line import LINE, Line
from exlab_wizard.panel.relay import Relay

if TYPE_CHECKING:
    import pandas

STATIC: Final = files("exlab_wizard.panel") / "static"
RUNS_MOST: Final = 500
_SNAPSHOT_ROWS: Final = 100
_FRESH_SECONDS: Final = 2.0
_PLAIN: Final = (
    "StagingPanel: this place cannot show the live table. In JupyterLab and Notebook it needs the package anywidget in "
    "the server's environment too; anywhere else, `exlab-wizard list` shows the same."
)
_NOT_STATION: Final = frozenset({"runs", "removed", "revision", "since"})

_warned = False


class _Words(traitlets.List[str]):
    """A list of texts that `check` brings into form, or refuses with a sentence."""

    def __init__(self, check: Callable[[Any], list[str]], help_text: str) -> None:
        super().__init__(traitlets.Unicode(), help=help_text)
        self._check = check
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> list[str]:
        return super().validate(obj, self._check(value)) or []


class _Height(traitlets.Unicode[str, Any]):
    """A CSS length; numbers are pixels."""

    def validate(self, obj: Any, value: Any) -> str:
        return choice.css_height(value)


class StagingPanel(anywidget.AnyWidget):
    """The live staging table, in JupyterLab, Notebook, Voila and wherever Jupyter widgets are shown.

    `equipment` and `states` are one word or several and say what is shown (None: everything); `height` is pixels or
    CSS ("60vh"). All three may be changed later. To observe: `selected` (run paths, also to be set), `runs` (the rows
    shown, as dictionaries, at most 500) and `summary`.

    The page asks the server's REST API itself, with its own sign-in: the table goes on while a cell runs and when the
    kernel is gone. Only where the page cannot reach that server it asks through this kernel.
    """

    _esm = (STATIC / "widget.js").read_text(encoding="utf-8")
    _css = (STATIC / "staging.css").read_text(encoding="utf-8")

    equipment = _Words(choice.equipment_ids, "ids of the equipment shown; empty: all")
    states = _Words(choice.state_words, "words of the states shown, as 'Verified'; empty: all")
    height = _Height(help="CSS height of the table; empty: as much as it needs").tag(sync=True)
    selected = _Words(choice.run_paths, "run paths that are selected in the table")
    # The page alone writes these two while it is open: sent back to it they would only cost time.
    runs = traitlets.List(
        traitlets.Dict(), help="rows shown, in their order, at most 500; the page writes them twice a second at most"
    ).tag(sync=True, echo_update=False)
    summary = traitlets.Dict(
        help="runs, bytes_here, bytes_not_safe, needs_attention, bytes_per_second, seconds_left, text"
    ).tag(sync=True, echo_update=False)

    base_url = traitlets.Unicode(help="path of the Jupyter server, as '/user/ada/'; empty: the page's").tag(sync=True)
    snapshot = traitlets.Dict(help="the last table (at most 100 runs), shown until a server answers").tag(sync=True)

    def __init__(self, equipment: Any = None, states: Any = None, height: Any = None, **more: Any) -> None:
        self._line: Line = LINE
        self._seen: RunList | None = None
        self._seen_at = -_FRESH_SECONDS
        self._problem = ""
        super().__init__(equipment=equipment, states=states, height=height, **more)
        self._relay = Relay(self._line, self.send)
        self.on_msg(lambda _, content, __: self._relay.hear(content))
        self.refresh()
        self._warn_once()

    def _warn_once(self) -> None:
        """Say what the server's environment lacks, where the page itself could not."""
        global _warned
        if _warned or self._seen is None:
            return
        _warned = True
        with suppress(ConnectionProblem, StagingError):
            missing = self._line.call(what_is_missing)
            if missing:
                warnings.warn(missing, stacklevel=3)

    def refresh(self) -> None:
        """Read `runs` and `summary` from the server now; for scripts, as an open page keeps them up to date itself.

        Never raises: a server that does not answer leaves them as they are, and the panel says why.
        """
        self._seen_at = time.monotonic()
        try:
            self._take(self._read())
        except (StagingError, ConnectionProblem) as problem:
            self._problem = f"{getattr(problem, 'message', problem)} {getattr(problem, 'next_step', '')}".strip()

    def table(self) -> pandas.DataFrame:
        """The runs that the panel shows as a pandas DataFrame, read from the server now; all of them.

        Raises as the client does when the server does not answer, and `ImportError` without pandas.
        """
        return data_frame(self._read())

    def _read(self) -> RunList:
        """What the panel shows now."""
        everything = RunList(self._line.call(_overview))
        return everything.filter(equipment=self.equipment or None, states=self.states or None)

    def _figures(self, shown: RunList) -> dict[str, Any]:
        """Whether the data is safe is answered for all states of the equipment, as in the panel's first sentence."""
        counted = RunList(shown.overview).filter(equipment=self.equipment or None)
        return summary(list(counted), shown.overview.unrecognised, shown.overview.at)

    def _take(self, runs: RunList) -> None:
        self._seen, self._problem = runs, ""
        rows = preview.ordered(runs)
        station = runs.overview.model_dump(mode="json", exclude=set(_NOT_STATION))
        with self.hold_sync():
            self.runs = [row.model_dump(mode="json") for row in rows[:RUNS_MOST]]
            self.summary = self._figures(runs)
            self.snapshot = {"station": station, "rows": self.runs[:_SNAPSHOT_ROWS]}

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**kwargs)
        if bundle:
            bundle[0].update(self._picture())
        return bundle

    def _picture(self) -> dict[str, str]:
        """What is shown where no widget can be: the table as it is now, or why there is none."""
        if time.monotonic() - self._seen_at > _FRESH_SECONDS:
            self.refresh()
        if self._seen is None:
            return {"text/plain": f"{_PLAIN}\n{self._problem}".strip()}
        sentence = str(self._figures(self._seen)["text"])
        return {
            "text/html": preview.as_html(self._seen, sentence),
            "text/plain": f"{preview.as_text(self._seen, sentence)}\n\n{_PLAIN}",
        }


def _overview(client: Any) -> Overview:
    overview: Overview = client.overview()
    return overview
