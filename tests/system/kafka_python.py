"""kafka-python, made to leave nothing behind: warnings are errors, and its garbage would be found
in some other test, or after the last one.
"""

import warnings
from typing import Any

with warnings.catch_warnings():
    # It reads its message schemas through calls that Python 3.11 and 3.12 deprecate.
    warnings.filterwarnings("ignore", "(read|open)_text is deprecated", DeprecationWarning)
    from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
    from kafka.admin import (
        ACL,
        ACLFilter,
        ACLOperation,
        ACLPermissionType,
        ACLResourcePatternType,
        ConfigResource,
        ConfigResourceType,
        OffsetSpec,
        ResourcePattern,
        ResourcePatternFilter,
        ResourceType,
    )
    from kafka.errors import KafkaError
    from kafka.net.inet import KafkaNetSocket


class Admin(KafkaAdminClient):
    """Where it finds no broker, it ends the thread that it has begun."""

    def __init__(self, **settings: Any) -> None:
        try:
            super().__init__(**settings)
        except KafkaError:
            self._closed = False  # otherwise `close` takes it for closed
            self.close()
            raise


_connect = KafkaNetSocket.sock_connect


async def _connect_or_close(self: Any, net: Any, sock: Any, *where: Any, **limit: Any) -> Any:
    try:
        return await _connect(self, net, sock, *where, **limit)
    except BaseException:
        sock.close()
        raise


# It leaves the socket of a connection that was refused to the collector.
KafkaNetSocket.sock_connect = _connect_or_close

__all__ = [
    "ACL",
    "ACLFilter",
    "ACLOperation",
    "ACLPermissionType",
    "ACLResourcePatternType",
    "Admin",
    "ConfigResource",
    "ConfigResourceType",
    "KafkaConsumer",
    "KafkaError",
    "OffsetSpec",
    "ResourcePattern",
    "ResourcePatternFilter",
    "ResourceType",
    "TopicPartition",
]
