"""The page of models: what is here and what could be."""
