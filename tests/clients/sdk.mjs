// The SDK from where it is installed, and a client that the environment points at the server.

import { createRequire } from "node:module";

export const sdk = createRequire(process.env.SDK)("@aws-sdk/client-pinpoint-sms-voice-v2");
export const client = new sdk.PinpointSMSVoiceV2Client({ region: "us-east-1" });

export function tell(value) {
  console.log(JSON.stringify(value));
}
