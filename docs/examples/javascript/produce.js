// Writes events to Kafka, keyed by customer: node produce.js BOOTSTRAP_SERVERS TOPIC FILE
import { readFileSync } from "node:fs";
import { Kafka, Partitioners, logLevel } from "kafkajs";

/** The customer as text: what keeps a customer's events in one partition, in order. */
function key(event) {
  if (event.OmedaCustomerId) return BigInt(event.OmedaCustomerId).toString();
  if (event.ExternalCustomerId) {
    const namespace = event.ExternalCustomerIdNamespace;
    return namespace ? `${namespace}:${event.ExternalCustomerId}` : `${event.ExternalCustomerId}`;
  }
  return event.ClientCustomerId;
}

const [bootstrapServers, topic, file] = process.argv.slice(2);
const kafka = new Kafka({ brokers: bootstrapServers.split(","), logLevel: logLevel.ERROR });
const producer = kafka.producer({
  // As Java's clients do it; KafkaJS before 2.0 put a key elsewhere.
  createPartitioner: Partitioners.DefaultPartitioner,
  idempotent: true,
});
const messages = readFileSync(file, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => ({ key: key(JSON.parse(line)), value: line }));

await producer.connect();
try {
  await producer.send({ topic, acks: -1, messages });
} finally {
  await producer.disconnect();
}
