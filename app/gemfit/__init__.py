"""Gemfit: puts the right Gemma 4 on the machine in front of it."""
