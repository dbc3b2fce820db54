"""What is free."""

from gemfit.library.disk import free_bytes


def test_room_is_known_of_a_folder_that_is_not_there_yet(tmp_path):
    assert free_bytes(tmp_path / "a" / "b") > 0
