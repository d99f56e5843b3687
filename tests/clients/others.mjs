// Send a text by SNS and by Pinpoint, make a mistake with each, and tell the results.

import { createRequire } from "node:module";

import { tell } from "./sdk.mjs";

const require = createRequire(process.env.SDK);
const sns = require("@aws-sdk/client-sns");
const pinpoint = require("@aws-sdk/client-pinpoint");

const [number, recipient] = process.argv.slice(2);
const topics = new sns.SNSClient({ region: "us-east-1" });
const apps = new pinpoint.PinpointClient({ region: "us-east-1" });

async function caught(act, classes) {
  try {
    await act();
  } catch (error) {
    return [error.name, classes[error.name] !== undefined && error instanceof classes[error.name]];
  }
}

const published = await topics.send(new sns.PublishCommand({ PhoneNumber: recipient, Message: "by SNS" }));
const app = await apps.send(new pinpoint.CreateAppCommand({ CreateApplicationRequest: { Name: "shop" } }));
const ApplicationId = app.ApplicationResponse.Id;
await apps.send(new pinpoint.UpdateSmsChannelCommand({ ApplicationId, SMSChannelRequest: { Enabled: true } }));
const sent = await apps.send(
  new pinpoint.SendMessagesCommand({
    ApplicationId,
    MessageRequest: {
      Addresses: { [recipient]: { ChannelType: "SMS" } },
      MessageConfiguration: { SMSMessage: { Body: "by Pinpoint", OriginationNumber: number } },
    },
  }),
);
tell({
  published: published.MessageId,
  sent: sent.MessageResponse.Result[recipient],
  invalid: await caught(() => topics.send(new sns.PublishCommand({ PhoneNumber: "home", Message: "Hi" })), sns),
  missing: await caught(() => apps.send(new pinpoint.GetAppCommand({ ApplicationId: "none" })), pinpoint),
});
