/* Faults: requests and deliveries that fail, are throttled or are slow; the first that matches applies. */

import { t } from "../text.js";
import { html } from "../vendor/preact.js";
import { RowEditor } from "./row-editor.js";
import { Head } from "./scope.js";

const FIELDS = [
  { name: "error", kind: "text", example: "ThrottlingException" },
  { name: "service", kind: "text", example: "pinpoint-sms-voice-v2" },
  { name: "operation", kind: "text", example: "SendTextMessage" },
  { name: "reason", kind: "text" },
  { name: "probability", kind: "number", example: "1" },
  { name: "times", kind: "number" },
  { name: "latency_seconds", kind: "number", example: "0" },
];

export function Faults() {
  return html`<${Head} name="faults" /><${RowEditor} path="faults" id="faults-form" label=${(name) => t(`fault.${name}`)} fields=${FIELDS} fresh=${{ error: "ThrottlingException", times: 1 }} />`;
}
