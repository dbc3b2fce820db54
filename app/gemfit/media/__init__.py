"""Pictures and sound that people bring: decoded, limited and kept. Pillow and soundfile are imported where they run."""
