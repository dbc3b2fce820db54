"""GGUF files: reading a header in pure Python and checking it before native code sees it."""
