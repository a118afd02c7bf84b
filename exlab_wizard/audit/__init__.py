"""Owns the audit: whether ledgers, database and NAS copies are as they were written down. It changes nothing."""
