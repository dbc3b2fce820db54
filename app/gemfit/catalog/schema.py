"""The JSON Schema of a catalogue, for those who write one of their own: `resources/catalog.schema.json`."""

import inspect

import msgspec

from gemfit.catalog.types import SCHEMA, Catalog


def catalog_schema() -> bytes:
    """The schema as it is shipped, made from the types. A test compares the two."""
    schema = msgspec.json.schema(Catalog)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "A catalogue of models for Gemfit"
    schema["$defs"]["Catalog"]["properties"]["schema"]["const"] = SCHEMA
    for kind in schema["$defs"].values():  # Python 3.13 takes the indentation out of docstrings, older ones do not
        if "description" in kind:
            kind["description"] = inspect.cleandoc(kind["description"])
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"
