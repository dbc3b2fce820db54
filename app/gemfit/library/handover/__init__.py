"""Handing weights over to other programs: a link in their folder, a model made of it, or the right command line."""
