"""A name for a machine, the same as long as what computes in it is: measurements hold for one machine only."""

import hashlib

import msgspec

from gemfit.machine.types import Machine


def machine_key(machine: Machine) -> str:
    """Sixteen hexadecimal digits of processor, cores and GPUs. Neither the computer's name nor anything personal."""
    cpu = machine.cpu
    gpus = sorted([gpu.name, gpu.engine_device or ""] for gpu in machine.gpus)
    facts = [machine.arch, cpu.model, cpu.physical_cores, cpu.logical_cores, sorted(cpu.features), gpus]
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:16]
