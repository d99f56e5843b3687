// Lease a number, and send a text from it.

import { client, sdk, tell } from "./sdk.mjs";

const number = await client.send(
  new sdk.RequestPhoneNumberCommand({
    IsoCountryCode: "US",
    MessageType: "TRANSACTIONAL",
    NumberCapabilities: ["SMS"],
    NumberType: "TEN_DLC",
  }),
);
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
  created: number.CreatedTimestamp.toISOString(),
  messageId: sent.MessageId,
  requestId: sent.$metadata.requestId,
  status: sent.$metadata.httpStatusCode,
});
