"""Owns running the real `exlab-wizard` command as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def exlab_wizard(
    *arguments: str | Path, stdin: str = "", env: dict[str, str] | None = None, seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """One finished call, with its output as text; the environment's own Jupyter settings do not leak in."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "JPY_", "EXLAB_"))}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from exlab_wizard.cli.main import main; raise SystemExit(main())",
            *map(str, arguments),
        ],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**clean, **(env or {})},
        check=False,
    )
