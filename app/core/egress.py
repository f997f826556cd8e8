"""The one gate out: every connection of the product to anywhere is opened here.

An address that the operator configured is taken as it is, localhost included, when its host and
port are among the settings. An address that a user supplied is resolved once, every answer must
be public, and the connection goes to an address that was checked: a second, different answer of
the name server changes nothing.

Always: http or https only, no redirects, no proxies from the environment, one deadline over the
whole exchange, a bound on what is read.
"""

import logging
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from http.client import HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from app.core import settings
from app.core.addresses import Target, is_loopback, is_public, parse, refused
from app.core.errors import Unavailable

log = logging.getLogger(__name__)

USER_PORTS = {80, 443, 8080, 8443}
GEOCODER_HOSTS = {
    "nominatim": "nominatim.openstreetmap.org",
    "photon": "photon.komoot.io",
    "baidu": "api.map.baidu.com",
    "amap": "restapi.amap.com",
}
CHUNK = 64 * 1024


class NoAnswer(Unavailable):
    """The other side did not answer, or not in time."""

    code = "no-answer"


class AnswerTooLarge(Unavailable):
    """The other side sent more than is read here."""

    code = "answer-too-large"


@dataclass(frozen=True)
class Answer:
    """What came back; a redirect comes back as it is and is not followed.

    Attributes:
        headers: Names in lower case.
        body: As sent, never decompressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Bounds:
    """What one exchange may take: until when (monotonic seconds) and how many bytes."""

    purpose: str
    deadline: float
    max_bytes: int

    def left(self) -> float:
        """Return the seconds left.

        Raises:
            NoAnswer: none are.
        """
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise NoAnswer(purpose=self.purpose)
        return seconds


@dataclass(frozen=True)
class Message:
    """What is sent."""

    method: str
    target: Target
    headers: Mapping[str, str]
    body: bytes | None


def request(  # noqa: PLR0913  the gate's whole contract, by name
    method: str,
    url: str,
    *,
    purpose: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    user_supplied: bool = False,
    timeout: float = 10.0,
    max_bytes: int = 1_000_000,
) -> Answer:
    """Call a URL and return what it answered, whatever its status.

    Args:
        method: Such as ``GET`` or ``POST``.
        url: Where; http or https.
        purpose: Why, for the log and errors, such as ``geocode``.
        headers: Sent beside ``Host``.
        body: Sent as given.
        user_supplied: The address comes from a user: only public addresses and web ports.
        timeout: Seconds for everything from connecting to the last byte.
        max_bytes: Most that is read of the body.

    Raises:
        AddressRefused: the address is malformed, not configured, or not public.
        NoAnswer: nothing, or too late, or not over a connection that can be trusted.
        AnswerTooLarge: more than ``max_bytes`` came.
    """
    target = parse(url)
    bounds = Bounds(purpose, time.monotonic() + timeout, max_bytes)
    addresses = _public_addresses(target) if user_supplied else _configured(target)
    sent = {"User-Agent": "Shifu", **(headers or {}), "Host": target.authority}
    try:
        answer = _call(Message(method, target, sent, body), addresses, bounds)
    except (HTTPError, HTTPException, OSError) as error:
        log.info("egress %s to %s failed: %s", purpose, target.host, type(error).__name__)
        raise NoAnswer(purpose=purpose) from error
    log.info("egress %s to %s answered %s", purpose, target.host, answer.status)
    return answer


def resolve(host: str, port: int) -> list[str]:
    """Ask the name server, once; the answers in the order to be tried."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _public_addresses(target: Target) -> list[str]:
    if target.port not in USER_PORTS:
        raise refused(target.authority, "names a port that is not used for the web")
    try:
        addresses = resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise refused(target.authority, "has a host that is not found") from error
    if not addresses or not all(is_public(address) for address in addresses):
        raise refused(target.authority, "does not lie on the public internet")
    return addresses


def _configured(target: Target) -> list[str]:
    if (target.host, target.port) not in allowed():
        raise refused(target.authority, "is not configured here")
    return [target.host]


def allowed() -> set[tuple[str, int]]:
    """Return the hosts and ports of web addresses that the operator has configured."""
    chosen = settings.current()
    urls = [chosen.geocoder_url, chosen.delivery_webhook]
    if chosen.geocoder in GEOCODER_HOSTS and not chosen.geocoder_url:
        urls.append(f"https://{GEOCODER_HOSTS[chosen.geocoder]}")
    return {(target.host, target.port) for url in urls if url for target in [parse(url)]}


def _call(message: Message, addresses: list[str], bounds: Bounds) -> Answer:
    """Try the addresses in turn; one that took the connection is not left for another."""
    for waiting, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        connection = _connection(message.target, address, bounds.left() / waiting)
        try:
            return _exchange(connection, message, bounds)
        except (NewConnectionError, ConnectTimeoutError):
            if waiting == 1:
                raise
    raise NoAnswer(purpose=bounds.purpose)


def _connection(target: Target, address: str, timeout: float) -> HTTPConnection:
    """Prepare a connection to an address, proven (SNI, certificate) to be the target's host."""
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=timeout)
    return HTTPSConnection(
        address,
        target.port,
        timeout=timeout,
        ssl_context=ssl.create_default_context(),
        server_hostname=target.host,
    )


def _exchange(connection: HTTPConnection, message: Message, bounds: Bounds) -> Answer:
    with _cut_at_deadline(connection, bounds):
        connection.connect()
        connection.timeout = bounds.left()
        connection.request(
            message.method,
            message.target.path,
            message.body,
            message.headers,
            preload_content=False,
            decode_content=False,
        )
        response = connection.getresponse()
        content = bytearray()
        while chunk := response.read1(CHUNK, decode_content=False):
            content += chunk
            bounds.left()
            if len(content) > bounds.max_bytes:
                raise AnswerTooLarge(purpose=bounds.purpose, max_bytes=bounds.max_bytes)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, bytes(content))


@contextmanager
def _cut_at_deadline(connection: HTTPConnection, bounds: Bounds) -> Iterator[None]:
    """End the exchange when its time is over: a time-out for each read would let a drip go on."""
    cut = threading.Event()

    def shut_down() -> None:
        cut.set()
        if isinstance(connection.sock, socket.socket):
            with suppress(OSError):
                # The plain socket's: an SSL socket's own would pull the session from its reader.
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    watchdog = threading.Timer(bounds.left(), shut_down)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
        connection.close()
    if cut.is_set():
        raise NoAnswer(purpose=bounds.purpose)


def send_mail(message: EmailMessage, *, purpose: str, timeout: float = 20.0) -> None:
    """Hand a message to the configured mail server, encrypted where it leaves this machine.

    Raises:
        AddressRefused: no mail server is configured.
        NoAnswer: it did not take the message.
    """
    host, port = _mail_server()
    try:
        with smtplib.SMTP(host, port, timeout=timeout) as server:
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls") and not is_loopback(host):
                server.starttls(context=ssl.create_default_context())
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        log.info("egress %s to %s failed: %s", purpose, host, type(error).__name__)
        raise NoAnswer(purpose=purpose) from error


def _mail_server() -> tuple[str, int]:
    host, _, port = settings.current().delivery_smtp.rpartition(":")
    if not host or not port.isdigit():
        raise refused(settings.current().delivery_smtp, "is no mail server, written host:port")
    return host.strip("[]"), int(port)
