"""The pre-sync gate: what is wrong with a run, and who decided to sync it all the same."""
