"""Clients that ask and measure: `python -m bench.load PLAN ANSWERS`.

One process, raw keep-alive sockets, every latency kept. It imports neither Django nor the portal,
so that the machine is left to what is measured; its own share of the CPU is told.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

_LONGEST_WAIT = 30.0
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_END_OF_HEAD = b"\r\n\r\n"
_CHUNK = 262144


@dataclass
class Client:
    """One connection, one request at a time."""

    address: tuple[str, int]
    sent_at: float = 0.0
    _socket: socket.socket | None = None
    _received: bytearray = field(default_factory=bytearray)

    @property
    def socket(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self.address, timeout=_LONGEST_WAIT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def ask(self, request: bytes) -> None:
        self._received.clear()
        sending = self.socket
        self.sent_at = time.perf_counter()
        sending.sendall(request)

    def receive(self) -> int | None:
        """Read what has come; the status once the answer is complete.

        :raises ConnectionError: when the server hangs up before that.
        """
        part = self.socket.recv(_CHUNK)
        if not part:
            raise ConnectionError("hung up")
        self._received += part
        return self._status()

    def _status(self) -> int | None:
        end = self._received.find(_END_OF_HEAD)
        if end < 0:
            return None
        head = bytes(self._received[:end]).lower()
        if len(self._received) < end + len(_END_OF_HEAD) + _length_of_body(head):
            return None
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12])

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _length_of_body(head: bytes) -> int:
    _, found, after = head.partition(b"\r\ncontent-length:")
    if not found:
        raise ConnectionError("an answer without Content-Length")
    return int(after.split(b"\r\n", 1)[0])


@dataclass
class Answers:
    """What came back. Those that came after the time was over count as answers, not as speed."""

    latencies_ms: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    elapsed: float = 0.0
    ran_out: bool = False


class Load:
    """So many clients, each asking again as soon as it is answered."""

    def __init__(self, plan: dict[str, Any]) -> None:
        address = (plan["host"], plan["port"])
        if address[0] not in _LOOPBACK:
            raise SystemExit("Only this machine is measured.")
        requests = [text.encode() for text in plan["requests"]]
        self._requests: Iterator[bytes] = cycle(requests) if plan["again"] else iter(requests)
        self._clients = [Client(address) for _ in range(plan["clients"])]
        self._seconds: float = plan["seconds"]
        self._selector = selectors.DefaultSelector()
        self._started = self._deadline = 0.0
        self._last_answer = 0.0
        self.answers = Answers()

    def run(self) -> Answers:
        self._started = time.perf_counter()
        self._deadline = self._started + self._seconds
        for client in self._clients:
            self._ask(client)
        while self._selector.get_map():
            events = self._selector.select(_LONGEST_WAIT)
            if not events:
                self.answers.faults["no answer"] += len(self._selector.get_map())
                break
            for key, _ in events:
                self._listen(key.data)
        for client in self._clients:
            client.close()
        self._selector.close()
        over = self._last_answer if self.answers.ran_out else self._deadline
        self.answers.elapsed = max(over - self._started, 1e-6)
        return self.answers

    def _ask(self, client: Client) -> None:
        if time.perf_counter() >= self._deadline:
            return
        request = next(self._requests, None)
        if request is None:
            self.answers.ran_out = True
            return
        self.answers.asked += 1
        try:
            client.ask(request)
            self._selector.register(client.socket, selectors.EVENT_READ, client)
        except OSError as fault:
            self._give_up(client, fault)

    def _listen(self, client: Client) -> None:
        listening = client.socket
        try:
            status = client.receive()
        except (OSError, ValueError) as fault:
            self._selector.unregister(listening)
            self._give_up(client, fault)
            return
        if status is None:
            return
        self._selector.unregister(listening)
        self._note(client, status)
        self._ask(client)

    def _note(self, client: Client, status: int) -> None:
        now = time.perf_counter()
        self.answers.statuses[str(status)] += 1
        if now <= self._deadline:
            self._last_answer = now
            self.answers.latencies_ms.append((now - client.sent_at) * 1000)

    def _give_up(self, client: Client, fault: Exception) -> None:
        self.answers.faults[f"{type(fault).__name__}: {fault}"] += 1
        client.close()
        self._ask(client)


def main(plan_file: str, answers_file: str) -> None:
    """Do what the plan says and write down the answers."""
    answers = Load(json.loads(Path(plan_file).read_text())).run()
    told = {**vars(answers), "cpu_seconds": time.process_time()}
    Path(answers_file).write_text(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
