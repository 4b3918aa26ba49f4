"""kafka-python, imported where warnings are errors."""

import warnings

with warnings.catch_warnings():
    # It reads its message schemas through calls that Python 3.11 and 3.12 deprecate.
    warnings.filterwarnings("ignore", "(read|open)_text is deprecated", DeprecationWarning)
    from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
    from kafka.admin import OffsetSpec
    from kafka.errors import KafkaError

__all__ = ["KafkaAdminClient", "KafkaConsumer", "KafkaError", "OffsetSpec", "TopicPartition"]
