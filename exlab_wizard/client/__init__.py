"""Owns the Python client's public names."""

from exlab_wizard.client.connection import ConnectionProblem
from exlab_wizard.client.run_list import RunList
from exlab_wizard.client.staging import DataNotHere, StagingClient, connect
from exlab_wizard.client.waiting import WaitFailed, WaitTimeout

__all__ = ["ConnectionProblem", "DataNotHere", "RunList", "StagingClient", "WaitFailed", "WaitTimeout", "connect"]
