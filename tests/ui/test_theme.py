"""Colours keep their contrast, the theme follows what is set, and every icon can be drawn."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from gemfit import paths
from gemfit.ui import theme

ICONS = sorted(p.stem for p in (paths.resources_dir() / "icons").glob("*.svg"))


def luminance(colour: QColor) -> float:
    """WCAG 2 relative luminance."""
    channels = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(a: QColor, b: QColor) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", theme.ALL.values(), ids=lambda t: t.name)
@pytest.mark.parametrize("ground", ["surface", "raised"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "caution", "bad"])
def test_texts_keep_a_contrast_of_4_5(tokens, ground, ink):
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", theme.ALL.values(), ids=lambda t: t.name)
@pytest.mark.parametrize("ground", ["surface", "raised"])
@pytest.mark.parametrize("ink", ["control", "weights", "kv", "compute", "projector", "drafter", "base", "other"])
def test_graphics_keep_a_contrast_of_3(tokens, ground, ink):
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 3


@pytest.mark.parametrize("tokens", theme.ALL.values(), ids=lambda t: t.name)
def test_the_primary_button_can_be_read(tokens):
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


def test_the_setting_decides_and_the_palette_follows(qapp: QApplication):
    theme.apply(qapp, "dark")
    assert theme.tokens() is theme.DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.DARK.surface
    theme.apply(qapp, "light")
    assert theme.tokens() is theme.LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.LIGHT.surface


@pytest.mark.parametrize(
    ("setting", "scheme", "name"),
    [
        ("system", "Dark", "dark"),
        ("system", "Light", "light"),
        ("system", "Unknown", "light"),
        ("light", "Dark", "light"),
    ],
)
def test_the_system_decides_only_where_the_setting_leaves_it_to_it(setting, scheme, name):
    scheme = Qt.ColorScheme[scheme]
    assert theme.choose(setting, scheme, Qt.ContrastPreference.NoPreference).name == name
    assert theme.choose(setting, scheme, Qt.ContrastPreference.HighContrast).name == f"{name}-contrast"


def test_no_style_rule_is_left_with_an_unknown_colour():
    for tokens in theme.ALL.values():
        assert "@" not in theme._stylesheet(tokens)


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_paints_in_the_colour_asked_for(qapp, name):
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    theme.paint_icon(painter, name, QRectF(0, 0, 40, 40), QColor("#ff0000"))
    painter.end()
    inked = [image.pixelColor(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).green() < 60]
    assert inked
    assert all(c.red() > 200 and c.blue() < 60 for c in inked)


def test_a_buttons_icon_is_drawn_again_when_the_theme_changes(qapp, qtbot):
    theme.apply(qapp, "light")
    button = QPushButton()
    qtbot.addWidget(button)
    theme.set_icon(button, "check")
    before = button.icon().cacheKey()
    theme.apply(qapp, "dark")
    assert button.icon().cacheKey() != before
    theme.apply(qapp, "light")


def test_headings_are_heavier_and_one_step_larger(qtbot):
    one, two = theme.heading(QLabel("a")), theme.heading(QLabel("b"), 2)
    qtbot.addWidget(one)
    qtbot.addWidget(two)
    plain = QLabel().font()
    assert one.font().pointSizeF() > plain.pointSizeF() == two.font().pointSizeF()
    assert two.font().weight() > plain.weight()


def test_tabular_figures_have_one_width(qapp):
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(theme.tabular(qapp.font()))
    assert len({metrics.horizontalAdvance(d) for d in "0123456789"}) == 1


def test_the_program_has_a_picture_of_its_own(qapp):
    image = theme.program_icon().pixmap(64, 64).toImage()
    assert image.pixelColor(32, 8) != image.pixelColor(0, 0)
