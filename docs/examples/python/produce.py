"""Writes events to Kafka, keyed by customer: python produce.py BOOTSTRAP_SERVERS TOPIC FILE."""

import json
import sys

from confluent_kafka import Producer


def key(event):
    """The customer as text: what keeps a customer's events in one partition, in order."""
    if event.get("OmedaCustomerId"):
        return str(int(event["OmedaCustomerId"]))
    if event.get("ExternalCustomerId"):
        namespace = event.get("ExternalCustomerIdNamespace")
        external = str(event["ExternalCustomerId"])
        return f"{namespace}:{external}" if namespace else external
    return event["ClientCustomerId"]


def main(bootstrap_servers, topic, file):
    failures = []
    producer = Producer(
        {
            "bootstrap.servers": bootstrap_servers,
            "acks": "all",
            "enable.idempotence": True,
            # As Java's clients do it. librdkafka's own default puts a key elsewhere.
            "partitioner": "murmur2_random",
        }
    )
    with open(file, "rb") as lines:
        for line in lines:
            event = json.loads(line)
            producer.produce(
                topic,
                key=key(event).encode(),
                value=json.dumps(event).encode(),
                on_delivery=lambda error, _: failures.append(error) if error else None,
            )
            producer.poll(0)
    failed = producer.flush(30) + len(failures)
    if failed:
        sys.exit(f"{failed} events were not acknowledged: {failures[:1]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
