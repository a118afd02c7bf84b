"""Looking at runs: hints and rescans, one look at one run, and the next step of its lifecycle."""
