"""Searching the Hub, and what a repository has: whom it asks, what it takes over, and what it leaves out."""

import pytest

from gemfit.errors import GemfitError
from gemfit.library import names
from gemfit.library.browse import files, search
from gemfit.library.listing import obstacle, to_get
from gemfit.library.query import Query
from gemfit.library.source import Source
from tests.fakes.hub import FakeHub, Fault

REPO = "unsloth/gemma-4-E2B-it-qat-GGUF"


def no_wait(_seconds: float) -> bool:
    return False


@pytest.fixture
def source(hub: FakeHub) -> Source:
    hub.add(REPO, "gemma-4-E2B-it-qat-UD-Q4_K_XL.gguf", b"weights" * 100)
    hub.add(REPO, "mmproj-BF16.gguf", b"eyes" * 10)
    hub.add(REPO, "README.md", b"# words")
    hub.add("acme/llama-GGUF", "llama-Q8_0.gguf", b"w")
    hub.add("acme/notes", "notes.txt", b"no model")
    hub.about[REPO] = {
        "downloads": 12345,
        "likes": 7,
        "tags": ["gguf", "license:apache-2.0", "base_model:google/gemma-4-E2B-it", "region:us"],
        "gguf": {"total": 4_630_000_000, "architecture": "gemma4", "context_length": 131072},
        "lastModified": "2026-10-05T08:09:10.000Z",
    }
    hub.about["acme/llama-GGUF"] = {"downloads": 99, "gated": "manual", "tags": ["license:llama3"]}
    return Source(endpoint=hub.url)


def refusal(action) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        action()
    return caught.value


# -- searching ---------------------------------------------------------------------------------------------------------


def test_a_search_finds_repositories_with_gguf_files_the_most_downloaded_first(source):
    found = search(Query("gguf"), source)
    assert [one.repo for one in found.repositories] == [REPO, "acme/llama-GGUF"]
    gemma = found.repositories[0]
    assert (gemma.downloads, gemma.likes, gemma.licence, gemma.gated) == (12345, 7, "apache-2.0", False)
    assert (gemma.architecture, gemma.parameters, gemma.context_tokens) == ("gemma4", 4_630_000_000, 131072)
    assert gemma.changed_at == "2026-10-05T08:09:10+00:00"
    assert found.repositories[1].gated
    assert found.more == ""


def test_an_owner_is_asked_for_as_one(source, hub):
    found = search(Query(owner="acme"), source)
    assert [one.repo for one in found.repositories] == ["acme/llama-GGUF"]
    assert "author=acme" in hub.requests("search")[0].path


def test_one_question_and_nothing_else_is_asked(source, hub):
    search(Query("gemma 4"), source)
    (request,) = hub.requests()
    assert request.path.startswith("/api/models?filter=gguf&sort=downloads&limit=20&search=gemma+4&expand=downloads&")
    assert request.headers["user-agent"].startswith("gemfit/")
    assert "agent/" not in request.headers["user-agent"]
    assert "authorization" not in request.headers


def test_pages_follow_each_other_to_the_end(source, hub):
    for number in range(5):
        hub.add(f"many/m{number}", "x-Q4_0.gguf", b"x")
    pages = [search(Query("many"), source, limit=2)]
    while pages[-1].more:
        pages.append(search(Query("many"), source, limit=2, after=pages[-1].more))
    assert [len(page.repositories) for page in pages] == [2, 2, 1]
    assert len({one.repo for page in pages for one in page.repositories}) == 5


def test_the_token_goes_to_the_endpoint_and_never_to_where_the_next_page_is_said_to_be(source, hub):
    hub.token, hub.next_at = "hf_secret", hub.third_url
    signed = Source(endpoint=hub.url, token="hf_secret")
    first = search(Query("gguf"), signed, limit=1)
    assert [one.repo for one in search(Query("gguf"), signed, limit=1, after=first.more).repositories]
    assert hub.saw("hf_secret") == ["hub"]
    assert {request.host for request in hub.requests()} == {"hub"}


