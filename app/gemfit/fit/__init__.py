"""Will it fit, how fast: pure arithmetic over a machine and a catalogue."""
