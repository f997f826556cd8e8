"""Which addresses a user may have us call: hostile spellings never reach the inside."""

import pytest

from app.core import egress
from app.core.addresses import AddressRefused, is_public, parse

INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "0.0.0.0",  # noqa: S104  an address to be refused
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "168.63.129.16", "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1",
    "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1",
    "2002:0a00:0001::", "2001:0:53aa:64c:0:1234:80ff:fffe", "100::1", "localhost", "",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "114.114.114.114", "2606:4700:4700::1111", "64:ff9b::808:808"]

MALFORMED = [
    "", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO", "dict://127.0.0.1:11211/", "javascript:alert(1)",
    "http://", "http:///path", "http://:80/", "http://user@example.com/",
    "http://user:pass@example.com/", "http://example.com@127.0.0.1/", "http://127.0.0.1\\@example.com/",
    "http://example.com\\.inside/", "http://exam ple.com/", "http://example.com/a b",
    "http://example.com/\r\nHost: inside", "http://example.com\r\n/", "http://example.com\t/",
    " http://example.com/", "http://example.com/\n", "http://example.com/ü", "http://exa%6dple.com/",
    "http://[::1", "http://[::1%25lo]/", "http://[example.com]/", "http://[127.0.0.1]x/",
    "http://example.com:99999/", "http://example.com:-1/", "http://example.com:port/",
    "http://example.com:0/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/",
    "http://017700000001/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/",
    "http://127.0.0.0x1/", "http://1.2.3.4.5/", "http://999.1.1.1/", "http://256/", "http://..",
    "http://.example.com/", "http://a..b/", "http://" + "a" * 64 + ".com/", "http://-/é",
    "http://" + "a." * 130 + "com/", "http://①②⑦.0.0.1:80@x/", "http://example.com/#\x00",
]  # fmt: skip

RESOLVING_INSIDE = [
    "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://localhost/", "http://localhost./", "http://LOCALHOST/", "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/", "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/",
    "http://[64:ff9b::127.0.0.1]/", "http://10.0.0.1:8080/", "http://192.168.1.1./",
    "https://[2002:7f00:1::]/", "http://0.0.0.0/", "http://[::]/",
]  # fmt: skip


@pytest.fixture
def never_dialled(monkeypatch):
    """Whatever happens, no connection is prepared."""

    def refuse(*_):
        raise AssertionError("a connection was about to be opened")

    monkeypatch.setattr(egress, "_connection", refuse)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("url", MALFORMED)
def test_a_url_that_two_readers_could_read_differently_is_refused(url, never_dialled):
    with pytest.raises(AddressRefused):
        egress.request("GET", url, purpose="test", user_supplied=True)


@pytest.mark.parametrize("url", RESOLVING_INSIDE)
def test_a_url_that_leads_inside_is_refused(url, never_dialled):
    with pytest.raises(AddressRefused):
        egress.request("GET", url, purpose="test", user_supplied=True)


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8000, 11211])
def test_a_user_cannot_reach_ports_that_are_not_of_the_web(port, never_dialled):
    with pytest.raises(AddressRefused):
        egress.request("GET", f"http://1.1.1.1:{port}/", purpose="test", user_supplied=True)


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["93.184.215.14", "10.0.0.7"],
        ["2606:2800:21f:cb07::1", "::ffff:127.0.0.1"],
        ["not an address"],
        [],
    ],
)
def test_a_name_with_one_answer_inside_is_refused_whole(answers, monkeypatch, never_dialled):
    monkeypatch.setattr(egress, "resolve", lambda *_: answers)

    with pytest.raises(AddressRefused):
        egress.request("GET", "http://shop.example/", purpose="test", user_supplied=True)


def test_a_name_that_is_not_found_is_refused(monkeypatch, never_dialled):
    def nothing(*_):
        raise OSError("no such name")

    monkeypatch.setattr(egress, "resolve", nothing)

    with pytest.raises(AddressRefused):
        egress.request("GET", "http://shop.example/", purpose="test", user_supplied=True)


def test_the_refusal_repeats_neither_path_nor_query_nor_password():
    with pytest.raises(AddressRefused) as error:
        parse("http://name:secret@shop.example/path?key=secret")

    assert "secret" not in str(error.value.details)
    assert error.value.details["errors"][0]["value"] == "shop.example"


def test_a_name_in_chinese_is_called_by_its_ascii_form():
    target = parse("https://例子.中国/回调".replace("/回调", "/hook?a=1"))

    assert (target.host, target.port, target.path) == ("xn--fsqu00a.xn--fiqs8s", 443, "/hook?a=1")


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://example.com/", "example.com"),
        ("https://example.com:443/", "example.com"),
        ("https://example.com:8443/", "example.com:8443"),
        ("http://[2606:4700::1]:8080/", "[2606:4700::1]:8080"),
    ],
)
def test_the_host_header_names_the_port_only_where_it_is_unusual(url, authority):
    assert parse(url).authority == authority
