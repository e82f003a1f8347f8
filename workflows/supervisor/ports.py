"""The port that the pages are served on: is it free, and if not, whose is it."""

from __future__ import annotations

import errno
import socket

import psutil

from workflows.supervisor.trouble import CannotRun


def require_free(host: str, port: int) -> None:
    """Raise CannotRun unless a server could listen on `host`:`port` right now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _explained(error, host, port) from error


def listens(pid: int, port: int) -> bool:
    """Tell whether the process `pid` or one that it started listens on `port`.

    Asking the port alone would not do: another program may have been faster to take it.
    """
    try:
        leader = psutil.Process(pid)
        for process in (leader, *leader.children(recursive=True)):
            for connection in process.net_connections("tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return True
    except psutil.Error:
        pass
    return False


def answers(host: str, port: int) -> bool:
    """Tell whether something accepts connections on `host`:`port`."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        with socket.create_connection((reached, port), timeout=0.5):
            return True
    except OSError:
        return False


def _explained(error: OSError, host: str, port: int) -> CannotRun:
    if error.errno == errno.EADDRINUSE:
        return CannotRun(
            f"Port {port} is taken{_by_whom(port)}",
            f"stop that program, or choose another port with --port {port + 1}"
            f" (make run PORT={port + 1}).",
        )
    if error.errno == errno.EACCES:
        return CannotRun(f"Port {port} needs more rights than yours", "choose one above 1023.")
    if error.errno == errno.EADDRNOTAVAIL:
        return CannotRun(
            f"This machine has no address {host}", "leave out --host, or name its own."
        )
    return CannotRun(f"Nothing can listen on {host}:{port} ({error})", "choose another --port.")


def _by_whom(port: int) -> str:
    """Return ` by name (process 123)` if the system lets us see it."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.pid and connection.laddr and connection.laddr.port == port:
                name = psutil.Process(connection.pid).name()
                return f" by {name} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""
