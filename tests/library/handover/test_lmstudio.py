"""LM Studio: files where it looks for them, named as it names them. LM Studio itself was not at hand: the folders are
laid out here as its documentation describes them.
"""

import pytest

from gemfit.errors import GemfitError
from gemfit.library.handover import lmstudio
from gemfit.library.stores.host import Host
from gemfit.library.stores.lmstudio import files
from tests.library.handover.parts import gemma, here

REPO = "unsloth/gemma-4-E2B-it-qat-GGUF"
FILE = "gemma-4-E2B-it-qat-UD-Q4_K_XL.gguf"


@pytest.fixture
def host(tmp_path):
    return Host(platform="linux", home=tmp_path / "home", environ={})


@pytest.fixture
def models(host):
    folder = host.home / ".lmstudio" / "models"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def subject(tmp_path):
    return here(tmp_path / "weights" / FILE)


def test_the_offer_says_where_it_would_go_and_changes_nothing(subject, models, host):
    offer = lmstudio.offer(subject, host)
    assert (offer.possible, offer.acts, offer.folder) == (True, ["link"], str(models / REPO))
    assert "LM Studio itself was not at hand" in str(offer.tested)
    assert "Apache-2.0" in str(offer.licence)
    assert list(models.iterdir()) == []


def test_a_linked_file_is_found_as_lm_studio_would_find_it(subject, models, host):
    (done,) = lmstudio.link(subject, host=host)
    assert done.how == "hardlink"
    (found,) = files(models, lambda path, error: pytest.fail(f"{path}: {error}"))
    assert found.path == models / REPO / FILE
    assert found.path.samefile(subject.path)


def test_a_file_of_a_store_without_names_gets_its_published_name(tmp_path, models, host):
    lmstudio.link(here(tmp_path / "blobs" / "sha256-abc"), host=host)
    assert (models / REPO / FILE).is_file()


def test_the_projector_goes_along(subject, tmp_path, models, host):
    projector = tmp_path / "weights" / "mmproj-BF16.gguf"
    projector.write_bytes(b"eyes")
    with_eyes = here(tmp_path / "weights" / FILE, projector=projector)
    lmstudio.link(with_eyes, host=host)
    assert sorted(path.name for path in (models / REPO).iterdir()) == [FILE, "mmproj-BF16.gguf"]


def test_the_folder_of_its_settings_counts(subject, models, host, tmp_path):
    chosen = tmp_path / "big disk"
    chosen.mkdir()
    (models.parent / "settings.json").write_text(f'{{"downloadsFolder": "{chosen}"}}')
    lmstudio.link(subject, host=host)
    assert (chosen / REPO / FILE).is_file()


def test_a_file_of_ones_own_goes_under_its_own_name(tmp_path, models, host):
    own = here(tmp_path / "mine.gguf", model=None, build=None, verified=False, own=True)
    lmstudio.link(own, host=host)
    assert (models / "gemfit" / "mine" / "mine.gguf").is_file()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"path": None}, "not_here"),
        ({"verified": False}, "not_verified"),
        ({"container": "litertlm"}, "not_possible"),
    ],
)
def test_what_cannot_be_trusted_or_used_is_not_handed_over(tmp_path, models, host, changes, code):
    subject = here(tmp_path / "x.gguf", **changes)
    assert lmstudio.offer(subject, host).acts == []
    with pytest.raises(GemfitError) as caught:
        lmstudio.link(subject, host=host)
    assert caught.value.code == code
    assert list(models.iterdir()) == []


def test_without_lm_studio_nothing_is_made(subject, host):
    assert lmstudio.offer(subject, host).found is None
    with pytest.raises(GemfitError, match="Start it once"):
        lmstudio.link(subject, host=host)
    assert not host.home.exists()


def test_a_model_folder_that_is_a_link_to_elsewhere_is_refused(subject, models, host, tmp_path):
    (models / "unsloth").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(GemfitError) as caught:
        lmstudio.link(subject, host=host)
    assert caught.value.code == "leads_outside"


def test_weights_that_are_not_here_can_still_be_asked_about(host):
    offer = lmstudio.offer(gemma(), host)
    assert (offer.possible, offer.acts) == (True, [])
    assert any("not on this disk" in str(note) for note in offer.notes)
