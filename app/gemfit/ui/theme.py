"""Colours, spacing and type in one place: light, dark and high contrast, following the system.

Painted widgets ask `tokens()` while painting, so a change of theme needs no more than the repaint that Qt does anyway.
"""

from dataclasses import dataclass, fields, replace
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QStyleFactory, QWidget

from gemfit import paths
from gemfit.settings import Theme as ThemeSetting

# A grid of 4 px; these are the gaps in use.
GAP_XS, GAP_S, GAP_M, GAP_L = 4, 8, 16, 24
CONTENT_WIDTH = 1000
ICON_SIZE = 18

Role = Literal["text", "muted", "accent", "on_accent", "good", "caution", "bad"]


@dataclass(frozen=True)
class Tokens:
    """The colours by purpose. Texts keep 4.5:1 on `surface` and `raised`, graphics 3:1; a test computes it."""

    name: str
    surface: QColor
    raised: QColor
    text: QColor
    muted: QColor
    line: QColor
    control: QColor
    track: QColor
    accent: QColor
    on_accent: QColor
    good: QColor
    caution: QColor
    bad: QColor
    weights: QColor
    kv: QColor
    compute: QColor
    projector: QColor
    drafter: QColor
    checkpoints: QColor
    base: QColor
    other: QColor

    @property
    def dark(self) -> bool:
        return self.surface.lightness() < 128


def _tokens(name: str, **colours: str) -> Tokens:
    return Tokens(name, **{key: QColor(value) for key, value in colours.items()})


LIGHT = _tokens(
    "light",
    surface="#F7F7F5",
    raised="#FFFFFF",
    text="#1C1E21",
    muted="#5C6269",
    line="#DEDFDC",
    control="#82888E",
    track="#E8E9E6",
    accent="#1D63C4",
    on_accent="#FFFFFF",
    good="#1E7A43",
    caution="#8F5A00",
    bad="#B3261E",
    weights="#2F6FDB",
    kv="#0E8A86",
    compute="#A35BC4",
    projector="#B4590A",
    drafter="#B8336E",
    checkpoints="#6B7A1F",
    base="#4F5B69",
    other="#777C82",
)
DARK = _tokens(
    "dark",
    surface="#17191C",
    raised="#1F2226",
    text="#E9EAEC",
    muted="#A2A8B0",
    line="#34383E",
    control="#767D86",
    track="#2A2E33",
    accent="#6FA8F7",
    on_accent="#0B1A30",
    good="#66C58B",
    caution="#E3B04B",
    bad="#F28B82",
    weights="#5B93F0",
    kv="#3DB5AF",
    compute="#C08AE0",
    projector="#E0994F",
    drafter="#E47CAB",
    checkpoints="#B5C25A",
    base="#A9B4C0",
    other="#7C838C",
)


def _high_contrast(base: Tokens) -> Tokens:
    """Pure ends of the scale, and lines as strong as text."""
    ink, paper = (QColor("#FFFFFF"), QColor("#000000")) if base.dark else (QColor("#000000"), QColor("#FFFFFF"))
    return replace(
        base, name=f"{base.name}-contrast", surface=paper, raised=paper, text=ink, muted=ink, line=ink, control=ink
    )


ALL = {t.name: t for t in (LIGHT, DARK, _high_contrast(LIGHT), _high_contrast(DARK))}
_PROPERTY = "gemfit_theme"
_ICON_PROPERTY = "gemfit_icon"


def tokens() -> Tokens:
    """The colours in force."""
    app = QApplication.instance()
    return ALL.get(str(app.property(_PROPERTY)), LIGHT) if app else LIGHT


def apply(app: QApplication, setting: ThemeSetting) -> None:
    """Dress the program as set, now and, for `system`, whenever the system changes."""
    follower = app.findChild(_Follower) or _Follower(app)
    follower.follow(setting)


