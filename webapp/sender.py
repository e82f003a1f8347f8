"""From where a request comes: what limits count as one sender."""

from __future__ import annotations

import ipaddress

from flask import request


def sender() -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 network of an IPv6 one.

    It is the address that the connection came from. What `X-Forwarded-For` says counts only
    where the installation names how many proxies of its own stand in front (`webapp/app.py`).
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
