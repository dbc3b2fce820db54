"""What is under way besides downloads, from every corner of the program: what closing the window would interrupt."""

from functools import partial

from PySide6.QtCore import QCoreApplication

from gemfit.ui.session import Session
from gemfit.ui.viewmodels.jobs import Job
from gemfit.ui.viewmodels.working import Work


def at_work(session: Session) -> list[Work]:
    """Imports and exports, checks that were asked for, an answer being written, a calibration."""
    found = session.working.under_way()
    check = Work(
        QCoreApplication.translate("AtWork", "Files are being checked."),
        QCoreApplication.translate("AtWork", "A check that is stopped goes on within a day where it was."),
        session.checking.stop,
    )
    if session.checking.running:
        found.append(check)
    elif checks := session.library.checks():
        found.append(check._replace(stop=partial(_stop, checks)))
    if session.engine.state == "answering":
        found.append(
            Work(
                QCoreApplication.translate("AtWork", "An answer is being written."),
                QCoreApplication.translate(
                    "AtWork", "What is written of an answer is kept, and it can go on from there."
                ),
                session.engine.cancel,
            )
        )
    if session.calibration.state != "idle":
        found.append(
            Work(
                QCoreApplication.translate("AtWork", "The speed of this machine is being measured."),
                QCoreApplication.translate("AtWork", "A measurement that is stopped begins anew the next time."),
                session.calibration.stop,
            )
        )
    return found


def _stop(jobs: list[Job]) -> None:
    for job in jobs:
        job.cancelled.set()
