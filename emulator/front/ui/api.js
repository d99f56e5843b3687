/* Calls to the control API, and to AWS's own APIs as their clients make them. */

export class Refused extends Error {
  constructor(message, field = null) {
    super(message);
    this.field = field;
  }
}

async function fetched(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refused("The emulator does not respond.");
  }
}

/** Calls the control API; a `body` other than a file is sent as JSON. Throws `Refused`, with the field that is at fault. */
export async function call(method, path, body) {
  const sent = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetched(path, { method, body: sent });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error, answer.field);
  return answer;
}

/** Adds a query to a path; values that are null, undefined or empty are left out. */
export function withQuery(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

export const get = (path, query = {}) => call("GET", withQuery(path, query));
export const pathTo = (...steps) => steps.map(encodeURIComponent).join("/");

// AWS's own APIs: requests as its clients make them, except for the signature, which is never verified.

const signed = ({ account, region }, service) =>
  `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;

async function answered(response) {
  const text = await response.text();
  const answer = text ? JSON.parse(text) : {};
  if (response.ok) return answer;
  const error = (response.headers.get("x-amzn-ErrorType") ?? answer.__type ?? String(response.status)).split("#").at(-1).split(":")[0];
  throw new Refused(`${error}: ${answer.Message ?? answer.message}`, answer.Fields?.[0]?.Name ?? null);
}

/** The names of operations that only read. */
export const READS = /^(Describe|List|Get)/;
/** What the page reads for itself is not a request of the application that is being developed. */
const unlogged = (isRead) => (isRead ? { "x-emulator-unlogged": "true" } : {});

/** Calls an operation of `pinpoint-sms-voice-v2` in an account and region. */
export async function sms(scope, operation, fields = {}) {
  const headers = {
    authorization: signed(scope, "sms-voice"),
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `PinpointSMSVoiceV2.${operation}`,
    ...unlogged(READS.test(operation)),
  };
  return answered(await fetched("/", { method: "POST", headers, body: JSON.stringify(fields) }));
}

/** Calls a REST API by its signing name and path. */
export async function rest(scope, service, method, path, fields) {
  const headers = { authorization: signed(scope, service), "content-type": "application/json", ...unlogged(method === "GET") };
  return answered(await fetched(path, { method, headers, body: fields && JSON.stringify(fields) }));
}

/** Calls the first version of the API, `sms-voice`, by its path. */
export const smsVoice = (scope, method, path, fields) => rest(scope, "sms-voice", method, `/v1/sms-voice/${path}`, fields);
