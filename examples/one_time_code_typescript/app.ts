// One-time codes at login: a code is valid for ten minutes, five attempts and one login.
// The table (hash key `Phone`) holds a keyed digest of the code, never the code.
import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  ConflictException,
  PinpointSMSVoiceV2Client,
  SendTextMessageCommand,
  ValidationException,
} from "@aws-sdk/client-pinpoint-sms-voice-v2";

const VALID_SECONDS = 600;
const ATTEMPTS = 5;

/** The code cannot be sent to this number; the message says why, for the user to read. */
export class CannotSend extends Error {}

export interface Settings {
  table: string;
  key: string;
  originationIdentity: string;
}

export class OneTimeCodes {
  // Throttled requests are repeated by the SDK.
  private readonly sms = new PinpointSMSVoiceV2Client({ maxAttempts: 5 });
  private readonly dynamodb = new DynamoDBClient({});

  /** `now` returns the time in milliseconds. */
  constructor(
    private readonly settings: Settings,
    private readonly now: () => number = Date.now,
  ) {}

  /** Text a new code, which replaces an earlier one. Throws CannotSend. */
  async send(phone: string): Promise<void> {
    const code = randomInt(1_000_000).toString().padStart(6, "0");
    const item = {
      Phone: { S: phone },
      Digest: { S: this.digest(phone, code).toString("hex") },
      ExpiresAt: { N: String(this.seconds() + VALID_SECONDS) },
      Attempts: { N: String(ATTEMPTS) },
    };
    await this.dynamodb.send(new PutItemCommand({ TableName: this.settings.table, Item: item }));
    try {
      await this.sms.send(
        new SendTextMessageCommand({
          DestinationPhoneNumber: phone,
          OriginationIdentity: this.settings.originationIdentity,
          MessageBody: `Your verification code: ${code} (valid 10 min)`,
          MessageType: "TRANSACTIONAL",
          TimeToLive: VALID_SECONDS,
        }),
      );
    } catch (error) {
      await this.remove(phone);
      if (error instanceof ConflictException && error.Reason === "DESTINATION_PHONE_NUMBER_OPTED_OUT") {
        throw new CannotSend("This number has opted out of our texts. Choose another way to log in.");
      }
      if (error instanceof ValidationException) throw new CannotSend("This is not a valid phone number.");
      throw error;
    }
  }

  /** Whether the code is the valid one; each call uses up an attempt, and a success the code. */
  async check(phone: string, code: string): Promise<boolean> {
    try {
      const { Attributes: item } = await this.dynamodb.send(
        new UpdateItemCommand({
          TableName: this.settings.table,
          Key: { Phone: { S: phone } },
          UpdateExpression: "SET Attempts = Attempts - :one",
          ConditionExpression: "Attempts > :none AND ExpiresAt > :now",
          ExpressionAttributeValues: { ":one": { N: "1" }, ":none": { N: "0" }, ":now": { N: String(this.seconds()) } },
          ReturnValues: "ALL_NEW",
        }),
      );
      const stored = Buffer.from(item?.Digest?.S ?? "", "hex");
      if (!timingSafeEqual(stored, this.digest(phone, code))) return false;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
    // Of two requests with the right code at the same time, one deletes the item and so succeeds.
    return (await this.remove(phone)) !== undefined;
  }

  private async remove(phone: string) {
    const { Attributes } = await this.dynamodb.send(
      new DeleteItemCommand({ TableName: this.settings.table, Key: { Phone: { S: phone } }, ReturnValues: "ALL_OLD" }),
    );
    return Attributes;
  }

  private digest(phone: string, code: string): Buffer {
    return createHmac("sha256", this.settings.key).update(`${phone}:${code}`).digest();
  }

  private seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}
