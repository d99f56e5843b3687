/* The welcome page: how to send a first text with Python, the AWS command line, or curl. */

import { $, copy } from "./base.js";

const TEXT = "Your code is 482913";
const HANDSET = "+14255550100";
const origin = location.origin;
const LEASE = { IsoCountryCode: "US", MessageType: "TRANSACTIONAL", NumberCapabilities: ["SMS"], NumberType: "TEN_DLC" };
const curl = (operation, body) => `curl ${origin} -H 'X-Amz-Target: PinpointSMSVoiceV2.${operation}' \\\n  -H 'Content-Type: application/x-amz-json-1.0' \\\n  -d '${JSON.stringify(body)}'`;
const WAYS = {
  python: `import boto3

client = boto3.client(
    "pinpoint-sms-voice-v2",
    endpoint_url="${origin}",
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
client.request_phone_number(
    IsoCountryCode="US",
    MessageType="TRANSACTIONAL",
    NumberCapabilities=["SMS"],
    NumberType="TEN_DLC",
)
client.send_text_message(
    DestinationPhoneNumber="${HANDSET}",
    MessageBody="${TEXT}",
)`,
  cli: `export AWS_ENDPOINT_URL=${origin} AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
aws pinpoint-sms-voice-v2 request-phone-number \\
  --iso-country-code US --message-type TRANSACTIONAL \\
  --number-capabilities SMS --number-type TEN_DLC
aws pinpoint-sms-voice-v2 send-text-message \\
  --destination-phone-number ${HANDSET} \\
  --message-body "${TEXT}"`,
  curl: `${curl("RequestPhoneNumber", LEASE)}\n${curl("SendTextMessage", { DestinationPhoneNumber: HANDSET, MessageBody: TEXT })}`,
};

function showWay(way) {
  for (const tab of $("ways").children) {
    tab.setAttribute("aria-selected", String(tab.dataset.way === way));
    tab.tabIndex = tab.dataset.way === way ? 0 : -1;
  }
  $("snippet").setAttribute("aria-labelledby", `tab-${way}`);
  $("snippet").querySelector("pre").textContent = WAYS[way];
}
$("ways").addEventListener("click", (event) => { if (event.target.dataset.way) showWay(event.target.dataset.way); });
$("ways").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const tabs = [...$("ways").children];
  const next = tabs[tabs.indexOf(document.activeElement) + step];
  if (step && next) {
    showWay(next.dataset.way);
    next.focus();
  }
});
$("copy-snippet").addEventListener("click", () => copy($("snippet").querySelector("pre").textContent));
$("origin").textContent = origin;
showWay("python");
