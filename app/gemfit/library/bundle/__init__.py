"""Bundles: verified weights with all that belongs to them, as a folder or one .tar, for machines without a network.

Layout: `manifest.json`, `catalog.json` (the whole catalogue of the machine it is from), `licences/<name>.txt` and
`weights/<model>/<build>/<file>`. The .tar is uncompressed, plain ustar, in the order of the manifest.
"""
