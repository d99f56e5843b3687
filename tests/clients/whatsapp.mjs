// Make a template and send it, or send a text: `whatsapp.mjs ACCOUNT NUMBER template|text`.

import { createRequire } from "node:module";

import { tell } from "./sdk.mjs";

const sdk = createRequire(process.env.SDK)("@aws-sdk/client-socialmessaging");
const client = new sdk.SocialMessagingClient({ region: "us-east-1" });
const [account, number, kind] = process.argv.slice(2);

const definition = {
  name: "order",
  language: "en",
  category: "UTILITY",
  components: [
    { type: "BODY", text: "Your order {{1}} is on its way.", example: { body_text: [["17"]] } },
    { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Thanks" }] },
  ],
};
const contents = {
  template: {
    name: "order",
    language: { code: "en" },
    components: [{ type: "body", parameters: [{ type: "text", text: "17" }] }],
  },
  text: { body: "You are welcome 🎉" },
};

function blob(value) {
  return new TextEncoder().encode(JSON.stringify(value));
}

let status = null;
if (kind === "template") {
  await client.send(
    new sdk.CreateWhatsAppMessageTemplateCommand({ id: account, templateDefinition: blob(definition) }),
  );
  const listed = await client.send(new sdk.ListWhatsAppMessageTemplatesCommand({ id: account }));
  status = listed.templates[0].templateStatus;
}
const sent = await client.send(
  new sdk.SendWhatsAppMessageCommand({
    originationPhoneNumberId: number,
    metaApiVersion: "v23.0",
    message: blob({ messaging_product: "whatsapp", to: "+14255550100", type: kind, [kind]: contents[kind] }),
  }),
);
let error = null;
try {
  await client.send(new sdk.GetLinkedWhatsAppBusinessAccountCommand({ id: "waba-unknown" }));
} catch (thrown) {
  error = thrown.name;
}
tell({ messageId: sent.messageId, status, error });
