// Send texts by SNS and by Pinpoint, page through what there is, make a mistake with each, and read a queue.

import { createRequire } from "node:module";

import { tell } from "./sdk.mjs";

const require = createRequire(process.env.SDK);
const sns = require("@aws-sdk/client-sns");
const pinpoint = require("@aws-sdk/client-pinpoint");
const sqs = require("@aws-sdk/client-sqs");

const [number, recipient, TopicArn, QueueUrl] = process.argv.slice(2);
const topics = new sns.SNSClient({ region: "us-east-1" });
const apps = new pinpoint.PinpointClient({ region: "us-east-1" });
const queues = new sqs.SQSClient({ region: "us-east-1" });

async function caught(act, classes) {
  try {
    await act();
  } catch (error) {
    const isOfClass = classes[error.name] !== undefined && error instanceof classes[error.name];
    return [error.name, isOfClass, error.$metadata.httpStatusCode, error.message];
  }
}

async function received(url) {
  const { Messages = [] } = await queues.send(new sqs.ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) {
    await queues.send(new sqs.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  }
  return Messages.map((message) => JSON.parse(message.Body).Message);
}

// SNS: a text, its pages of numbers, an alarm by a topic, and two publishes with one deduplication id.
const published = await topics.send(new sns.PublishCommand({ PhoneNumber: recipient, Message: "by SNS" }));
const numbers = [];
for await (const page of sns.paginateListOriginationNumbers({ client: topics, pageSize: 2 }, {})) {
  numbers.push(page.PhoneNumbers.map((row) => row.PhoneNumber));
}
const alarm = await topics.send(new sns.PublishCommand({ TopicArn, Message: "alarm" }));
const ordered = { FifoTopic: "true", ContentBasedDeduplication: "false" };
const orders = await topics.send(new sns.CreateTopicCommand({ Name: "orders.fifo", Attributes: ordered }));
const queue = await queues.send(new sqs.CreateQueueCommand({ QueueName: "orders.fifo", Attributes: { FifoQueue: "true" } }));
const { Attributes } = await queues.send(
  new sqs.GetQueueAttributesCommand({ QueueUrl: queue.QueueUrl, AttributeNames: ["QueueArn"] }),
);
await topics.send(new sns.SubscribeCommand({ TopicArn: orders.TopicArn, Protocol: "sqs", Endpoint: Attributes.QueueArn }));
for (const Message of ["order 17", "order 17, again"]) {
  const token = { MessageGroupId: "shop", MessageDeduplicationId: "order-17" };
  await topics.send(new sns.PublishCommand({ TopicArn: orders.TopicArn, Message, ...token }));
}

// Pinpoint: an application that sends, and the pages of all.
const app = await apps.send(new pinpoint.CreateAppCommand({ CreateApplicationRequest: { Name: "shop" } }));
const ApplicationId = app.ApplicationResponse.Id;
await apps.send(new pinpoint.CreateAppCommand({ CreateApplicationRequest: { Name: "warehouse" } }));
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
const pages = [];
for (let Token; pages.length === 0 || Token !== undefined; ) {
  const page = await apps.send(new pinpoint.GetAppsCommand({ PageSize: "1", Token }));
  pages.push(page.ApplicationsResponse.Item.map((found) => found.Name));
  Token = page.ApplicationsResponse.NextToken;
}

tell({
  published: published.MessageId,
  attempts: [published.$metadata.attempts, sent.$metadata.attempts],
  numbers,
  alarm: alarm.MessageId,
  received: await received(QueueUrl),
  orders: await received(queue.QueueUrl),
  sent: sent.MessageResponse.Result[recipient],
  apps: pages,
  invalid: await caught(() => topics.send(new sns.PublishCommand({ PhoneNumber: "home", Message: "Hi" })), sns),
  missing: await caught(() => apps.send(new pinpoint.GetAppCommand({ ApplicationId: "none" })), pinpoint),
});
