"""The first page: this machine, what to run on it, and one button to begin."""
