"""The commands that exchange the engine: they can be pasted as they are."""

import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from gemfit.machine.install import WHEEL_INDEX, compiled, has_makefile, ready

PINNED = f"llama-cpp-python=={version('llama-cpp-python').partition('+')[0]}"


def test_a_checkout_is_set_up_again_by_make():
    assert has_makefile()
    assert ready("cu124", system="linux") == "make run WHEELS=cu124"
    assert compiled("-DGGML_NATIVE=on", system="darwin") == "CMAKE_ARGS=-DGGML_NATIVE=on make run"


def test_options_with_spaces_stay_together():
    words = shlex.split(compiled("-DGGML_CUDA=on -DGGML_NATIVE=on", system="linux", make=True))
    assert words == ["CMAKE_ARGS=-DGGML_CUDA=on -DGGML_NATIVE=on", "make", "run"]


def test_an_installed_package_is_changed_by_its_own_pip():
    words = shlex.split(ready("vulkan", system="linux", make=False, python="/opt/my gemfit/bin/python"))
    assert words[:4] == ["/opt/my gemfit/bin/python", "-m", "pip", "install"]
    assert words[-2:] == [f"{WHEEL_INDEX}vulkan", PINNED]
    assert "--no-binary" in compiled("-DGGML_CUDA=on", system="linux", make=False)


def test_windows_has_no_make_and_powershell():
    command = ready("cu124", system="win32", make=True, python=r"C:\Gemfit\python.exe")
    assert command.startswith(r"& 'C:\Gemfit\python.exe' -m pip install ")
    assert compiled("-DGGML_VULKAN=on", system="win32").startswith("$env:CMAKE_ARGS = '-DGGML_VULKAN=on'; & '")


def test_pip_knows_every_option_of_these_commands():
    """What the commands use, held against pip's own help."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--help"], capture_output=True, text=True, check=True
    )
    options = set(re.findall(r"--[a-z-]+", ready("cpu", make=False) + compiled("", make=False)))
    assert options
    assert options <= set(re.findall(r"--[a-z-]+", said.stdout))


@pytest.mark.skipif(sys.platform == "win32", reason="the Makefile is for make")
def test_the_address_is_the_one_that_make_uses():
    prepare = (Path(__file__).parents[2] / "packaging" / "prepare.py").read_text(encoding="utf-8")
    assert f'WHEEL_INDEX = "{WHEEL_INDEX}"' in prepare
