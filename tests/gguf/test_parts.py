"""Models in several parts: what belongs together, and what the header of all of them says."""

import shutil
from pathlib import Path

import pytest

from gemfit.errors import GemfitError
from gemfit.fit.header import shape_from_header, tensors_from_header
from gemfit.gguf.check import check_file
from gemfit.gguf.parts import name_of_whole, names_of_parts, part_of, paths_of_parts, read_model
from gemfit.gguf.reader import read_header
from tests.gguf.split import split

WHOLE = "gemma4-tiny.gguf"


@pytest.fixture
def parts(data_dir: Path, tmp_path: Path) -> list[Path]:
    return split(data_dir / WHOLE, tmp_path, tensors_each=30)


def refusal(path: Path) -> GemfitError:
    with pytest.raises(GemfitError) as caught:
        check_file(path)
    return caught.value


def test_a_part_is_known_by_its_name():
    assert part_of("gemma-BF16-00002-of-00003.gguf") == (2, 3)
    assert names_of_parts("a-00002-of-00002.gguf") == ["a-00001-of-00002.gguf", "a-00002-of-00002.gguf"]
    assert name_of_whole("a-00002-of-00002.gguf") == "a.gguf"
    assert name_of_whole("a.gguf") == "a.gguf"
    assert paths_of_parts(Path("x/a-00001-of-00002.gguf"))[1] == Path("x/a-00002-of-00002.gguf")


@pytest.mark.parametrize(
    "name",
    [
        "gemma.gguf",
        "a-00001-of-00001.gguf",
        "a-00003-of-00002.gguf",
        "a-00000-of-00002.gguf",
        "a-1-of-2.gguf",
        "-00001-of-00002.gguf",
        "a-00001-of-00002.GGUF",
        "a-00001-of-99999.gguf",
    ],
)
def test_names_of_nothing_in_parts(name: str):
    assert part_of(name) is None
    assert names_of_parts(name) == []
    assert paths_of_parts(Path(name)) == [Path(name)]


def test_the_header_of_the_parts_is_that_of_the_whole_model(data_dir: Path, parts: list[Path]):
    assert len(parts) == 3
    together, whole = check_file(parts[0]), read_header(data_dir / WHOLE)
    assert together == read_model(parts[0])
    assert shape_from_header(together) == shape_from_header(whole)
    assert tensors_from_header(together) == tensors_from_header(whole)
    assert together.file_bytes == sum(part.stat().st_size for part in parts)


def test_the_first_part_may_have_no_tensors(data_dir: Path, tmp_path: Path):
    first = split(data_dir / WHOLE, tmp_path, tensors_each=40, empty_first=True)[0]
    assert not read_header(first).tensors
    assert len(check_file(first).tensors) == len(read_header(data_dir / WHOLE).tensors)


def test_missing_parts_are_named(parts: list[Path]):
    parts[1].unlink()
    error = refusal(parts[0])
    assert error.code == "gguf_truncated"
    assert "model-00002-of-00003.gguf" in str(error)
    assert "model-00003-of-00003.gguf" not in str(error)


def test_another_part_alone_says_which_one_to_open(parts: list[Path]):
    error = refusal(parts[1])
    assert error.code == "gguf_unsupported"
    assert "part 2 of 3" in str(error)
    assert "model-00001-of-00003.gguf" in str(error)


def test_a_part_under_another_name_says_what_it_should_be_called(parts: list[Path]):
    other = parts[0].rename(parts[0].with_name("weights.gguf"))
    assert "-00001-of-00003.gguf" in str(refusal(other))


def test_a_part_in_the_place_of_another_is_damage(parts: list[Path]):
    shutil.copy(parts[2], parts[1])
    assert refusal(parts[0]).code == "gguf_damaged"


def test_a_part_that_was_cut_is_incomplete(parts: list[Path]):
    with parts[2].open("r+b") as file:
        file.truncate(parts[2].stat().st_size - 100)
    error = refusal(parts[0])
    assert error.code == "gguf_truncated"
    assert parts[2].name in str(error)


def test_parts_of_two_models_are_damage(data_dir: Path, parts: list[Path], tmp_path: Path):
    others = split(data_dir / "gemma4-tiny-moe.gguf", tmp_path / "other", tensors_each=35)
    assert len(others) == 3
    shutil.copy(others[2], parts[2])
    assert refusal(parts[0]).code == "gguf_damaged"
