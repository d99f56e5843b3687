/* The content of a message, as the phone shows it: text with links and codes, pictures and other files. */

import { bytes, t } from "../text.js";
import { copy } from "../toasts.js";
import { html, useState } from "../vendor/preact.js";

const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>".,!?;:)\]']/g;
const PICTURES = new Set(["image/gif", "image/jpeg", "image/png", "image/webp", "image/avif", "image/bmp", "image/svg+xml"]);

/** Shows a web address as a link, and any other as text: `javascript:` would run on this page. */
export function Address({ children: address }) {
  if (!/^https?:/i.test(address)) return html`<span>${address}</span>`;
  return html`<a href=${address} target="_blank" rel="noopener noreferrer">${address}</a>`;
}

export function Code({ children: code }) {
  return html`<button type="button" class="code" title=${t("copy.code")} onClick=${() => copy(code)}>${code}</button>`;
}

function withLinks(text) {
  const nodes = [];
  let end = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    nodes.push(text.slice(end, index), html`<${Address}>${address}<//>`);
    end = index + address.length;
  }
  return [...nodes, text.slice(end)];
}

/** Shows a text: its links can be followed, and the one-time code that the server has found in it copied. */
export function Rich({ text, code = null }) {
  const index = code === null ? -1 : text.search(new RegExp(`(?<!\\w)${code.replace(/\W/g, "\\$&")}(?!\\w)`));
  if (index < 0) return html`${withLinks(text)}`;
  return html`${withLinks(text.slice(0, index))}<${Code}>${code}<//>${withLinks(text.slice(index + code.length))}`;
}

const nameOfFile = (address) => address.slice(address.lastIndexOf("/") + 1) || address;

function Named({ file }) {
  return html`<a class="file" href=${file.href} download=${nameOfFile(file.url)} title=${file.url}>
    <b>${nameOfFile(file.url)}</b><small>${file.content_type} · ${bytes(file.size)}</small>
  </a>`;
}

/** Shows a file, or offers it for download; a file that the emulator does not have is only named. */
export function File({ file, poster = null }) {
  const [broken, setBroken] = useState(false);
  const [kind] = file.content_type.split("/");
  if (!file.size) return html`<span class="file"><${Address}>${file.url}<//><small>${t("file.missing")}</small></span>`;
  // What claims to be a picture may not be one, or not one that this browser can show.
  if (broken) return html`<${Named} file=${file} />`;
  const properties = { src: file.href, title: file.url, onError: () => setBroken(true) };
  if (PICTURES.has(file.content_type)) return html`<img alt=${nameOfFile(file.url)} ...${properties} />`;
  if (kind === "video") return html`<video poster=${poster} controls preload="metadata" ...${properties} />`;
  if (kind === "audio") return html`<audio controls preload="metadata" ...${properties} />`;
  return html`<${Named} file=${file} />`;
}