class _Follower(QObject):
    """Keeps the theme in step with the setting and the system."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._setting: ThemeSetting = "system"
        app.setStyle(QStyleFactory.create("Fusion"))
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._refresh)
        hints.accessibility().contrastPreferenceChanged.connect(self._refresh)

    def follow(self, setting: ThemeSetting) -> None:
        self._setting = setting
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
        self._app.styleHints().setColorScheme(schemes[setting])  # the window's frame, where the system draws it
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        wanted = self._wanted()
        if self._app.property(_PROPERTY) == wanted.name:
            return
        self._app.setProperty(_PROPERTY, wanted.name)
        self._app.setPalette(_palette(wanted))
        self._app.setStyleSheet(_stylesheet(wanted))
        for widget in self._app.allWidgets():
            if isinstance(widget, QAbstractButton) and widget.property(_ICON_PROPERTY):
                _draw_icon(widget)

    def _wanted(self) -> Tokens:
        hints = self._app.styleHints()
        return choose(self._setting, hints.colorScheme(), hints.accessibility().contrastPreference())


def choose(setting: ThemeSetting, scheme: Qt.ColorScheme, contrast: Qt.ContrastPreference) -> Tokens:
    """The colours for a setting on a system with that scheme and that wish for contrast."""
    dark = setting == "dark" or (setting == "system" and scheme == Qt.ColorScheme.Dark)
    high = contrast == Qt.ContrastPreference.HighContrast
    return ALL[("dark" if dark else "light") + ("-contrast" if high else "")]


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, t.surface),
        (roles.WindowText, t.text),
        (roles.Base, t.raised),
        (roles.AlternateBase, t.surface),
        (roles.Text, t.text),
        (roles.Button, t.raised),
        (roles.ButtonText, t.text),
        (roles.BrightText, t.bad),
        (roles.Highlight, t.accent),
        (roles.HighlightedText, t.on_accent),
        (roles.Accent, t.accent),
        (roles.Link, t.accent),
        (roles.LinkVisited, t.accent),
        (roles.ToolTipBase, t.raised),
        (roles.ToolTipText, t.text),
        (roles.PlaceholderText, t.muted),
        (roles.Light, t.raised),
        (roles.Midlight, t.line),
        (roles.Mid, t.line),
        (roles.Dark, t.control),
        (roles.Shadow, t.control),
    ):
        palette.setColor(role, colour)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, t.control)
    return palette


_STYLE = """
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }
QPushButton { background: @raised; color: @text; border: 1px solid @control; border-radius: 8px; padding: 6px 14px; }
QPushButton:hover { border-color: @accent; }
QPushButton:pressed { background: @track; }
QPushButton:focus { border: 2px solid @accent; padding: 5px 13px; }
QPushButton:disabled { color: @control; border-color: @line; }
QPushButton[kind="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { border-color: @text; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; }
QPushButton[kind="primary"]:disabled { background: @track; color: @muted; border-color: @line; }
QPushButton[kind="link"] { background: transparent; color: @accent; border: 1px solid transparent; padding: 6px 8px; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid @accent; padding: 5px 7px; }
QPushButton[kind="link"]:disabled { color: @control; }
QFrame#status QPushButton[kind="link"] { padding: 0 4px; border-width: 1px; }
QPushButton[kind="nav"] { text-align: left; background: transparent; border: 1px solid transparent; padding: 8px 12px; }
QPushButton[kind="nav"]:hover { background: @track; }
QPushButton[kind="nav"]:checked { background: @track; color: @accent; font-weight: 600; }
QPushButton[kind="nav"]:focus { border: 2px solid @accent; padding: 7px 11px; }
QFrame#sidebar { background: @raised; border: none; border-right: 1px solid @line; }
QFrame#status { background: @raised; border: none; border-top: 1px solid @line; }
QFrame[kind="panel"] { background: @raised; border: 1px solid @control; border-radius: 8px; }
QFrame[kind="panel"] QListWidget { background: transparent; }
QListWidget::item { padding: 6px 8px; border-radius: 4px; }
QListWidget::item:selected { background: @track; color: @text; }
QFrame[kind="panel"] QListWidget::item:selected { background: @accent; color: @on_accent; }
QLineEdit, QComboBox { background: @raised; color: @text; border: 1px solid @control; border-radius: 8px; }
QLineEdit, QComboBox { padding: 6px 10px; }
QLineEdit:focus, QComboBox:focus { border: 2px solid @accent; padding: 5px 9px; }
QPlainTextEdit[kind="field"] { background: @raised; color: @text; border: 1px solid @control; border-radius: 8px; }
QPlainTextEdit[kind="field"] { padding: 3px 5px; }
QPlainTextEdit[kind="field"]:focus { border: 2px solid @accent; padding: 2px 4px; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: url(@style/down.svg); width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @line; selection-background-color: @accent; }
QSlider { min-height: 24px; }
QSlider::groove:horizontal { background: @track; border: 1px solid @control; height: 4px; border-radius: 3px; }
QSlider::sub-page:horizontal { background: @accent; border: 1px solid @accent; height: 4px; border-radius: 3px; }
QSlider::handle:horizontal { background: @raised; border: 2px solid @accent; width: 14px; margin: -7px 0; }
QSlider::handle:horizontal { border-radius: 9px; }
QSlider::handle:horizontal:focus { background: @accent; }
QRadioButton[kind="segment"] { background: @raised; color: @text; border: 1px solid @control; padding: 5px 12px; }
QRadioButton[kind="segment"] { spacing: 0; margin-right: -1px; }
QRadioButton[kind="segment"][end="first"] { border-top-left-radius: 8px; border-bottom-left-radius: 8px; }
QRadioButton[kind="segment"][end="last"] { border-top-right-radius: 8px; border-bottom-right-radius: 8px; margin: 0; }
QRadioButton[kind="segment"]::indicator { width: 0; height: 0; border: none; image: none; background: none; }
QRadioButton[kind="segment"]:hover { border-color: @accent; }
QRadioButton[kind="segment"]:checked { background: @track; color: @accent; font-weight: 600; }
QRadioButton[kind="segment"]:focus { border: 2px solid @accent; padding: 4px 11px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid @control; border-radius: 4px; background: @raised; }
QCheckBox::indicator:focus, QCheckBox::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@style/tick-@shade.svg); }
QCheckBox:focus { outline: none; color: @accent; }
QLineEdit[kind="exact"] { background: transparent; border: 1px solid transparent; padding: 1px 0; }
QLineEdit[kind="exact"]:focus { border: 1px solid @accent; padding: 1px 0; }
QFrame[kind="card"] { background: @raised; border: 1px solid @line; border-radius: 8px; }
QFrame[kind="row"] { background: @raised; border: 1px solid @line; border-radius: 8px; }
QFrame[kind="row"][chosen="true"] { border-color: @control; }
QFrame[kind="row"]:focus { border: 1px solid @accent; }
QFrame[kind="notice"] { background: @raised; border: 1px solid @caution; border-radius: 8px; }
QFrame[kind="line"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="good"] { color: @good; }
QLabel[role="caution"] { color: @caution; }
QLabel[role="bad"] { color: @bad; }
QLabel[role="accent"] { color: @accent; }
QScrollArea, QScrollArea > QWidget > QWidget[kind="page"] { background: @surface; border: none; }
QFrame#details, QFrame#details QScrollArea, QFrame#details QWidget[kind="inside"] { background: @raised; }
QFrame#details { border: none; border-left: 1px solid @line; border-radius: 0; }
QFrame#details[below="true"] { border-left: none; border-top: 1px solid @line; }
QSplitter::handle { background: transparent; }
QMenu { background: @raised; color: @text; border: 1px solid @control; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: @accent; color: @on_accent; }
QMenu::item:disabled { color: @control; }
QMenu::separator { background: @line; height: 1px; margin: 4px 8px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @control; border-radius: 3px; margin: 3px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QHeaderView::section { background: @surface; color: @muted; border: none; border-bottom: 1px solid @line; }
QHeaderView::section { padding: 6px 8px; }
QTableView, QListView, QTreeView { background: @surface; border: none; gridline-color: @line; outline: none; }
QFrame[kind="card"] QTableView, QFrame[kind="card"] QHeaderView::section { background: @raised; }
QTableView::item { padding: 0 5px; }
QTableView::item:selected { background: @track; color: @text; }
QTableView:focus, QListView:focus, QTreeView:focus { border: none; }
QProgressBar { background: @track; border: none; border-radius: 4px; max-height: 8px; min-height: 8px; }
QProgressBar::chunk { background: @accent; border-radius: 4px; }
"""


def _stylesheet(t: Tokens) -> str:
    style = _STYLE.replace("@style", (paths.resources_dir() / "icons" / "style").as_posix())
    style = style.replace("@shade", "dark" if t.dark else "light")
    for name in sorted((f.name for f in fields(t) if f.name != "name"), key=len, reverse=True):
        style = style.replace(f"@{name}", getattr(t, name).name())
    return style


def heading(label: QLabel, level: int = 1) -> QLabel:
    """Make a label a heading: weight and one step of size for level 1, weight alone for level 2. Returns it."""
    font = QFont(label.font())
    font.setWeight(QFont.Weight.DemiBold)
    if level == 1:
        font.setPointSizeF(font.pointSizeF() * 1.4)
    label.setFont(font)
    return label


def small(widget: QWidget) -> QWidget:
    """One step smaller than the text around it. Returns the widget."""
    font = QFont(widget.font())
    font.setPointSizeF(font.pointSizeF() * 0.9)
    widget.setFont(font)
    return widget


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width, for numbers that change."""
    font = QFont(font)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def fixed_font() -> QFont:
    """The system's fixed font, for hashes and code."""
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)


