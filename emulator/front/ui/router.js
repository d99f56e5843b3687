/* Where the page is: `#/view/step/step?name=value`. Every place has an address that can be kept and shared. */

import { createStore, useStore } from "./store.js";

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Returns the address of a place. */
export function href(view, path = [], query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return `#/${[view, ...path].map(encodeURIComponent).join("/")}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
}

function parse(hash) {
  if (hash === "#console") return { view: "world", path: ["console"], query: {} };
  const [address, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view = "", ...path] = address.split("/").filter(Boolean).map(decoded);
  // Addresses of earlier versions: #/+14255550100/message-id
  if (view.startsWith("+")) return { view: "phones", path: [view, ...path], query: {} };
  return { view: view || "messages", path, query: Object.fromEntries(new URLSearchParams(query)) };
}

let shown = location.hash;

export const route = createStore(parse(shown));
export const useRoute = () => useStore(route);

function show(hash) {
  if (hash === shown) return;
  shown = hash;
  route.set(parse(hash));
}

addEventListener("hashchange", () => show(location.hash));

/** Goes to an address; with `replace` the way back skips the present one. */
export function go(address, { replace = false } = {}) {
  if (location.hash === address) return;
  if (replace) history.replaceState(null, "", address);
  else location.hash = address;
  show(location.hash); // the event comes later, and the next key that is pressed may come before it
}
