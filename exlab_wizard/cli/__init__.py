"""The `exlab-wizard` command: one module per group of commands."""
