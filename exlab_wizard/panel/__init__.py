"""Owns the panel people see: `StagingPanel` for notebooks, and the table it is made of in `static/`."""

from exlab_wizard.panel.widget import StagingPanel

__all__ = ["StagingPanel"]
