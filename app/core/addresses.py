"""Addresses of other machines: taken apart strictly, and judged to be public or not. Pure."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import idna

from app.core.errors import Invalid, problem_of

DEFAULT_PORTS = {"http": 80, "https": 443}

# What the standard library's table, differing by its version, lets pass: protocol assignments,
# relays, tunnels, documentation, and a cloud's control address (the last of the first line).
NEVER_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        *("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"),
        *("::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16"),
        "fec0::/10",
    )
]
NAT64 = ipaddress.ip_network("64:ff9b::/96")

URL_TEXT = re.compile(r"[!$-;=?-Z_a-z~]+", re.ASCII)
HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
NUMBER_LIKE = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)
NOT_IN_A_HOST = re.compile(r"[\s\\%\x00-\x20\x7f]")


class AddressRefused(Invalid):
    """This address may not be called from here."""

    code = "address-refused"


@dataclass(frozen=True)
class Target:
    """A URL taken apart once; nothing else reads it again."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host as a request names it, with the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if DEFAULT_PORTS[self.scheme] == self.port else f"{host}:{self.port}"


def refused(value: str, message: str) -> AddressRefused:
    """Build the refusal; of a URL only what stands before its path and query is repeated."""
    remedy = "give a public web address such as https://example.com/hook"
    shown = re.match(r"[^/?#]*(//)?[^/?#]*", value)
    known = shown.group().rsplit("@", 1)[-1][:200] if shown else ""
    return AddressRefused(errors=[problem_of("url", message, value=known, remedy=remedy)])


def parse(url: str) -> Target:
    """Take a URL apart, strictly: what two parsers could read differently is refused.

    Raises:
        AddressRefused: it is no plain http or https URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused(url, "is not a URL") from error
    if parts.scheme not in DEFAULT_PORTS or url != url.strip() or port == 0:
        raise refused(url, "is not a plain http or https URL")
    if "@" in parts.netloc:
        raise refused(url, "must not carry a name or password")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not URL_TEXT.fullmatch(path) or re.search(r"[\t\r\n]", url):
        raise refused(url, "must be percent-encoded")
    return Target(parts.scheme, _host_of(parts, url), port or DEFAULT_PORTS[parts.scheme], path)


def _host_of(parts: SplitResult, url: str) -> str:
    """Return the host as one canonical text: an address, or a name in ASCII."""
    if NOT_IN_A_HOST.search(parts.netloc) or not parts.hostname:
        raise refused(url, "has no valid host")
    if "[" in parts.netloc:
        return _address(parts.hostname, url)
    try:
        named = parts.hostname
        host = named if named.isascii() else idna.encode(named, uts46=True).decode()
    except idna.IDNAError as error:
        raise refused(url, "has no valid host") from error
    if not HOST_NAME.fullmatch(host):
        raise refused(url, "has no valid host")
    host = host.rstrip(".")
    return _address(host, url) if NUMBER_LIKE.fullmatch(host.rsplit(".", 1)[-1]) else host


def _address(text: str, url: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise refused(url, "writes its address in an unusual way") from error


def is_public(text: str) -> bool:
    """Tell whether an address belongs to the public internet.

    Loopback, private, link-local, shared, documentation, multicast and reserved ranges do not. An
    IPv6 address that carries an IPv4 one is judged by it (RFC 4291 2.5.5.2, RFC 6052); one that
    names a tunnel is refused.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    inner = _carried(address) if isinstance(address, ipaddress.IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if getattr(address, "scope_id", None) is not None or _is_never_public(address):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def _is_never_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address in network for network in NEVER_PUBLIC)


def is_loopback(host: str) -> bool:
    """Tell whether a configured host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
