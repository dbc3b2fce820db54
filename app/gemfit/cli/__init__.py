"""The command line: every capability without a window."""
