"""What all that are written with aiokafka read with."""

from aiokafka import AIOKafkaConsumer


def consumer(topic: str, group: str, bootstrap: str) -> AIOKafkaConsumer:
    """From the topic's start; who has it commits itself."""
    return AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
