/*
What every part of the page uses: elements, calls of the control API and of AWS, and what is told to the user.

Whatever comes from a message is untrusted: it reaches the page as text nodes and attribute values, never as markup.
*/

const CALM_MS = 400; // how long what sums up (pending, costs, search) waits for more events

export const $ = (id) => document.getElementById(id);

/** An element: properties by name, listeners as functions, children as nodes or text. */
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

/** Names and values of a list of facts; what has no value is left out. */
export function facts(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

/** Calls `action` once, when nobody has asked for it again for `wait` milliseconds, or at the latest after four times that. */
export function calmly(action, wait = CALM_MS) {
  let timer = null;
  let since = 0;
  return () => {
    if (timer === null) since = performance.now();
    clearTimeout(timer);
    const due = Math.max(0, Math.min(wait, since + 4 * wait - performance.now()));
    timer = setTimeout(() => { timer = null; action(); }, due);
  };
}

/** Opens a dialog, with the answer of the last time forgotten. */
export function ask(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
}

// --- Calls ----------------------------------------------------------------------------------------------------------

export class Refused extends Error {}

async function fetched(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refused("The emulator does not answer.");
  }
}

/** The control API: a `body` that is no file is sent as JSON. */
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

/** An operation of `sms-voice`, as AWS's own clients send it but for the signature, which nobody verifies. */
export async function aws(scope, method, path, members) {
  const { account, region } = scope;
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/sms-voice/aws4_request, SignedHeaders=host, Signature=none`;
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetched(`/v1/sms-voice/${path}`, { method, headers, body: members && JSON.stringify(members) });
  const answer = await response.json();
  if (!response.ok) throw new Refused(`${response.headers.get("x-amzn-ErrorType")}: ${answer.Message ?? answer.message}`);
  return answer;
}

// --- What is told to the user -----------------------------------------------------------------------------------------

export function toast(content, kind = "") {
  const node = make("p", { class: `toast ${kind}`, role: kind === "bad" ? "alert" : null }, content);
  $("toasts").append(node);
  setTimeout(() => node.remove(), kind === "bad" ? 8000 : 4000);
}

/** Makes a listener of an async function; what is refused is told to the user. */
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
    toast("The browser does not let this page copy.", "bad");
  }
}
