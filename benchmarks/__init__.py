"""Owns the measurements: how fast the product is, beside its peers and the machine's own limit."""
