"""Owns the runs as a pandas DataFrame: one row a run, times as timestamps, the job's progress in columns of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exlab_wizard.client import RunList

if TYPE_CHECKING:
    import pandas

_JOB = ("phase", "fraction", "bytes_per_second", "seconds_left")
_MISSING = (
    "panel.table() needs the package pandas in this kernel's environment: pip install pandas. "
    "Without it, panel.runs holds the same as a list of dictionaries."
)


def data_frame(runs: RunList) -> pandas.DataFrame:
    """The runs, named as in the REST API; `ImportError` says what to do without pandas."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(_MISSING, name="pandas") from error
    from exlab_wizard.api.models import OverviewRow

    columns = [name for name in OverviewRow.model_fields if name not in ("progress", "revision")]
    frame = pandas.DataFrame([_record(row) for row in runs], columns=[*columns, *_JOB])
    for name in ("last_activity_at", "proven_at"):
        frame[name] = pandas.to_datetime(frame[name], utc=True)
    return frame


def _record(row: Any) -> dict[str, Any]:
    record = row.model_dump(exclude={"progress", "revision"})
    job = row.progress.model_dump(include=set(_JOB)) if row.progress else dict.fromkeys(_JOB)
    return {**record, "display_state": str(row.display_state), **job}
