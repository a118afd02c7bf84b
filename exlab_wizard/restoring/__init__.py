"""Owns bringing a run's data back from the NAS: fetched aside, proven, and only then given their names again."""
