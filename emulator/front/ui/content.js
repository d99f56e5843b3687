/* The content of a message, as the handset shows it: text with links and codes, pictures and other files, notifications. */

import { copy, make } from "./base.js";
import { nameOf } from "./state.js";

// A link, or what looks like a one-time code and is not part of a longer number or an amount.
const RICH = /(https?:\/\/[^\s<>"]*[^\s<>".,!?;:)\]'])|((?<![\w+.$€£/-])\d{4,8}(?![\w/-]|[.,]\d))/g;
const PICTURES = new Set(["image/gif", "image/jpeg", "image/png", "image/webp", "image/avif", "image/bmp", "image/svg+xml"]);

/** Returns a web address as a link, and any other as text: `javascript:` would run on this page. */
export function link(address) {
  if (!/^https?:/i.test(address)) return make("span", {}, address);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
}

/** Returns the text as nodes: links can be followed, codes copied. */
export function rich(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(RICH)) {
    nodes.push(text.slice(end, found.index));
    const [whole, address] = found;
    if (address) nodes.push(link(address));
    else nodes.push(make("button", { type: "button", class: "code", title: "Copy", click: () => copy(whole) }, whole));
    end = found.index + whole.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

const nameOfFile = (address) => address.slice(address.lastIndexOf("/") + 1) || address;

function sizeOf(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function named(file) {
  const about = make("small", {}, `${file.content_type} · ${sizeOf(file.size)}`);
  return make("a", { class: "file", href: file.href, download: nameOfFile(file.url), title: file.url }, make("b", {}, nameOfFile(file.url)), about);
}

/** Shows a file, or offers it for download; a file that the emulator does not have is only named. */
export function mediaNode(file, poster = null) {
  const [kind] = file.content_type.split("/");
  if (!file.size) return make("span", { class: "file" }, link(file.url), make("small", {}, "not available here"));
  // What claims to be a picture may not be one, or not one that this browser can show.
  const instead = (event) => event.target.replaceWith(named(file));
  if (PICTURES.has(file.content_type)) return make("img", { src: file.href, alt: nameOfFile(file.url), title: file.url, error: instead });
  if (kind === "video") return make("video", { src: file.href, poster, controls: true, preload: "metadata", title: file.url, error: instead });
  if (kind === "audio") return make("audio", { src: file.href, controls: true, preload: "metadata", title: file.url, error: instead });
  return named(file);
}

function notification(push) {
  const data = push.data && Object.keys(push.data).length ? JSON.stringify(push.data) : null;
  return [
    push.title && make("b", { class: "title" }, push.title),
    push.silent && make("small", { class: "silent" }, "silent"),
    push.image_url && make("span", { class: "file" }, link(push.image_url)),
    data && make("code", { class: "data" }, data),
  ];
}

/** Returns the bubble's content for a message that is neither a call nor rich. */
export function plainContent(message) {
  const fellBack = message.history.some((entry) => entry.status === "FALLEN_BACK_TO_SMS");
  const [title, silent, image, data] = message.push ? notification(message.push) : [];
  const note = fellBack && make("small", { class: "fallback" }, `RCS could not be delivered: sent as ${message.channel.toUpperCase()} from ${nameOf(message.from)}`);
  return [note, title, image, ...(message.media ?? []).map((file) => mediaNode(file)), ...rich(message.body), data, silent].filter(Boolean);
}
