"""Certificates: the system's are trusted, others are not, and a cancel gets through encryption."""

import shutil
import ssl
import subprocess
import threading

import huggingface_hub
import pytest

from gemfit.errors import GemfitError
from gemfit.library.download import download
from gemfit.library.hub import resolve
from tests.fakes.hub import FakeHub, Fault
from tests.library.parts import FILE, REPO, remote_file, rules, tiny_catalog

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem"
    name = "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    command = f"openssl req -x509 {key} -out cert.pem -days 1 {name}"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem"


@pytest.fixture
def secure(certificate, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    with FakeHub(tmp_path / "hub", tls=context) as hub:
        huggingface_hub.close_session()  # it reads the certificates once, when it makes its session
        yield hub
        huggingface_hub.close_session()


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The system trusts the certificate: where OpenSSL looks, as httpx2 does."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(GemfitError) as caught:
        act(*args, **kwargs)
    return caught.value.code


def test_an_untrusted_certificate_is_refused_at_once(secure, data, tmp_path):
    secure.add(REPO, FILE, data)
    file = tiny_catalog(data).models[0].builds[0].weights
    assert refusal(resolve, file, secure.url, wait=lambda _s: pytest.fail("no second try")) == "certificate"
    assert refusal(download, remote_file(secure, data), tmp_path, rules=rules()) == "certificate"
    assert secure.requests() == []


def test_a_certificate_of_the_system_is_trusted(secure, trusted, data, tmp_path):
    secure.add(REPO, FILE, data)
    remote = resolve(tiny_catalog(data).models[0].builds[0].weights, secure.url)
    assert download(remote, tmp_path, rules=rules()).verified


@pytest.mark.parametrize("after_bytes", [-1, 1_000_000])
def test_cancel_wakes_a_silent_encrypted_connection(secure, trusted, data, tmp_path, after_bytes):
    secure.add(REPO, FILE, data)
    secure.fault(Fault("cdn", "hang", after_bytes=after_bytes))
    cancelled = threading.Event()
    waiter = threading.Thread(target=lambda: (secure.wait_for("cdn"), cancelled.set()))
    waiter.start()
    assert refusal(download, remote_file(secure, data), tmp_path, cancelled=cancelled, rules=rules()) == "cancelled"
    waiter.join()
