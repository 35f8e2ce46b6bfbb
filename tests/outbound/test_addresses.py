"""Where requests may go: public addresses and the networks that were given, however they are written."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from outbound.addresses import PUBLIC, AddressRefused, Outgoing, networks
from outbound.urls import BadUrl, Target

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - an address like another
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%lo",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "100::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "::127.0.0.1",
    "3fff::1",
    "5f00::1",
]
OPEN = [
    "8.8.8.8",
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "169.253.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not PUBLIC.allows(ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_what_is_public_is_allowed(address: str) -> None:
    assert PUBLIC.allows(ip_address(address))


def test_given_networks_are_allowed_and_nothing_beside_them() -> None:
    mine = Outgoing(networks(["10.1.0.0/16", "fd00:1::/32"]))
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "8.8.8.8"):
        assert mine.allows(ip_address(address)), address
    for address in ("10.2.0.1", "::ffff:10.2.0.1", "fd00:2::5", "127.0.0.1"):
        assert not mine.allows(ip_address(address)), address


async def test_a_host_is_refused_if_any_of_its_addresses_is_not_public() -> None:
    async def both(_host: str, _port: int) -> list[object]:
        return [ip_address("8.8.8.8"), ip_address("10.0.0.1")]

    with pytest.raises(AddressRefused):
        await Outgoing(resolve=both).addresses("mixed.example.com", 443)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "localhost", "127.0.0.1", "[::1]"])
async def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    target = Target.of(f"https://{host}/")
    with pytest.raises((AddressRefused, OSError)) as refused:
        await PUBLIC.addresses(target.host, target.port)
    assert refused.type is AddressRefused


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "example.com",
        "https://",
        "https:///x",
        "https://user:password@example.com/",
        "https://example.com#part",
        "https://example.com\\@127.0.0.1/",
        "https://exa mple.com/",
        "https://exámple.com/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://[::1/",
        "https://example.com/\r\nHost: other",
        "https://example.com/" + "x" * 2_000,
    ],
)
def test_a_url_that_two_programs_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        Target.of(url)


def test_a_url_is_read_into_its_parts() -> None:
    assert Target.of("https://Example.com") == Target("https", "example.com", 443, "/")
    target = Target.of("http://example.com:8080/a?b=c", http=True)
    assert (target, target.named) == (Target("http", "example.com", 8080, "/a?b=c"), "example.com:8080")
    assert Target.of("https://[2606:4700::1111]:8443/").named == "[2606:4700::1111]:8443"
