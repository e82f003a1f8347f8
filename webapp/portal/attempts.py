"""How often somebody may type a wrong lookup code before having to wait."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from flask import current_app, request

TRIES = 10
"""Wrong tries from one address within `WINDOW`."""
WINDOW = timedelta(minutes=15)
MOST_ADDRESSES = 20_000
"""Addresses remembered; the one that tried longest ago is forgotten first."""
EXTENSION = "lookup attempts"


class Attempts:
    """Wrong tries by address, kept in this process.

    A code has about 40 bits, so a few processes that count apart lose nothing; what is slowed
    down here is the noise.
    """

    def __init__(self) -> None:
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def minutes_to_wait(self, address: str, now: datetime) -> int:
        """Return how many minutes this address has to wait, 0 if it may try."""
        with self._lock:
            tries = self._recent(address, now)
            if len(tries) < TRIES:
                return 0
            left = tries[0] + WINDOW - now
            return max(1, -(-int(left.total_seconds()) // 60))

    def failed(self, address: str, now: datetime) -> None:
        """Count a wrong try."""
        with self._lock:
            tries = self._recent(address, now)
            tries.append(now)
            self._tries[address] = tries
            self._tries.move_to_end(address)
            while len(self._tries) > MOST_ADDRESSES:
                self._tries.popitem(last=False)

    def _recent(self, address: str, now: datetime) -> deque[datetime]:
        tries = self._tries.get(address, deque())
        while tries and tries[0] <= now - WINDOW:
            tries.popleft()
        return tries


def attempts() -> Attempts:
    """Return the counter of this application."""
    found: Attempts = current_app.extensions.setdefault(EXTENSION, Attempts())
    return found


def sender() -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or ""
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
