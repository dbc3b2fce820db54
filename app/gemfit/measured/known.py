"""All that is known beyond machine and catalogue: what is installed, calibrated and learnt from past loads."""

from gemfit.fit.types import Known
from gemfit.machine.types import Machine
from gemfit.measured.calibrate import load_calibration
from gemfit.measured.machine_key import machine_key
from gemfit.measured.outcomes import read_outcomes


def load_known(installed: frozenset[tuple[str, str]], machine: Machine) -> Known:
    """Read the records of this machine. What was measured with another engine build is told apart by who uses it."""
    key = machine_key(machine)
    outcomes = [o for o in read_outcomes() if o.machine_key in ("", key)]
    return Known(installed=installed, calibration=load_calibration(machine), outcomes=outcomes)
