"""Owns the panel people see: `StagingPanel` for notebooks, and what `ui/` builds for it in `static/`."""

from exlab_wizard.panel.widget import StagingPanel

__all__ = ["StagingPanel"]
