// Make each mistake once, and tell what is caught.

import { client, sdk, tell } from "./sdk.mjs";

const [number, optedOut] = process.argv.slice(2);
const mistakes = [
  new sdk.SendTextMessageCommand({ DestinationPhoneNumber: optedOut, OriginationIdentity: number, MessageBody: "Hi" }),
  new sdk.DescribeOptOutListsCommand({ OptOutListNames: ["None"] }),
  new sdk.SendTextMessageCommand({ DestinationPhoneNumber: "home", MessageBody: "Hi" }),
];
const caught = [];
for (const mistake of mistakes) {
  try {
    await client.send(mistake);
  } catch (error) {
    caught.push({
      name: error.name,
      isOfClass: error instanceof sdk[error.name],
      reason: error.Reason,
      resourceType: error.ResourceType,
      resourceId: error.ResourceId,
      fields: error.Fields?.map((field) => field.Name),
      status: error.$metadata.httpStatusCode,
      message: error.message,
    });
  }
}
tell(caught);
