"""`gemfit report`: what belongs into the description of a bug. Nothing personal is in it, and nothing is sent."""

import argparse
from pathlib import Path

from gemfit import log, paths, personal
from gemfit.catalog.load import load_catalog
from gemfit.cli.output import print_json
from gemfit.fit.on_each import speeds_on_each
from gemfit.fit.types import Wish
from gemfit.machine.probe import probe
from gemfit.measured.calibrate import is_stale, read_calibration
from gemfit.measured.known import load_known
from gemfit.report import Findings, report, versions
from gemfit.settings import load_settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None: there is one report."""


def run(args: argparse.Namespace) -> int:
    """Print the report, with `--json` as the text `report` of one object. Returns 0."""
    catalog = load_catalog(Path(args.catalog) if args.catalog else None)
    machine = probe(load_settings().weights_folder)
    known, made = load_known(frozenset(), machine), read_calibration()
    found = Findings(
        machine=machine,
        calibration=made,
        stale=made is not None and is_stale(made, machine),
        speeds=speeds_on_each(machine, catalog, Wish().context_tokens, made) if made else [],
        outcomes=known.outcomes,
        warnings=log.last_warnings(paths.log_file()),
    )
    text = report(found, versions(), personal.here())
    if args.json:
        print_json({"report": text})
    else:
        print(text, end="")
    return 0
