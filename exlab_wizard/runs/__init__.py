"""Runs: what a run is on disk, where it is in its lifecycle, and what people are told about it."""
