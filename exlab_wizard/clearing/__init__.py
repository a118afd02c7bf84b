"""Clearing: when a local copy may go, taking it away, and the receipts of it."""
