"""Which addresses count as the open internet, and that a deadline ends everything."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import Invalid
from desk.web.network import Deadline, PinnedNetwork, Unreachable, is_public

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2001:0:a00:1::",
    "2002:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["118.102.1.1", "::ffff:118.102.1.1", "64:ff9b::7666:101", "2405:4800::1"]
)
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_keeps_its_standing_however_ipv6_wraps_it(address: ipaddress.IPv4Address) -> None:
    nat64 = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | int(address))
    assert is_public(f"::ffff:{address}") == is_public(str(nat64)) == is_public(str(address))


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["118.102.1.1", "169.254.169.254"], ["::ffff:10.0.0.1"]])
def test_a_name_with_any_private_answer_is_refused_before_a_connection_is_made(answers: list[str]) -> None:
    network = PinnedNetwork(Deadline(5), resolve=lambda host, port: answers)
    with pytest.raises(Invalid) as refused:
        network.connect_tcp("photo.zdn.vn", 80)
    assert refused.value.code == "host_not_allowed"


def test_a_deadline_gives_less_and_less_and_then_nothing() -> None:
    now = [100.0]
    deadline = Deadline(10, clock=lambda: now[0])
    assert deadline.cap(30) == 10
    now[0] = 107.5
    assert deadline.cap(30) == 2.5
    now[0] = 110.0
    with pytest.raises(Unreachable):
        deadline.cap(30)
