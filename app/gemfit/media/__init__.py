"""Pictures and sound that people bring: decoded, limited and kept. The decoders are imported where they run."""
