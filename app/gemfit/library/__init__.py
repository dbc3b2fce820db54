"""Getting and keeping weights: hub metadata, transfer, verification, the local store."""
