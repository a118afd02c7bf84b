"""The demo lab: simulated instruments, a temporary station and NAS, and the story told in the terminal."""
