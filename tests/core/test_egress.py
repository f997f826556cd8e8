"""The gate out: what it lets through, how it is bounded, and to whom it talks."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core import egress, settings
from app.core.addresses import AddressRefused
from app.core.egress import AnswerTooLarge, NoAnswer


class Handler(BaseHTTPRequestHandler):
    """A small web of good and bad behaviour."""

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers), b""))
        getattr(self, "serve_" + self.path.strip("/").partition("?")[0], self.serve_ok)()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, dict(self.headers), body))
        self.serve_ok()

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def serve_ok(self):
        self.answer(200, b"fine", X_Kind="plain")

    def serve_redirect(self):
        self.answer(302, b"", Location=f"http://127.0.0.1:{self.server.server_port}/inside")

    def serve_packed(self):
        self.answer(200, b"\x1f\x8b not unpacked", Content_Encoding="gzip")

    def serve_large(self):
        self.answer(200, b"x" * 5000)

    def serve_endless(self):
        self.send_response(200)
        self.end_headers()
        self._drip(b"x" * 1000, 0)

    def serve_slow(self):
        self.send_response(200)
        self.end_headers()
        self._drip(b"x", 0.05)

    def serve_slowhead(self):
        self._drip(b"HTTP/1.1 200 OK\r\nX-A: b\r\n", 0.05)

    def serve_garbage(self):
        self.wfile.write(b"\x00\x01 not http at all\r\n\r\n")

    def serve_short(self):
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"only this")

    def _drip(self, piece, pause):
        try:
            for _ in range(400):
                self.wfile.write(piece)
                time.sleep(pause)
        except OSError:
            pass

    def log_message(self, *_):
        pass


@contextmanager
def serving(context=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.seen = []
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def configured(monkeypatch):
    """Choose settings for one test."""

    def choose(**chosen):
        monkeypatch.setattr(settings, "_current", replace(settings.Settings(), **chosen))

    return choose


@pytest.fixture
def gateway(configured):
    """A web server on this machine that the operator configured as message gateway."""
    with serving() as server:
        server.url = f"http://127.0.0.1:{server.server_port}"
        configured(delivery_webhook=server.url + "/send")
        yield server


@pytest.fixture
def public_shop(monkeypatch, gateway):
    """``shop.example`` resolves to our server, which passes for public."""
    monkeypatch.setattr(egress, "resolve", lambda *_: ["127.0.0.1"])
    monkeypatch.setattr(egress, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(egress, "USER_PORTS", {gateway.server_port})
    return gateway


def test_a_configured_address_may_be_on_this_machine(gateway):
    answer = egress.request("POST", gateway.url + "/send", purpose="test", body=b"hello")

    assert (answer.status, answer.body, answer.headers["x-kind"]) == (200, b"fine", "plain")
    assert gateway.seen[0][2] == b"hello"


def test_an_address_that_is_not_configured_is_refused_even_if_public(gateway):
    with pytest.raises(AddressRefused):
        egress.request("GET", "https://example.com/", purpose="test")


def test_another_port_of_a_configured_host_is_refused(gateway):
    with pytest.raises(AddressRefused):
        egress.request("GET", f"http://127.0.0.1:{gateway.server_port + 1}/", purpose="test")


def test_a_configured_address_is_still_refused_when_a_user_supplies_it(gateway, monkeypatch):
    monkeypatch.setattr(egress, "USER_PORTS", {gateway.server_port})

    with pytest.raises(AddressRefused):
        egress.request("GET", gateway.url + "/send", purpose="test", user_supplied=True)

    assert gateway.seen == []


def test_the_chosen_geocoders_public_service_is_configured_by_its_name(configured):
    configured(geocoder="baidu")

    assert egress.allowed() == {("api.map.baidu.com", 443)}


def test_an_own_geocoder_replaces_the_public_one(configured):
    configured(geocoder="nominatim", geocoder_url="http://localhost:8080/nominatim")

    assert egress.allowed() == {("localhost", 8080)}


def test_a_user_supplied_address_is_resolved_once_and_called_by_its_name(public_shop, monkeypatch):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    monkeypatch.setattr(egress, "resolve", lambda *_: next(answers))
    url = f"http://shop.example:{public_shop.server_port}/hook"

    answer = egress.request("GET", url, purpose="test", user_supplied=True)

    assert answer.status == 200
    assert public_shop.seen[0][1]["Host"] == f"shop.example:{public_shop.server_port}"
    assert next(answers) == ["10.0.0.1"]


def test_an_address_that_refuses_the_connection_is_followed_by_the_next(public_shop, monkeypatch):
    monkeypatch.setattr(egress, "resolve", lambda *_: ["127.0.0.9", "127.0.0.1"])
    monkeypatch.setattr(egress, "is_public", lambda _: True)
    url = f"http://shop.example:{public_shop.server_port}/hook"

    assert egress.request("GET", url, purpose="test", user_supplied=True).status == 200


def test_a_redirect_is_handed_back_and_not_followed(gateway):
    answer = egress.request("GET", gateway.url + "/redirect", purpose="test")

    assert answer.status == 302
    assert [path for path, *_ in gateway.seen] == ["/redirect"]


def test_a_packed_body_is_not_unpacked(gateway):
    assert egress.request("GET", gateway.url + "/packed", purpose="test").body[:2] == b"\x1f\x8b"


@pytest.mark.parametrize("path", ["large", "endless"])
def test_more_than_the_bound_is_not_read(gateway, path):
    with pytest.raises(AnswerTooLarge):
        egress.request("GET", f"{gateway.url}/{path}", purpose="test", max_bytes=4000)


@pytest.mark.parametrize("path", ["slow", "slowhead"])
def test_a_slow_drip_ends_at_the_deadline(gateway, path):
    began = time.monotonic()

    with pytest.raises(NoAnswer):
        egress.request("GET", f"{gateway.url}/{path}", purpose="test", timeout=0.4)

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("path", ["garbage", "short"])
def test_a_broken_answer_is_no_answer(gateway, path):
    with pytest.raises(NoAnswer):
        egress.request("GET", f"{gateway.url}/{path}", purpose="test")


def test_nobody_listening_is_no_answer(configured):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        configured(delivery_webhook=url)

        with pytest.raises(NoAnswer):
            egress.request("GET", url, purpose="test")


@pytest.mark.parametrize("name", ["X-A\r\nHost", "X-A"])
def test_a_header_cannot_smuggle_another(gateway, name):
    with pytest.raises(ValueError, match="header"):
        egress.request("GET", gateway.url, purpose="test", headers={name: "b\r\nHost: inside"})

    assert gateway.seen == []


def test_the_host_header_cannot_be_replaced(gateway):
    egress.request("GET", gateway.url, purpose="test", headers={"Host": "inside"})

    assert gateway.seen[0][1]["Host"] == f"127.0.0.1:{gateway.server_port}"


def test_proxies_from_the_environment_are_not_used(gateway, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert egress.request("GET", gateway.url, purpose="test").status == 200


def make_certificate(folder, *names):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure_shop(tmp_path, monkeypatch):
    """``shop.example`` over TLS on this machine, with a certificate that is trusted."""
    path = make_certificate(tmp_path, "shop.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    asked = []
    context.sni_callback = lambda _, name, __: asked.append(name)
    with serving(context) as server:
        server.asked = asked
        monkeypatch.setattr(egress, "resolve", lambda *_: ["127.0.0.1"])
        monkeypatch.setattr(egress, "is_public", lambda _: True)
        monkeypatch.setattr(egress, "USER_PORTS", {server.server_port})
        yield server


def test_a_pinned_connection_still_proves_to_be_the_named_host(secure_shop):
    url = f"https://shop.example:{secure_shop.server_port}/ok"

    answer = egress.request("GET", url, purpose="test", user_supplied=True)

    assert answer.body == b"fine"
    assert secure_shop.asked == ["shop.example"]


def test_a_certificate_for_another_name_is_no_answer(secure_shop):
    url = f"https://bank.example:{secure_shop.server_port}/ok"

    with pytest.raises(NoAnswer):
        egress.request("GET", url, purpose="test", user_supplied=True)

    assert secure_shop.seen == []


def test_a_certificate_that_nobody_vouches_for_is_no_answer(secure_shop, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    url = f"https://shop.example:{secure_shop.server_port}/ok"

    with pytest.raises(NoAnswer):
        egress.request("GET", url, purpose="test", user_supplied=True)


def mail():
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.example", "b@y.example", "师傅"
    message.set_content("Tomorrow at ten.")
    return message


def serve_mail(listener, received):
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb", buffering=0) as wire:
        wire.write(b"220 ready\r\n")
        for line in wire:
            received.append(line)
            word = line[:4].upper()
            if word == b"DATA":
                wire.write(b"354 go\r\n")
                while (text := wire.readline()) != b".\r\n":
                    received.append(text)
            wire.write(b"250 ok\r\n" if word != b"QUIT" else b"221 bye\r\n")
            if word == b"QUIT":
                return


def test_mail_goes_to_the_configured_server(configured):
    received = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        configured(delivery_smtp=f"127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=serve_mail, args=(listener, received), daemon=True)
        thread.start()

        egress.send_mail(mail(), purpose="test")

        thread.join(5)
    assert b"Tomorrow at ten.\r\n" in received


def test_mail_without_a_configured_server_is_refused(configured):
    configured(delivery_smtp="")

    with pytest.raises(AddressRefused):
        egress.send_mail(mail(), purpose="test")


def test_a_mail_server_that_is_away_is_no_answer(configured):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        configured(delivery_smtp=f"127.0.0.1:{unused.getsockname()[1]}")

        with pytest.raises(NoAnswer):
            egress.send_mail(mail(), purpose="test")
