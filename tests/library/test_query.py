"""What is typed to search for: words, an owner, a repository, and whatever else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.library import names
from gemfit.library.query import Query, read_query

REPO = "unsloth/gemma-4-E2B-it-qat-GGUF"


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("  gemma  4 ", Query("gemma 4")),
        ("unsloth/", Query(owner="unsloth")),
        ("unsloth/ gemma", Query("gemma", "unsloth")),
        (REPO, Query("gemma-4-E2B-it-qat-GGUF", "unsloth", REPO)),
        (f"https://huggingface.co/{REPO}", Query("gemma-4-E2B-it-qat-GGUF", "unsloth", REPO)),
        (f"hf.co/{REPO}/tree/main", Query("gemma-4-E2B-it-qat-GGUF", "unsloth", REPO)),
        (f"hf://{REPO}/x.gguf@main", Query("gemma-4-E2B-it-qat-GGUF", "unsloth", REPO)),
        ("../etc", Query("../etc")),
        ("", Query()),
    ],
)
def test_words_owners_and_addresses_are_told_apart(typed, query):
    assert read_query(typed) == query


@given(st.text(max_size=60))
def test_whatever_is_typed_gives_a_query_whose_repository_is_one(typed):
    query = read_query(typed)
    assert not query.repo or names.is_repo(query.repo)
