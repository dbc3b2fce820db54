"""What a model writes can name anything; nothing it names is read, fetched, opened or run."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage
from pytestqt.qtbot import QtBot

from gemfit.ui.chat.blocks import CodeView, MessageBody, ProseView
from gemfit.ui.chat.page import ChatPage
from gemfit.ui.chat.prose import LONGEST_PARAGRAPH, can_open

HOSTILE = """
![remote]({web}/pixel.png) ![local](file://{image}) ![data](data:image/png;base64,iVBORw0KGgo=)
<img src="{web}/html.png"> <img src="file://{image}"> <script>fetch("{web}/script")</script>
<link rel=stylesheet href="{web}/style.css"> <object data="{web}/o"></object>

[file](file:///etc/passwd) [script](javascript:alert(1)) [data](data:text/html,x) [UNC](//host/share)
[web]({web}/page) [mail](mailto:a@example.org) <{web}/auto> [ref]

[ref]: file:///etc/passwd

<style>body {{ background: url({web}/css.png) }}</style>

| a | ![in a table]({web}/table.png) |
|---|---|
| <img src={web}/cell.png> | ![x][pic] |

[pic]: {web}/reference.png

- ![in a list]({web}/list.png)
"""


class Opened(QObject):
    """Stands where the browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.addresses.append(url.toString())


@pytest.fixture
def opened() -> Iterator[Opened]:
    opened = Opened()
    for scheme in ("http", "file", "javascript", "data"):
        QDesktopServices.setUrlHandler(scheme, opened, "open")
    yield opened
    for scheme in ("http", "file", "javascript", "data"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What any text view was asked to load."""
    names: list[str] = []
    original = ProseView.loadResource

    def load(view: ProseView, kind: int, name: QUrl) -> object:
        names.append(name.toString())
        return original(view, kind, name)

    monkeypatch.setattr(ProseView, "loadResource", load)
    return names


def shown(qtbot: QtBot, text: str) -> MessageBody:
    body = MessageBody()
    qtbot.addWidget(body)
    body.resize(600, 400)
    body.show()
    body.set_text(text, final=True)
    while body.advance():
        continue
    body.grab()
    return body


def test_nothing_that_is_named_is_loaded(
    qtbot: QtBot, tmp_path: Path, listener: socket.socket, asked: list[str], opened: Opened
):
    image = tmp_path / "image.png"
    QImage(8, 8, QImage.Format.Format_RGB32).save(str(image))
    web = f"http://127.0.0.1:{listener.getsockname()[1]}"
    body = shown(qtbot, HOSTILE.format(web=web, image=image))
    assert asked == []
    with pytest.raises(BlockingIOError):
        listener.accept()
    text = "\n".join(view.toPlainText() for view in body.findChildren(ProseView))
    assert "\N{OBJECT REPLACEMENT CHARACTER}" not in text
    assert f"![remote]({web}/pixel.png)" in text
    assert '<img src="file://' in text
    assert opened.addresses == []


def test_only_the_web_and_mail_are_links(qtbot: QtBot, tmp_path: Path):
    body = shown(qtbot, HOSTILE.format(web="http://example.org", image=tmp_path))
    links = set()
    for view in body.findChildren(ProseView):
        block = view.document().begin()
        while block.isValid():
            links |= {f.format.anchorHref() for f in block.textFormats() if f.format.isAnchor()}
            block = block.next()
    assert links == {"http://example.org/page", "mailto:a@example.org", "http://example.org/auto"}


def test_a_view_loads_nothing_even_when_asked(qtbot: QtBot, tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    view = ProseView()
    qtbot.addWidget(view)
    assert view.loadResource(2, QUrl.fromLocalFile(str(secret))) is None
    view.setHtml(f'<img src="file://{secret}">')
    view.grab()


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "//h/s", "x", "["]
)
def test_what_may_not_be_opened(address: str):
    assert not can_open(address)


def test_a_link_asks_first_and_shows_where_it_leads(qtbot: QtBot, page: ChatPage, opened: Opened):
    page.transcript.link_clicked.emit("http://example.org/x")
    assert "http://example.org/x" in page.bar.text
    assert opened.addresses == []
    page.bar.buttons()[0].click()
    assert opened.addresses == ["http://example.org/x"]


def test_a_link_to_this_computer_is_not_even_asked_about(qtbot: QtBot, page: ChatPage, opened: Opened):
    page.transcript.link_clicked.emit("file:///etc/passwd")
    assert not page.bar.isVisible()
    assert opened.addresses == []


@pytest.mark.parametrize(("text", "kept"), [("x" * 1_000_000, 1_000_000), ("word " * 200_000, 800_000)])
def test_a_line_of_a_megabyte_is_all_there(qtbot: QtBot, text: str, kept: int):
    body = shown(qtbot, text)
    characters = "".join(view.toPlainText() for view in body.findChildren(ProseView))
    assert len("".join(characters.split())) == kept


def test_a_line_of_a_megabyte_in_code_is_copied_whole(qtbot: QtBot):
    body = shown(qtbot, "```\n" + "y" * 1_000_000 + "\n```")
    (code,) = body.findChildren(CodeView)
    assert code.code == "y" * 1_000_000
    assert max(map(len, code.text.toPlainText().split("\n"))) <= LONGEST_PARAGRAPH
