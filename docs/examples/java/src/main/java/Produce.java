import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes events to Kafka, keyed by customer: Produce BOOTSTRAP_SERVERS TOPIC FILE. */
public final class Produce {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        // acks=all and idempotence are this client's defaults.
        Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0]);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (String line : Files.readAllLines(Path.of(arguments[2]))) {
                JsonNode event = JSON.readTree(line);
                sent.add(producer.send(new ProducerRecord<>(arguments[1], key(event), line)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get(); // throws where an event was not acknowledged
            }
        }
    }

    /** The customer as text: what keeps a customer's events in one partition, in order. */
    static String key(JsonNode event) {
        if (event.hasNonNull("OmedaCustomerId")) {
            return Long.toString(Long.parseLong(event.get("OmedaCustomerId").asText()));
        }
        if (event.hasNonNull("ExternalCustomerId")) {
            String external = event.get("ExternalCustomerId").asText();
            String namespace = event.path("ExternalCustomerIdNamespace").asText();
            return namespace.isEmpty() ? external : namespace + ":" + external;
        }
        return event.get("ClientCustomerId").asText();
    }
}
