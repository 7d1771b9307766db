"""Networks from which something may be reached, as a list that people write: one a line."""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


class NotANetwork(ValueError):
    """A line is neither an address nor a network."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(f"line {number}: {line}")
        self.number, self.line = number, line


def networks_in(text: str) -> list[IPv4Network | IPv6Network]:
    """The addresses and networks of `text`; empty lines are passed over.

    Raises:
        NotANetwork: naming the first line that is neither.
    """
    found: list[IPv4Network | IPv6Network] = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            found += [ip_network(line.strip())] if line.strip() else []
        except ValueError:
            raise NotANetwork(number, line.strip()) from None
    return found


def may_come_from(address: str | None, text: str) -> bool:
    """Whether `address` lies in one of the networks of `text`; where there are none, any may."""
    return not networks_in(text) or lies_in(address, text)


def lies_in(address: str | None, text: str) -> bool:
    """Whether `address` lies in one of the networks of `text`."""
    try:
        host = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(host, IPv6Address) and host.ipv4_mapped:
        host = host.ipv4_mapped
    return any(host in network for network in networks_in(text))


def forwarded_for(header: str, proxies: int) -> str | None:
    """The client in an `X-Forwarded-For` header that `proxies` of our own wrote one hop each into.

    Each of them adds at the right whom it heard from, so that only the last `proxies` hops are known to be
    true: the first of these is the client. None where there are fewer, or where it is no address.
    """
    hops = [hop.strip() for hop in header.split(",")]
    return _address_in(hops[-proxies]) if len(hops) >= proxies else None


def _address_in(hop: str) -> str | None:
    """The address in `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`."""
    if match := re.fullmatch(r"\[(.+)\](?::\d+)?|([\d.]+):\d+", hop):
        hop = match[1] or match[2]
    try:
        host = ip_address(hop)
    except ValueError:
        return None
    if isinstance(host, IPv6Address):
        return str(host.ipv4_mapped or host) if host.scope_id is None else None
    return str(host)
