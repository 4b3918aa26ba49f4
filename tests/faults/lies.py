"""Answers that Kafka did not give: errors, and a batch that was damaged on its way."""

import struct
from functools import partial
from io import BytesIO
from typing import Any

from aiokafka.protocol.commit import (
    OffsetCommitRequest_v3,
    OffsetCommitResponse_v3,
    OffsetFetchResponse_v3,
)
from aiokafka.protocol.group import HeartbeatResponse_v1, JoinGroupResponse_v5
from aiokafka.protocol.produce import ProduceRequest_v7, ProduceResponse_v7

from tests.faults.proxy import Api, Asked, Forge

LOADING, NOT_AVAILABLE, NOT_COORDINATOR = 14, 15, 16
NOT_AUTHORIZED = 29
COORDINATOR_ERRORS = (LOADING, NOT_AVAILABLE, NOT_COORDINATOR)

ASKED_OF_COORDINATORS = (Api.OFFSET_FETCH, Api.OFFSET_COMMIT, Api.JOIN_GROUP, Api.HEARTBEAT)
_VERSIONS = {
    Api.PRODUCE: 7,
    Api.OFFSET_COMMIT: 3,
    Api.OFFSET_FETCH: 3,
    Api.JOIN_GROUP: 5,
    Api.HEARTBEAT: 1,
}
_CORRELATION = struct.Struct(">i")


def coordinator_error(code: int) -> Forge:
    """What a coordinator says that is loading, is not there, or has moved."""

    return partial(_forged, code)


def produce_error(code: int) -> Forge:
    """What a broker says that writes nothing of a request."""
    return partial(_forged, code)


def damaged_batch(answer: bytes) -> bytes:
    """The last byte of a fetched batch is flipped: its checksum no longer holds."""
    return answer[:-1] + bytes([answer[-1] ^ 0xFF])


def _forged(code: int, asked: Asked) -> bytes:
    api = Api(asked.key)
    assert asked.version == _VERSIONS[api], f"{api!r} is asked in version {asked.version}"
    return _CORRELATION.pack(asked.correlation) + bytes(_answer(api, code, asked).encode())


def _answer(api: Api, code: int, asked: Asked) -> Any:
    if api is Api.PRODUCE:
        return ProduceResponse_v7(_unwritten(asked, code), 0)
    if api is Api.HEARTBEAT:
        return HeartbeatResponse_v1(0, code)
    if api is Api.OFFSET_FETCH:
        return OffsetFetchResponse_v3(0, [], code)
    if api is Api.JOIN_GROUP:
        return JoinGroupResponse_v5(0, code, -1, "", "", "", [])
    return OffsetCommitResponse_v3(0, _refused(asked, code))


def _refused(asked: Asked, code: int) -> list[tuple[str, list[tuple[int, int]]]]:
    """Every partition of a commit, with the error."""
    commit = OffsetCommitRequest_v3.decode(_body(asked))
    return [(topic, [(one[0], code) for one in partitions]) for topic, partitions in commit.topics]


def _unwritten(asked: Asked, code: int) -> list[tuple[str, list[tuple[int, int, int, int, int]]]]:
    """Every partition that was to be written to, with the error."""
    sent = ProduceRequest_v7.decode(_body(asked))
    return [
        (topic, [(one[0], code, -1, -1, -1) for one in partitions])
        for topic, partitions in sent.topics
    ]


def _body(asked: Asked) -> BytesIO:
    """What comes after the header."""
    body = BytesIO(asked.payload)
    body.seek(struct.calcsize(">hhi"))
    (length,) = struct.unpack(">h", body.read(2))
    body.seek(max(0, length), 1)  # the client's id
    return body
