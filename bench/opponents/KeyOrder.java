import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Confluent's Parallel Consumer in key order: TOPIC GROUP BOOTSTRAP URL, 64 requests at once. */
public final class KeyOrder {
    private static final int CONCURRENCY = 64;

    public static void main(String[] arguments) {
        String topic = arguments[0];
        Properties properties = new Properties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, arguments[1]);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[2]);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        URI omeda = URI.create(arguments[3]);
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        // Keys as strings: arrays of bytes equal nothing but themselves, and would have no order.
        var consumer = new KafkaConsumer<String, byte[]>(
            properties, new StringDeserializer(), new ByteArrayDeserializer());
        var options = ParallelConsumerOptions.<String, byte[]>builder()
            .ordering(ProcessingOrder.KEY)
            .maxConcurrency(CONCURRENCY)
            .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
            .consumer(consumer)
            .build();
        var processor = ParallelStreamProcessor.createEosStreamProcessor(options);
        processor.subscribe(List.of(topic));
        processor.poll(context -> send(client, omeda, context.value()));
    }

    private static void send(HttpClient client, URI omeda, byte[] value) {
        HttpRequest request = HttpRequest.newBuilder(omeda)
            .header("Content-Type", "application/json")
            .header("User-Agent", "parallel-consumer")
            .header("x-omeda-appid", "an-app-id")
            .header("x-omeda-inputid", "an-input-id")
            .POST(BodyPublishers.ofByteArray(value))
            .build();
        try {
            int status = client.send(request, BodyHandlers.ofByteArray()).statusCode();
            if (status != 200) {
                throw new IllegalStateException("Omeda answered " + status);
            }
        } catch (java.io.IOException | InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
