"""The wire itself: a plain one passes everything, and each trouble is what it says it is."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

import pytest
from aiokafka.protocol.group import HeartbeatResponse_v1
from aiokafka.protocol.produce import ProduceRequest_v7, ProduceResponse_v7

from tests.faults.lies import (
    COORDINATOR_ERRORS,
    NOT_AUTHORIZED,
    coordinator_error,
    damaged_batch,
    produce_error,
)
from tests.faults.proxy import Api, Asked, Proxy
from tests.system.broker import free_ports

HEARTBEAT = b"\x00\x0c\x00\x01\x00\x00\x00\x07\xff\xff"
FETCH = b"\x00\x01\x00\x0b\x00\x00\x00\x08\xff\xff"


class Echo:
    """Answers each frame with itself, and counts them."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.frames = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                while size := stream.read(4):
                    stream.write(size + stream.read(int.from_bytes(size)))
                    self.frames += 1
                    stream.flush()


@contextmanager
def wired() -> Iterator[tuple[Proxy, Echo, int]]:
    [port] = free_ports(1)
    echo = Echo()
    proxy = Proxy(port, echo.port)
    proxy.start()
    try:
        yield proxy, echo, port
    finally:
        proxy.stop()
        echo.close()


@contextmanager
def talking(port: int, *, seconds: float = 5) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        yield connection


def ask(connection: socket.socket, *requests: bytes) -> list[bytes]:
    for request in requests:
        connection.sendall(len(request).to_bytes(4) + request)
    with connection.makefile("rb") as stream:
        return [stream.read(int.from_bytes(stream.read(4))) for _ in requests]


def test_a_plain_wire_passes_every_frame() -> None:
    with wired() as (_, echo, port), talking(port) as connection:
        assert ask(connection, HEARTBEAT, FETCH) == [HEARTBEAT, FETCH]
        assert echo.frames == 2


def test_a_forged_answer_never_reaches_kafka_and_keeps_its_place_among_the_answers() -> None:
    def forge(asked: Asked) -> bytes:
        assert (asked.key, asked.version, asked.correlation) == (Api.HEARTBEAT, 1, 7)
        return b"forged"

    with wired() as (proxy, echo, port), talking(port) as connection:
        proxy.forged[Api.HEARTBEAT] = (forge, 1)

        assert ask(connection, FETCH, HEARTBEAT, FETCH) == [FETCH, b"forged", FETCH]
        assert ask(connection, HEARTBEAT) == [HEARTBEAT]
        assert echo.frames == 3
        assert proxy.told == 1


def test_a_lie_that_cannot_be_told_is_remembered() -> None:
    with wired() as (proxy, _, port), talking(port) as connection:
        proxy.forged[Api.HEARTBEAT] = (coordinator_error(15), 1)
        other_version = b"\x00\x0c\x00\x04\x00\x00\x00\x07\xff\xff"

        with suppress(ConnectionError):
            assert ask(connection, other_version) == [b""]
        assert "in version 4" in str(proxy.broken)


def test_an_altered_answer_is_altered_as_often_as_was_asked_for() -> None:
    with wired() as (proxy, _, port), talking(port) as connection:
        proxy.altered[Api.FETCH] = (damaged_batch, 2)

        broken = FETCH[:-1] + b"\x00"
        assert ask(connection, FETCH, HEARTBEAT, FETCH, FETCH) == [
            broken,
            HEARTBEAT,
            broken,
            FETCH,
        ]


def test_nothing_passes_a_black_hole_until_it_is_healed() -> None:
    with wired() as (proxy, _, port), talking(port, seconds=0.5) as connection:
        proxy.black_hole = True
        with pytest.raises(TimeoutError):
            ask(connection, FETCH)
        proxy.heal()
        connection.settimeout(5)

        with connection.makefile("rb") as stream:
            assert stream.read(4 + len(FETCH))[4:] == FETCH


def test_an_answer_that_is_kept_back_was_asked_for_and_comes_in_the_end() -> None:
    with wired() as (proxy, echo, port), talking(port, seconds=0.5) as connection:
        proxy.kept_back.add(Api.FETCH)
        with pytest.raises(TimeoutError):
            ask(connection, FETCH)
        assert (echo.frames, proxy.told) == (1, 1)
        proxy.heal()
        connection.settimeout(5)

        with connection.makefile("rb") as stream:
            assert stream.read(4 + len(FETCH))[4:] == FETCH


def test_a_cut_resets_what_is_there_and_lets_new_connections_pass() -> None:
    with wired() as (proxy, _, port):
        with talking(port) as connection:
            ask(connection, FETCH)
            proxy.cut()
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        with talking(port) as connection:
            assert ask(connection, FETCH) == [FETCH]


@pytest.mark.parametrize("code", COORDINATOR_ERRORS)
def test_the_client_reads_a_coordinator_s_error_out_of_each_forged_answer(code: int) -> None:
    answer = coordinator_error(code)(Asked(Api.HEARTBEAT, 1, 7, HEARTBEAT))

    assert answer[:4] == (7).to_bytes(4)
    assert HeartbeatResponse_v1.decode(BytesIO(answer[4:])).error_code == code


def test_the_client_reads_each_partition_s_error_out_of_a_forged_answer_to_a_write() -> None:
    header = b"\x00\x00\x00\x07\x00\x00\x00\x07\xff\xff"
    sent = ProduceRequest_v7(None, -1, 1000, [("receipts", [(0, b"batch"), (1, b"batch")])])
    asked = Asked(Api.PRODUCE, 7, 7, header + sent.encode())

    answer = produce_error(NOT_AUTHORIZED)(asked)

    assert answer[:4] == (7).to_bytes(4)
    [(topic, partitions)] = ProduceResponse_v7.decode(BytesIO(answer[4:])).topics
    assert topic == "receipts"
    assert [one[:2] for one in partitions] == [(0, NOT_AUTHORIZED), (1, NOT_AUTHORIZED)]
