"""State of the window, without widgets: QtCore only."""
