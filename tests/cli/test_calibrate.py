"""`gemfit calibrate`: a table of speeds, one JSON object, and nothing left when it is stopped."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from gemfit import paths
from gemfit.measured import calibrate
from tests.cli.weights_parts import command_in, parsed
from tests.measured.tiny import PROBES


@pytest.fixture
def command(capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calibrate, "PROBES", PROBES)
    monkeypatch.setattr(calibrate, "MOST_ROUNDS", 1)
    return command_in(capsys)


def test_the_table_has_a_line_for_each_model_and_format(command):
    code, out, err = command("calibrate")
    assert (code, err) == (0, "")
    for text in ("E2B", "E4B", "12B", "26B-A4B", "31B", "tokens/s", "Calibrated in"):
        assert text in out
    assert "mobile" not in out.lower()  # this engine does not run it


def test_the_json_has_rates_and_speeds_and_the_next_fit_uses_them(command):
    found = parsed(command("calibrate", "--json"))
    assert found["devices"][0]["read_bps"]
    speeds = {(row["model"], row["build"]): row for row in found["speeds"]}
    assert speeds["E2B", "q4_0"]["generation_tps"] > speeds["31B", "q4_0"]["generation_tps"]
    assert speeds["E2B", "q4_0"]["prompt_tps"] > 0
    fits = parsed(command("fit", "--json"))
    sources = {option["tps_source"] for option in fits["options"] if option["format"] in ("q4_0", "bf16")}
    assert "calibrated" in sources


def test_ctrl_c_leaves_no_file_and_no_process(home: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "gemfit", "calibrate"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        while not (paths.cache_dir() / "calibration").exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err.decode() == "gemfit: stopped.\n"
    assert not (paths.cache_dir() / "calibration").exists()
    assert not calibrate.calibration_file().exists()
    assert not [child for child in children if child.is_running()]
