"""Weights that other programs keep on this computer, found and used where they are.

One module a program, each with the same three names: `ORIGIN`, `places(host)` (the folders where it keeps weights, by
its own rules, whether they exist or not) and `files(folder, trouble)` (what lies in one of them). They read names,
sizes and small manifests, never the weights, and write nothing.
"""