def test_a_redirect_to_another_host_does_not_take_the_token_along(source, hub):
    hub.token = "hf_secret"
    hub.fault(Fault("search", "redirect"))
    assert refusal(lambda: search(Query("x"), Source(endpoint=hub.url, token="hf_secret"), wait=no_wait))
    assert hub.saw("hf_secret") == ["hub"]


def test_nothing_is_asked_when_offline(source, hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert refusal(lambda: search(Query("gemma"), source)).code == "offline"
    assert refusal(lambda: files(REPO, source)).code == "offline"
    assert not hub.requests()


def test_a_mirror_without_search_is_said_with_the_way_that_is_left(source, hub):
    hub.searches = False
    error = refusal(lambda: search(Query("gemma"), source, wait=no_wait))
    assert error.code == "no_search"
    assert "OWNER/NAME" in str(error)
    assert files(REPO, source).files


@pytest.mark.parametrize("what", ["nonsense", "garbage"])
def test_an_answer_that_is_none_is_an_error_in_words(source, hub, what):
    hub.fault(Fault("search", what, times=-1))
    assert refusal(lambda: search(Query("gemma"), source, wait=no_wait)).code in ("no_search", "network")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_search_speaks_of_the_token_and_not_of_a_licence(source, hub, status):
    hub.fault(Fault("search", "status", status=status))
    error = refusal(lambda: search(Query("gemma"), source, wait=no_wait))
    assert error.code == "search_refused"
    assert "licence" not in str(error)


def test_a_busy_hub_is_asked_again(source, hub):
    hub.fault(Fault("search", "status", status=429, times=2))
    assert search(Query("gguf"), source, wait=no_wait).repositories
    assert len(hub.requests("search")) == 3


def test_no_network_is_said(hub):
    url = hub.url
    hub.close()
    assert refusal(lambda: search(Query("x"), Source(endpoint=url), wait=no_wait)).code == "network"


def test_names_that_are_no_repositories_are_not_results(source, hub):
    hub.listed += ["../../etc", "evil/..", "a/b/c", "ok/fine-gguf", "\u202eowner/name-gguf", "--/x-gguf"]
    assert [one.repo for one in search(Query(), source).repositories if one.repo[:3] not in ("uns", "acm")] == [
        "ok/fine-gguf"
    ]


def test_what_is_said_of_a_repository_is_plain_words_or_nothing(source, hub):
    hub.about[REPO] = {
        "tags": ["license:<b>free\u202e</b>"],
        "gguf": {"total": "many", "architecture": "x" * 5000, "context_length": -1},
        "lastModified": "yesterday",
    }
    gemma = next(one for one in search(Query("gemma"), source).repositories if one.repo == REPO)
    assert (gemma.licence, gemma.architecture, gemma.changed_at) == ("", "", "")
    assert (gemma.parameters, gemma.context_tokens) == (None, None)


# -- the files of a repository -----------------------------------------------------------------------------------------


def test_a_repository_lists_its_weights_then_its_projector(source, hub):
    listing = files(REPO, source)
    assert [(file.name, file.role, file.format) for file in listing.files] == [
        ("gemma-4-E2B-it-qat-UD-Q4_K_XL.gguf", "weights", "UD-Q4_K_XL"),
        ("mmproj-BF16.gguf", "projector", "BF16"),
    ]
    weights = listing.files[0]
    assert (weights.bytes, weights.sha256) == (700, hub.sha256(hub.root / REPO / weights.name))
    assert listing.revision == hub.commit(REPO)
    assert (listing.about.licence, listing.about.downloads) == ("apache-2.0", 12345)
    assert listing.page == f"{hub.url}/{REPO}"


def test_the_parts_of_a_split_file_are_one_choice(source, hub):
    for number in (1, 2, 3):
        hub.add(REPO, f"BF16/big-BF16-0000{number}-of-00003.gguf", b"x" * number)
    listing = files(REPO, source)
    big = listing.file("BF16/big-BF16-00002-of-00003.gguf")
    assert (big.name, big.bytes, big.count, len(big.parts), big.format) == ("BF16/big-BF16.gguf", 6, 3, 3, "BF16")
    assert obstacle(listing, big) is None
    assert [file.file for file in to_get(listing, big)] == [part.name for part in big.parts]
    assert [file.bytes for file in to_get(listing, big)] == [1, 2, 3]


def test_a_split_file_with_a_part_missing_cannot_be_got(source, hub):
    for number in (1, 3):
        hub.add(REPO, f"big-BF16-0000{number}-of-00003.gguf", b"x")
    listing = files(REPO, source)
    big = listing.file("big-BF16-00001-of-00003.gguf")
    assert big.missing == ["big-BF16-00002-of-00003.gguf"]
    assert "big-BF16-00002-of-00003.gguf" in str(obstacle(listing, big))
    assert refusal(lambda: to_get(listing, big)).code == "not_for_this"


def test_importance_matrices_are_no_models(source, hub):
    hub.add(REPO, "imatrix_unsloth.gguf", b"x")
    assert len(files(REPO, source).files) == 2


def test_names_that_no_folder_can_hold_are_left_out_and_counted(source, hub):
    hub.siblings[REPO] = ["../../evil.gguf", "C:\\evil.gguf", "nul.gguf", "a\0b.gguf", "MMPROJ-bf16.gguf", "ok.gguf"]
    listing = files(REPO, source)
    assert listing.left_out == 5
    assert [file.name for file in listing.files if file.name == "ok.gguf"] == ["ok.gguf"]
    assert all(names.is_safe(part.name) for file in listing.files for part in file.parts)


def test_what_is_to_be_got_is_pinned_to_the_commit_and_the_official_hash(source, hub, monkeypatch):
    monkeypatch.setattr("gemfit.library.web.OFFICIAL_ENDPOINT", hub.url)
    listing = files(REPO, source)
    (file,) = to_get(listing, listing.files[0])
    assert (file.repo, file.revision, file.bytes) == (REPO, hub.commit(REPO), 700)
    assert file.sha256 == listing.files[0].sha256


def test_a_mirror_is_not_believed_about_a_hash(source):
    listing = files(REPO, source)
    assert to_get(listing, listing.files[0])[0].sha256 is None


def test_a_file_without_a_published_hash_cannot_be_got(source, hub, monkeypatch):
    monkeypatch.setattr("gemfit.library.web.OFFICIAL_ENDPOINT", hub.url)
    hub.without_lfs = True
    listing = files(REPO, source)
    assert "SHA-256" in str(obstacle(listing, listing.files[0]))


def test_what_is_not_there_is_said(source, hub):
    assert refusal(lambda: files("acme/nothing", source)).code == "not_found"
    assert refusal(lambda: files("../etc", source)).code == "bad_repo"
    error = refusal(lambda: files(REPO, source).file("other.gguf"))
    assert error.code == "not_found"
    assert f"{hub.url}/{REPO}" in str(error)


@pytest.mark.parametrize(("status", "code"), [(401, "not_signed_in"), (403, "not_allowed")])
def test_a_gated_repository_says_where_to_accept_its_licence(source, hub, status, code):
    hub.fault(Fault("api", "status", status=status))
    error = refusal(lambda: files(REPO, source, wait=no_wait))
    assert error.code == code
    assert f"{hub.url}/{REPO}" in str(error)
    assert "licence" in str(error)


def test_an_answer_of_another_form_is_an_error_in_words(source, hub):
    hub.about[REPO] = {"tags": 7, "downloads": "many"}
    assert refusal(lambda: files(REPO, source)).code == "bad_answer"
    hub.about[REPO] = {"sha": "../../etc"}
    assert refusal(lambda: files(REPO, source)).code == "bad_answer"
