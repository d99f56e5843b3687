package shop;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.pinpointsmsvoicev2.PinpointSmsVoiceV2Client;
import software.amazon.awssdk.services.pinpointsmsvoicev2.model.ConflictException;
import software.amazon.awssdk.services.pinpointsmsvoicev2.model.ConflictExceptionReason;
import software.amazon.awssdk.services.pinpointsmsvoicev2.model.MessageType;
import software.amazon.awssdk.services.pinpointsmsvoicev2.model.PinpointSmsVoiceV2Exception;
import software.amazon.awssdk.services.pinpointsmsvoicev2.model.ValidationException;

/**
 * Codes at login: a code is valid for ten minutes, five attempts and one login.
 *
 * <p>The table (hash key {@code Phone}) holds a keyed digest of the code, never the code. Throttled requests are repeated by
 * the SDK.
 */
public final class OneTimeCodes {
    static final Duration VALID_FOR = Duration.ofMinutes(10);
    private static final int ATTEMPTS = 5;

    /** The code cannot be sent to this number; the message says why, for the user to read. */
    public static final class CannotSend extends Exception {
        CannotSend(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Where codes are kept, what their digest is keyed with, and the number or pool that sends. */
    public record Settings(String table, String key, String originationIdentity) {}

    private final PinpointSmsVoiceV2Client sms;
    private final DynamoDbClient dynamodb;
    private final Settings settings;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public OneTimeCodes(PinpointSmsVoiceV2Client sms, DynamoDbClient dynamodb, Settings settings, Clock clock) {
        this.sms = sms;
        this.dynamodb = dynamodb;
        this.settings = settings;
        this.clock = clock;
    }

    /** Text a new code, which replaces an earlier one. */
    public void send(String phone) throws CannotSend {
        var code = String.format("%06d", random.nextInt(1_000_000));
        var item = Map.of(
                "Phone", AttributeValue.fromS(phone),
                "Digest", AttributeValue.fromS(digest(phone, code)),
                "ExpiresAt", AttributeValue.fromN(Long.toString(clock.instant().plus(VALID_FOR).getEpochSecond())),
                "Attempts", AttributeValue.fromN(Integer.toString(ATTEMPTS)));
        dynamodb.putItem(request -> request.tableName(settings.table).item(item));
        try {
            sms.sendTextMessage(request -> request
                    .destinationPhoneNumber(phone)
                    .originationIdentity(settings.originationIdentity)
                    .messageBody("Your verification code: " + code + " (valid 10 min)")
                    .messageType(MessageType.TRANSACTIONAL)
                    .timeToLive((int) VALID_FOR.toSeconds()));
        } catch (PinpointSmsVoiceV2Exception error) {
            remove(phone);
            if (error instanceof ConflictException conflict
                    && conflict.reason() == ConflictExceptionReason.DESTINATION_PHONE_NUMBER_OPTED_OUT) {
                throw new CannotSend("This number has opted out of our texts. Choose another way to log in.", error);
            }
            if (error instanceof ValidationException) {
                throw new CannotSend("This is not a valid phone number.", error);
            }
            throw error;
        }
    }

    /** Return whether the code is the valid one; each call uses up an attempt, and a success the code. */
    public boolean check(String phone, String code) {
        Map<String, AttributeValue> item;
        try {
            item = dynamodb.updateItem(request -> request
                            .tableName(settings.table)
                            .key(Map.of("Phone", AttributeValue.fromS(phone)))
                            .updateExpression("SET Attempts = Attempts - :one")
                            .conditionExpression("Attempts > :none AND ExpiresAt > :now")
                            .expressionAttributeValues(Map.of(
                                    ":one", AttributeValue.fromN("1"),
                                    ":none", AttributeValue.fromN("0"),
                                    ":now", AttributeValue.fromN(Long.toString(clock.instant().getEpochSecond()))))
                            .returnValues(ReturnValue.ALL_NEW))
                    .attributes();
        } catch (ConditionalCheckFailedException error) {
            return false;
        }
        if (!MessageDigest.isEqual(item.get("Digest").s().getBytes(), digest(phone, code).getBytes())) {
            return false;
        }
        // Of two requests with the right code at the same time, one deletes the item and so succeeds.
        return remove(phone);
    }

    private boolean remove(String phone) {
        return dynamodb.deleteItem(request -> request
                        .tableName(settings.table)
                        .key(Map.of("Phone", AttributeValue.fromS(phone)))
                        .returnValues(ReturnValue.ALL_OLD))
                .hasAttributes();
    }

    private String digest(String phone, String code) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(settings.key.getBytes(), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal((phone + ":" + code).getBytes()));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }
}
