"""kafka-python, imported where warnings are errors."""

import warnings

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

LEAK = r"ignore:unclosed <socket\.socket [^>]*laddr=\('0\.0\.0\.0', [0-9]+\)>:ResourceWarning"
"""For pytest: its socket of a connection that was refused, which it leaves to the collector."""

__all__ = [
    "ACL",
    "LEAK",
    "ACLFilter",
    "ACLOperation",
    "ACLPermissionType",
    "ACLResourcePatternType",
    "ConfigResource",
    "ConfigResourceType",
    "KafkaAdminClient",
    "KafkaConsumer",
    "KafkaError",
    "OffsetSpec",
    "ResourcePattern",
    "ResourcePatternFilter",
    "ResourceType",
    "TopicPartition",
]
