"""Networks from which something may be reached, as a list that people write: one a line."""

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
    networks = networks_in(text)
    if not networks:
        return True
    try:
        host = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(host, IPv6Address) and host.ipv4_mapped:
        host = host.ipv4_mapped
    return any(host in network for network in networks)
