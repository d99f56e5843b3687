/* What a person sends by WhatsApp: messages of the Cloud API's inbound kinds. */

import { call, pathTo } from "../api.js";
import { t } from "../text.js";
import { attempt } from "../toasts.js";

/** Sends a message from a handset to a business; returns undefined if it was refused, which is shown. */
export const sendWhatsApp = attempt((number, to, message) => call("POST", `${pathTo("handsets", number)}/whatsapp`, { to, ...message }));

const read = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

function kindOf(file) {
  if (file.type === "image/webp") return "sticker";
  const [kind] = file.type.split("/");
  return ["image", "video", "audio"].includes(kind) ? kind : "document";
}

/** Returns the message by which a file is sent, as its kind or as a voice note. */
export async function fileMessage(file, { voice = false } = {}) {
  const type = voice ? "audio" : kindOf(file);
  const content = { data: await read(file), mime_type: file.type || "application/octet-stream" };
  if (type === "document") content.filename = file.name || t("gist.file");
  if (type === "audio") content.voice = voice;
  return { type, [type]: content };
}
