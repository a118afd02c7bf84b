"""Sync: the queue, the worker processes, the copy engine and the proof that every byte arrived."""
