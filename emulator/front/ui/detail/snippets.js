/* A call to an AWS API as code: boto3, the AWS command line, JavaScript, curl. */

import { t } from "../text.js";
import { copy } from "../toasts.js";
import { html } from "../vendor/preact.js";

const ACCESS_KEY = "test";
const snake = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2").toLowerCase();
const kebab = (name) => snake(name).replaceAll("_", "-");
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Writes JSON as a Python literal. */
function python(value, indent = "") {
  const deeper = `${indent}    `;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Array.isArray(value) ? value.map((each) => python(each, deeper)) : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${python(each, deeper)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (entries.join(", ").length < 80) return `${open}${entries.join(", ")}${close}`;
  return `${open}\n${entries.map((each) => `${deeper}${each},\n`).join("")}${indent}${close}`;
}

function boto3({ service, operation, fields, region }) {
  const passed = Object.entries(fields).map(([name, value]) => `    ${name}=${python(value, "    ")},\n`).join("");
  return `import boto3

client = boto3.client("${service}", region_name="${region}", endpoint_url="${location.origin}",
                      aws_access_key_id="${ACCESS_KEY}", aws_secret_access_key="${ACCESS_KEY}")
client.${snake(operation)}(${passed && `\n${passed}`})`;
}

function cli({ service, operation, fields, region }) {
  const options = Object.entries(fields).map(([name, value]) => {
    if (value === true) return `--${kebab(name)}`;
    if (value === false) return `--no-${kebab(name)}`;
    const isPlainList = Array.isArray(value) && value.every((each) => typeof each === "string");
    const text = isPlainList ? value.map(quoted).join(" ") : quoted(typeof value === "object" ? JSON.stringify(value) : String(value));
    return `--${kebab(name)} ${text}`;
  });
  return [`AWS_ACCESS_KEY_ID=${ACCESS_KEY} AWS_SECRET_ACCESS_KEY=${ACCESS_KEY} \\\naws ${service} ${kebab(operation)}`,
    `--region ${region} --endpoint-url ${location.origin}`, ...options].join(" \\\n  ");
}

const CLIENTS = { "pinpoint-sms-voice-v2": "PinpointSMSVoiceV2", socialmessaging: "SocialMessaging", sns: "SNS", sqs: "SQS" };

function javascript({ service, operation, fields, region }) {
  const name = CLIENTS[service];
  return `import { ${name}Client, ${operation}Command } from "@aws-sdk/client-${service === "socialmessaging" ? "socialmessaging" : service}";

const client = new ${name}Client({
  region: "${region}",
  endpoint: "${location.origin}",
  credentials: { accessKeyId: "${ACCESS_KEY}", secretAccessKey: "${ACCESS_KEY}" },
});
await client.send(new ${operation}Command(${JSON.stringify(fields, null, 2)}));`;
}

const TARGETS = { "pinpoint-sms-voice-v2": "PinpointSMSVoiceV2" }; // the services that a header names

function curl({ service, operation, fields, account, region }) {
  const scope = `Authorization: AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/sms-voice/aws4_request, SignedHeaders=host, Signature=none`;
  return `curl ${location.origin} -H 'X-Amz-Target: ${TARGETS[service]}.${operation}' \\
  -H 'Content-Type: application/x-amz-json-1.0' \\
  -H '${scope}' \\
  -d ${quoted(JSON.stringify(fields))}`;
}

/** By name: how the call is written, and whether it can be. */
const WAYS = {
  boto3: [boto3, () => true],
  CLI: [cli, () => true],
  JavaScript: [javascript, ({ service }) => service in CLIENTS],
  curl: [curl, ({ service }) => service in TARGETS],
};

/** Returns the ways in which a call can be written, as a list of [name, code]; a call is {service, operation, fields, account, region}. */
export const snippets = (made) => Object.entries(WAYS).filter(([, [, can]]) => can(made)).map(([name, [write]]) => [name, write(made)]);

const ENDS = { OriginationIdentity: "from", DestinationPhoneNumber: "to", MessageBody: "body", MessageType: "message_type", ConfigurationSetName: "configuration_set" };
const BY_CHANNEL = { sms: "SendTextMessage", mms: "SendMediaMessage", voice: "SendVoiceMessage" };

/** Returns the call that sends such a message, null if its channel has none that its fields tell. */
export function callOf(message) {
  const operation = BY_CHANNEL[message.channel];
  if (!operation || message.direction !== "outbound") return null;
  const fields = Object.fromEntries(Object.entries(ENDS).map(([name, field]) => [name, message[field]]).filter(([, value]) => value));
  if (message.media.length) fields.MediaUrls = message.media.map((file) => file.url);
  if (operation === "SendMediaMessage") delete fields.MessageType;
  return { service: "pinpoint-sms-voice-v2", operation, fields, account: message.account, region: message.region };
}

/** Buttons that copy a call as code. */
export function CopyAs({ made }) {
  return html`<div class="copy-as" role="group" aria-label=${t("copy.as")}>
    <span class="hint">${t("copy.as")}</span>
    ${snippets(made).map(([name, code]) => html`<button key=${name} type="button" class="small" data-copy-as=${name} onClick=${() => copy(code)}>${name}</button>`)}
  </div>`;
}
