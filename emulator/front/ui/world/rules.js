/* The carriers' rules: what becomes of messages; the first rule that matches applies. */

import { get } from "../api.js";
import { t } from "../text.js";
import { html } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { RowEditor } from "./row-editor.js";
import { Head } from "./scope.js";

const CHANNELS = ["sms", "mms", "voice", "rcs", "whatsapp"];
const HELD = ["PENDING", "QUEUED"];

export function Rules() {
  const [outcomes] = useLoaded(async () => {
    const lists = await Promise.all(CHANNELS.map((channel) => get("carriers/outcomes", { channel })));
    return [...new Set(lists.flat())].sort();
  }, [], []);
  const fields = [
    { name: "outcome", kind: "choice", options: outcomes ?? [] },
    { name: "match.to", kind: "text", example: "+14255550100" },
    { name: "match.from", kind: "text", example: "+12065550100" },
    { name: "match.country", kind: "text", example: "US" },
    { name: "match.carrier", kind: "text" },
    { name: "match.channel", kind: "choice", options: CHANNELS },
    { name: "match.contains", kind: "text" },
    { name: "probability", kind: "number", example: "1" },
    { name: "delay_seconds", kind: "number", example: "0" },
    { name: "times", kind: "number" },
    { name: "receipts", kind: "number", example: "1" },
    { name: "via", kind: "choices", options: HELD },
  ];
  return html`<${Head} name="rules" />${outcomes && html`<${RowEditor} path="carriers/rules" id="rules-form" label=${(name) => t(`rule.${name}`)} fields=${fields} fresh=${{ match: {}, outcome: "UNREACHABLE" }} />`}`;
}