def paint_icon(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Paint one icon of the set in one colour."""
    from PySide6.QtSvg import QSvgRenderer

    source = (paths.resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    QSvgRenderer(QByteArray(source.replace("currentColor", colour.name()).encode())).render(painter, rect)


def program_icon(size: int = 64) -> QIcon:
    """The program's own picture, in its own colours."""
    from PySide6.QtSvg import QSvgRenderer

    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(str(paths.resources_dir() / "gemfit.svg")).render(painter, QRectF(pixmap.rect()))
    painter.end()
    return QIcon(pixmap)


def icon(name: str, role: Role = "text", size: int = ICON_SIZE) -> QIcon:
    """An icon of the set in the colour of `role`, sharp up to a scaling of 300 %; drawn once for all who show it."""
    colour = getattr(tokens(), role)
    key = f"{name} {colour.name()} {size}"
    pixmap = QPixmap()
    if not QPixmapCache.find(key, pixmap):
        pixmap = QPixmap(QSize(size, size) * 3)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_icon(painter, name, QRectF(pixmap.rect()), colour)
        painter.end()
        pixmap.setDevicePixelRatio(3)
        QPixmapCache.insert(key, pixmap)
    return QIcon(pixmap)


def set_icon(button: QAbstractButton, name: str, role: Role = "text", size: int = ICON_SIZE) -> None:
    """Give a button an icon that is drawn again when the theme changes."""
    button.setProperty(_ICON_PROPERTY, f"{name}|{role}|{size}")
    _draw_icon(button)


def _draw_icon(button: QAbstractButton) -> None:
    name, role, size = str(button.property(_ICON_PROPERTY)).split("|")
    button.setIcon(icon(name, role, int(size)))  # type: ignore[arg-type]
    button.setIconSize(QSize(int(size), int(size)))
