/* How messages read: who is at either end, whether they arrived, and what they say in a line. */

import { t, word } from "./text.js";

const ARRIVED = new Set(["SUCCESSFUL", "DELIVERED", "READ", "PLAYED", "COMPLETED", "ANSWERED"]);
const ON_HANDSET = new Set(["DELIVERED", "READ", "PLAYED", "COMPLETED", "ANSWERED"]);

export const PHONE_NUMBER = /^\+[1-9]\d{1,18}$/;
export const CHANNELS = ["sms", "mms", "voice", "rcs", "whatsapp", "push"];

export const farEnd = (message) => (message.direction === "outbound" ? message.to : message.from);
export const nearEnd = (message) => (message.direction === "outbound" ? message.from : message.to);
const isSentReaction = ({ whatsapp, status }) => whatsapp?.type === "reaction" && status === "SENT"; // the last that is reported of one
export const failed = (message) => message.direction === "outbound" && message.final && !ARRIVED.has(message.status) && !isSentReaction(message);
export const arrived = (message) => message.direction === "inbound" || ARRIVED.has(message.status) || isSentReaction(message);
export const costOf = (message) => Number(message.price) + Number(message.carrier_fee);

export function tick(message) {
  if (message.direction === "inbound") return message.whatsapp ? "✓✓" : "";
  if (failed(message)) return "✕";
  if (ON_HANDSET.has(message.status)) return "✓✓";
  return message.history.length ? "✓" : "◌";
}

/** Summarises a message in one line. */
export function gist(message) {
  if (message.body) return message.body;
  if (message.push?.title) return message.push.title;
  if (message.media?.length) return t(message.media[0].content_type.startsWith("image/") ? "gist.picture" : "gist.file");
  if (message.whatsapp) return word("kind", message.whatsapp.type.split(".")[0]);
  return message.push ? t("gist.data") : "";
}
