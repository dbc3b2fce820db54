"""What can be run: models, formats and files, from `resources/catalog.json`."""
