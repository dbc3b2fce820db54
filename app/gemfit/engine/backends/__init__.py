"""Backends: the only place that imports a native binding."""
