/*
Used by every part of the page: elements, calls to the control API and to AWS, and notifications.

Everything that comes from a message is untrusted: it enters the page as text nodes and attribute values, never as markup.
*/

const DEBOUNCE_MS = 400; // how long summaries (pending timers, costs) wait for more events

export const $ = (id) => document.getElementById(id);

/** Creates an element: properties by name, listeners as functions, children as nodes or text. */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Lists names and values; those without a value are left out. */
export function facts(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

/** Returns a function that calls `action` once it was not called for `wait` milliseconds, but after four times that at the latest. */
export function debounce(action, wait = DEBOUNCE_MS) {
  let timer = null;
  let since = 0;
  return () => {
    if (timer === null) since = performance.now();
    clearTimeout(timer);
    const due = Math.max(0, Math.min(wait, since + 4 * wait - performance.now()));
    timer = setTimeout(() => { timer = null; action(); }, due);
  };
}

/** Opens a dialog, without the result of its previous use. */
export function openDialog(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
}

// --- Calls ----------------------------------------------------------------------------------------------------------

export class Refused extends Error {}

async function fetched(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refused("The emulator does not respond.");
  }
}

/** Calls the control API; a `body` other than a file is sent as JSON. */
export async function call(method, path, body) {
  const sent = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetched(path, { method, body: sent });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error);
  return answer;
}

export function withQuery(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

export const get = (path, query = {}) => call("GET", withQuery(path, query));

export const handsetPath = (number) => `handsets/${encodeURIComponent(number)}`;

/** Calls an operation of `sms-voice` as AWS's own clients do, except for the signature, which is never verified. */
export async function aws(scope, method, path, fields) {
  const { account, region } = scope;
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/sms-voice/aws4_request, SignedHeaders=host, Signature=none`;
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetched(`/v1/sms-voice/${path}`, { method, headers, body: fields && JSON.stringify(fields) });
  const answer = await response.json();
  if (!response.ok) throw new Refused(`${response.headers.get("x-amzn-ErrorType")}: ${answer.Message ?? answer.message}`);
  return answer;
}

// --- Notifications ------------------------------------------------------------------------------------------------------

export function toast(content, kind = "") {
  const node = make("p", { class: `toast ${kind}`, role: kind === "bad" ? "alert" : null }, content);
  $("toasts").append(node);
  setTimeout(() => node.remove(), kind === "bad" ? 8000 : 4000);
}

/** Turns an async function into a listener that shows its errors to the user. */
export function attempt(action) {
  return async (...given) => {
    try {
      return await action(...given);
    } catch (error) {
      toast(error.message, "bad");
      if (!(error instanceof Refused)) throw error;
      return undefined;
    }
  };
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser does not allow this page to copy.", "bad");
  }
}
