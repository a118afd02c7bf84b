"""The handlers below `/staging`, one module for each kind of call."""
