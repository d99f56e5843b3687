package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.pinpointsmsvoicev2.PinpointSmsVoiceV2Client;
import software.amazon.awssdk.services.pinpointsmsvoicev2.model.MessageType;
import software.amazon.awssdk.services.pinpointsmsvoicev2.model.NumberCapability;
import software.amazon.awssdk.services.pinpointsmsvoicev2.model.RequestableNumberType;

class OneTimeCodesTest {
    private static final String PHONE = "+14255550100";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Process server;
    private static String url;
    private static PinpointSmsVoiceV2Client sms;
    private static DynamoDbClient dynamodb;

    private String number;
    private OneTimeCodes codes;

    @BeforeAll
    static void startServer() throws IOException {
        server = new ProcessBuilder("sms-voice-emulator", "serve", "--port", "0", "--clock", "stepping")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var address = Pattern.compile("is at (http://[^;\\s]+);");
        var lines = server.inputReader();
        for (String line; url == null && (line = lines.readLine()) != null; ) {
            var found = address.matcher(line);
            url = found.find() ? found.group(1) : null;
        }
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("testing", "testing"));
        var endpoint = URI.create(url);
        sms = PinpointSmsVoiceV2Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .build();
        dynamodb = DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .build();
    }

    @AfterAll
    static void stopServer() {
        server.destroy();
    }

    @BeforeEach
    void provision() throws Exception {
        control("POST", "reset", "{\"aws\": true}");
        number = sms.requestPhoneNumber(request -> request.isoCountryCode("US")
                        .messageType(MessageType.TRANSACTIONAL)
                        .numberCapabilities(NumberCapability.SMS)
                        .numberType(RequestableNumberType.TEN_DLC))
                .phoneNumber();
        dynamodb.createTable(request -> request.tableName("codes")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(key -> key.attributeName("Phone").keyType(KeyType.HASH))
                .attributeDefinitions(key -> key.attributeName("Phone").attributeType(ScalarAttributeType.S)));
        codes = codesAt(Clock.systemUTC());
    }

    @Test
    void codeWorksOnce() throws Exception {
        codes.send(PHONE);
        var code = codeOnThePhone();

        assertTrue(codes.check(PHONE, code));
        assertFalse(codes.check(PHONE, code));
    }

    @Test
    void attemptsRunOut() throws Exception {
        codes.send(PHONE);
        for (var attempt = 0; attempt < 5; attempt++) {
            assertFalse(codes.check(PHONE, "x"));
        }

        assertFalse(codes.check(PHONE, codeOnThePhone()));
    }

    @Test
    void lateCodeIsRefused() throws Exception {
        codes.send(PHONE);
        var later = codesAt(Clock.offset(Clock.systemUTC(), OneTimeCodes.VALID_FOR));

        assertFalse(later.check(PHONE, codeOnThePhone()));
    }

    @Test
    void stopIsExplained() throws Exception {
        control("POST", "handsets/" + PHONE + "/messages", "{\"to\": \"" + number + "\", \"body\": \"STOP\"}");

        assertThrows(OneTimeCodes.CannotSend.class, () -> codes.send(PHONE));
    }

    @Test
    void invalidNumberIsExplained() {
        var error = assertThrows(OneTimeCodes.CannotSend.class, () -> codes.send("home"));

        assertEquals("This is not a valid phone number.", error.getMessage());
    }

    @Test
    void throttledRequestIsRepeated() throws Exception {
        control("PUT", "faults", "[{\"operation\": \"SendTextMessage\", \"error\": \"ThrottlingException\", \"times\": 1}]");
        codes.send(PHONE);

        assertTrue(codes.check(PHONE, codeOnThePhone()));
    }

    private OneTimeCodes codesAt(Clock clock) {
        return new OneTimeCodes(sms, dynamodb, new OneTimeCodes.Settings("codes", "secret", number), clock);
    }

    private static String codeOnThePhone() throws Exception {
        var inbox = control("GET", "messages?to=" + URLEncoder.encode(PHONE, StandardCharsets.UTF_8), "");
        var found = Pattern.compile("code: (\\d{6})").matcher(inbox).results().toList();
        return found.get(found.size() - 1).group(1);
    }

    /** Call the emulator's control API, to act as the recipient or the network. */
    private static String control(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + "/_emulator/" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertTrue(answer.statusCode() < 300, answer.body());
        return answer.body();
    }
}
