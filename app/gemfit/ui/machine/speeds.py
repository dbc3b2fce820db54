"""Calibration: what it does, how far it is, and how fast this machine would run every model."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from gemfit.fit.on_each import OnDevice
from gemfit.fit.types import SYSTEM_MEMORY
from gemfit.ui import theme, words
from gemfit.ui.machine.lines import Column, Line, LinesTable
from gemfit.ui.machine.past import moment
from gemfit.ui.parts import Flow, Notice, button, label
from gemfit.ui.session import Session
from gemfit.ui.theme import GAP_M, GAP_S
from gemfit.ui.viewmodels.calibration import CalibrationModel

_STEPS = 1000


class SpeedsCard(QFrame):
    """Never made, under way, made, or out of date: each says what to do."""

    def __init__(self, session: Session, calibration: CalibrationModel) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._session, self._calibration = session, calibration
        self._machine = session.machine
        self.state = label(selectable=True)
        self.explained = label(role="muted", selectable=True)
        self.begin = button(self.tr("Calibrate · under a minute"), calibration.start, icon="play")
        self.cancel = button(self.tr("Cancel"), calibration.stop)
        self.cancel.setAccessibleName(self.tr("Cancel the calibration"))
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Calibration"))
        self.doing = label(role="muted")
        self.notice = Notice()
        self.table = LinesTable(
            [
                Column(self.tr("Model")),
                Column(self.tr("Device")),
                Column(self.tr("Generation"), number=True),
                Column(self.tr("Prompt"), number=True),
            ],
            self.tr("Speed of every model on this machine"),
        )
        self._lay_out()
        calibration.changed.connect(self.refresh)
        session.library.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GAP_M, GAP_M, GAP_M, GAP_M)
        inside.setSpacing(GAP_S)
        inside.addWidget(theme.heading(label(self.tr("Speed of this machine")), 2))
        actions = Flow()
        actions.addWidget(self.begin)
        running = QHBoxLayout()
        running.setSpacing(GAP_M)
        running.addWidget(self.bar, 1)
        running.addWidget(self.cancel)
        for widget in (self.state, self.explained, self.notice):
            inside.addWidget(widget)
        inside.addLayout(actions)
        inside.addWidget(self.doing)
        inside.addLayout(running)
        inside.addWidget(self.table)

    def take_focus(self) -> None:
        """Put the keyboard on what can be done now."""
        (self.cancel if self.begin.isHidden() else self.begin).setFocus()

    @Slot()
    def refresh(self) -> None:
        model = self._calibration
        under_way = model.state != "idle"
        had_focus = self.begin.hasFocus() or self.cancel.hasFocus()
        self.begin.setVisible(not under_way)
        self.begin.setEnabled(model.possible)
        self._name_begin()
        for widget in (self.bar, self.cancel, self.doing):
            widget.setVisible(under_way)
        self.cancel.setEnabled(model.state in ("unloading", "running"))
        if had_focus:
            (self.cancel if under_way else self.begin).setFocus()
        self._show_progress()
        self.notice.say(model.problem)
        self.state.setText(self._state_text())
        self.explained.setText(self._explanation())
        lines = self._lines()
        self.table.setVisible(bool(lines))
        if lines != self.table.lines:
            self.table.show_lines(lines)

    def _name_begin(self) -> None:
        """It is the one thing to do next as long as there is no result that counts."""
        model = self._calibration
        text = self.tr("Calibrate again") if model.valid else self.tr("Calibrate · under a minute")
        if model.disturbing:
            text = self.tr("Unload and calibrate")
        self.begin.setText(text)
        self.begin.setAccessibleName(text)
        kind = "" if model.valid else "primary"
        if self.begin.property("kind") != kind:
            self.begin.setProperty("kind", kind)
            theme.set_icon(self.begin, "play", "text" if model.valid else "on_accent")
            self.begin.style().polish(self.begin)

    def _show_progress(self) -> None:
        model = self._calibration
        texts = {
            "unloading": self.tr("Unloading the model first …"),
            "running": model.doing or self.tr("Begins …"),
            "stopping": self.tr("Stops and deletes what it wrote …"),
        }
        self.doing.setText(texts.get(model.state, ""))
        self.bar.setValue(round(model.fraction * _STEPS))
        self.bar.setAccessibleDescription(self.doing.text())

    def _state_text(self) -> str:
        made = self._calibration.calibration
        if made is None:
            return self.tr("Not calibrated: speeds before a download are estimates from published figures.")
        text = self.tr("Measured on %1 in %2.").replace("%1", moment(made.made_at))
        text = text.replace("%2", words.duration(made.took_s))
        if not self._calibration.valid:
            return f"{text} " + self.tr(
                "The machine or the engine has changed since, so these figures do not count any more. Calibrate again."
            )
        context = words.count(self._machine.context_tokens)
        table = self.tr("Tokens per second with a context of %1, provided that the model fits:").replace("%1", context)
        return " ".join(filter(None, (text, self._calibration.note, table)))

    def _explanation(self) -> str:
        model = self._calibration
        sentences = [
            self.tr(
                "Calibrating writes at most 2 GiB of temporary files with made-up weights, runs them on each device "
                "that the engine can use, and deletes them. Nothing is sent."
            )
        ]
        if not model.possible:
            sentences = [self.tr("The engine could not be asked, so nothing can be measured. Look again first.")]
        elif model.disturbing and model.state == "idle":
            text = self.tr("%1 is loaded and would disturb the measurement, so it is unloaded first.")
            sentences.append(text.replace("%1", model.disturbing))
        if self._session.library.any_running():
            sentences.append(
                self.tr("Something is downloaded or verified now, which makes the figures too low: better wait for it.")
            )
        return " ".join(sentences)

    def _lines(self) -> list[Line]:
        return [self._line(found) for found in self._calibration.speeds()]

    def _line(self, found: OnDevice) -> Line:
        speed = found.speed
        texts = [
            self._machine.title(found.model, found.build),
            self._device(found.device),
            f"~{words.rate(speed.generation_tps)}" if speed.generation_tps else "–",
            f"~{words.rate(speed.prompt_tps)}" if speed.prompt_tps else "–",
        ]
        why = f"{texts[0]} · {texts[1]}\n" + self.tr("Computed from what was measured here.")
        if speed.tps_range is not None:
            low, high = (words.rate(tps) for tps in speed.tps_range)
            text = self.tr("Generation between %1 tokens/s with a full context and %2 with an empty one.")
            why += " " + text.replace("%1", low).replace("%2", high)
        return Line(texts, why)

    def _device(self, name: str) -> str:
        gpus = self._machine.machine.gpus if self._machine.machine else []
        found = next((gpu.name for gpu in gpus if gpu.engine_device == name), name)
        return found if name != SYSTEM_MEMORY else self.tr("processor")
