"""From where somebody asks. Only what our own gateway wrote counts."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

_INTERNAL = tuple(
    IPv4Network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)


def client_address(request: HttpRequest) -> str:
    """The address of whoever asked: the last hop that only our gateways could have written."""
    hops = settings.TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if not hops or not forwarded:
        return str(request.META.get("REMOTE_ADDR", ""))
    claimed = [address.strip() for address in forwarded.split(",")]
    return str(claimed[-min(hops, len(claimed))])


def is_internal(address: str) -> bool:
    """Whether an address is this machine's or of a private network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    v4 = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else parsed
    return isinstance(v4, IPv4Address) and any(v4 in network for network in _INTERNAL)
