// Lease a number twice with one token, and send a text from it.

import { client, sdk, tell } from "./sdk.mjs";

const wanted = {
  IsoCountryCode: "US",
  MessageType: "TRANSACTIONAL",
  NumberCapabilities: ["SMS"],
  NumberType: "TEN_DLC",
  ClientToken: "one-number",
};
const number = await client.send(new sdk.RequestPhoneNumberCommand(wanted));
const again = await client.send(new sdk.RequestPhoneNumberCommand(wanted));
const sent = await client.send(
  new sdk.SendTextMessageCommand({
    DestinationPhoneNumber: "+14255550100",
    OriginationIdentity: number.PhoneNumberId,
    MessageBody: "Grüße 🎉",
    Context: { order: "17" },
    ConfigurationSetName: process.argv[2],
  }),
);
tell({
  number: number.PhoneNumber,
  again: again.PhoneNumber,
  attempts: sent.$metadata.attempts,
  created: number.CreatedTimestamp.toISOString(),
  messageId: sent.MessageId,
  requestId: sent.$metadata.requestId,
  status: sent.$metadata.httpStatusCode,
});
