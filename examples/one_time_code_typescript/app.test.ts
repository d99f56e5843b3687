import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PinpointSMSVoiceV2Client, RequestPhoneNumberCommand } from "@aws-sdk/client-pinpoint-sms-voice-v2";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CannotSend, OneTimeCodes } from "./app";

const PHONE = "+14255550100";
let server: ChildProcess;
let url: string;
let now = 0;
let number: string;
let codes: OneTimeCodes;

/** Call the emulator's control API, to act as the recipient or the network. */
async function control(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${url}/_emulator/${path}`, { method, body: body && JSON.stringify(body) });
  return answer.json();
}

async function codeOnThePhone(): Promise<string> {
  const { messages } = await control("GET", `messages?to=${encodeURIComponent(PHONE)}`);
  return messages.at(-1).body.match(/\d{6}/)[0];
}

beforeAll(async () => {
  server = spawn("sms-voice-emulator", ["serve", "--port", "0", "--clock", "stepping"], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: server.stdout! })) {
    const found = line.match(/is at (http:\/\/[^;\s]+);/);
    if (found) {
      url = found[1];
      break;
    }
  }
  Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_REGION: "us-east-1" });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing" });
}, 60_000);

afterAll(() => void server.kill());

beforeEach(async () => {
  await control("POST", "reset", { aws: true });
  const leased = await new PinpointSMSVoiceV2Client({}).send(
    new RequestPhoneNumberCommand({
      IsoCountryCode: "US",
      MessageType: "TRANSACTIONAL",
      NumberCapabilities: ["SMS"],
      NumberType: "TEN_DLC",
    }),
  );
  await new DynamoDBClient({}).send(
    new CreateTableCommand({
      TableName: "codes",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "Phone", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "Phone", AttributeType: "S" }],
    }),
  );
  number = leased.PhoneNumber!;
  now = Date.now();
  codes = new OneTimeCodes({ table: "codes", key: "secret", originationIdentity: number }, () => now);
}, 30_000);

test("a code works once", async () => {
  await codes.send(PHONE);
  const code = await codeOnThePhone();

  expect([await codes.check(PHONE, code), await codes.check(PHONE, code)]).toEqual([true, false]);
});

test("attempts run out", async () => {
  await codes.send(PHONE);
  for (let n = 0; n < 5; n++) expect(await codes.check(PHONE, "x")).toBe(false);

  expect(await codes.check(PHONE, await codeOnThePhone())).toBe(false);
});

test("a late code is refused", async () => {
  await codes.send(PHONE);
  now += 600_000;

  expect(await codes.check(PHONE, await codeOnThePhone())).toBe(false);
});

test("STOP is explained", async () => {
  await control("POST", `handsets/${PHONE}/messages`, { to: number, body: "STOP" });

  await expect(codes.send(PHONE)).rejects.toThrow(CannotSend);
});

test("what cannot be a number is explained", async () => {
  await expect(codes.send("home")).rejects.toThrow("not a valid phone number");
});

test("a throttled request is repeated", async () => {
  await control("PUT", "faults", [{ operation: "SendTextMessage", error: "ThrottlingException", times: 1 }]);
  await codes.send(PHONE);

  expect(await codes.check(PHONE, await codeOnThePhone())).toBe(true);
});
