"""The worker side of sync, by mount: copy once while hashing, publish without replacing, verify cold."""
