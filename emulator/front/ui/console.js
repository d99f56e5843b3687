/*
The console: the guide's three flows, as forms over the `sms-voice` API: register a number, have a campaign approved, send
a text now or later. Errors are shown in AWS's words.
*/

import { $, Refused, attempt, aws, debounce, get, make } from "./base.js";
import { clock, go, nowText } from "./state.js";

const SHOWN = 20; // how many of the newest messages sent here are listed
const SETTLED = new Set(["Delivered", "Failed", "APPROVED", "Active"]);

let numbers = [];
let campaigns = [];
let sent = []; // messages that this page has sent: id, to, body, when, status, detail

const isShown = () => !$("console").hidden;
const scope = () => Object.fromEntries(["account", "region"].map((name) => [name, $("console-scope").elements[name].value.trim()]));
const operation = (method, path, fields) => aws(scope(), method, path, fields);

// --- Tables -------------------------------------------------------------------------------------------------------------

function table(place, heads, rows, empty) {
  const line = (tag, cells) => make("tr", {}, ...cells.map((cell) => make(tag, {}, cell)));
  const body = make("table", {}, make("thead", {}, line("th", heads)), make("tbody", {}, ...rows.map((cells) => line("td", cells))));
  $(place).replaceChildren(rows.length ? body : make("p", { class: "hint" }, empty));
}

const status = (text, title = null) => make("span", { class: "state", "data-state": SETTLED.has(text) ? text : "waiting", title }, text);

function drawConsole() {
  table("console-numbers", ["Number", "Type", "Can", "Status"],
    numbers.map((row) => [row.PhoneNumber, row.Type, row.Capability.replaceAll(",", ", "), status(row.Status)]), "No numbers yet.");
  table("console-campaigns", ["Campaign", "Category", "Sender", "Status"],
    campaigns.map((row) => [row.CampaignName, row.CampaignCategory, row.SenderIdentity, status(row.Status)]), "No campaigns yet.");
  table("console-sent", ["To", "Text", "When", "Status"], sent.map((row) => [
    make("button", { type: "button", class: "code", title: `Show the conversation: ${row.id}`, click: () => go(row.to, row.status === "Scheduled" ? null : row.id) }, row.to),
    row.body, row.when ? row.when.replace("T", " ").slice(0, 16) : "now", status(row.status, row.detail),
  ]), "Nothing has been sent from here yet.");
  $("our-numbers").replaceChildren(...numbers.map((row) => make("option", { value: row.PhoneNumber })));
}

async function loadConsole() {
  const waiting = sent.filter((row) => !SETTLED.has(row.status));
  const [owned, submitted, ...standing] = await Promise.all([
    operation("GET", "phone-numbers"),
    operation("GET", "campaigns"),
    ...waiting.map((row) => operation("GET", `message-status-summary?${new URLSearchParams({ MessageId: row.id })}`)),
  ]);
  numbers = owned.PhoneNumbers;
  campaigns = submitted.Campaigns;
  for (const [place, row] of waiting.entries()) {
    row.status = standing[place].MessageStatus ?? row.status;
    row.detail = standing[place].StatusDetail;
  }
  drawConsole();
}
const reload = debounce(attempt(loadConsole), 100);

/** Reloads the console, if it is shown, after an event that may concern it. */
export function refreshConsole() {
  if (isShown()) reload();
}

/** Runs every second: the stream has no event for the end of a review. */
export function tickConsole() {
  const waiting = [...numbers, ...campaigns].some((row) => !SETTLED.has(row.Status)) || sent.some((row) => !SETTLED.has(row.status));
  if (waiting && clock.mode === "running") refreshConsole();
}

export async function showConsole() {
  const { elements } = $("console-scope");
  if (!elements.account.value) {
    const { account, region } = await get("account");
    elements.account.value = account;
    elements.region.value = region;
  }
  await loadConsole();
}

/** Empties the list of sent messages after a reset. */
export function forgetConsole() {
  sent = [];
}

// --- The forms ----------------------------------------------------------------------------------------------------------

/** Runs `act` when the form is submitted; an error is shown below the form until the next attempt. */
function onSubmit(id, act) {
  const form = $(id);
  const refusal = form.querySelector(".refusal");
  form.addEventListener("submit", attempt(async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    refusal.textContent = "";
    form.setAttribute("aria-busy", "true");
    try {
      await act(form.elements);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refusal.textContent = error.message;
    } finally {
      form.removeAttribute("aria-busy");
    }
    await loadConsole();
  }));
}

const textOf = (control) => control.value.trim() || undefined;

onSubmit("register", async (elements) => {
  await operation("POST", "phone-numbers", {
    PhoneNumber: elements.number.value.trim(),
    NumberType: elements.type.value,
    IsoCountryCode: textOf(elements.country)?.toUpperCase(),
    Capabilities: [...elements.can].filter((box) => box.checked).map((box) => box.value),
  });
  elements.number.value = "";
});

onSubmit("campaign", async (elements) => {
  await operation("POST", "campaigns", {
    CampaignName: elements.campaign.value.trim(),
    CampaignCategory: elements.category.value,
    SenderIdentity: elements.sender.value.trim(),
    ExpectedVolume: Number.isNaN(elements.volume.valueAsNumber) ? undefined : elements.volume.valueAsNumber,
    MessageSample: textOf(elements.sample),
  });
  elements.campaign.value = "";
});

onSubmit("send", async (elements) => {
  const when = elements.when.value === "later" ? new Date(`${elements.at.value}Z`).toISOString() : null;
  const fields = {
    DestinationPhoneNumber: elements.to.value.trim(),
    OriginationIdentity: elements.sender.value.trim(),
    MessageBody: elements.body.value,
    MessageType: elements.kind.value,
    DeliverySchedule: when ? { ScheduledTime: when } : { Immediate: true },
  };
  const answer = await operation("POST", "text/message", fields);
  const row = { id: answer.MessageId, to: fields.DestinationPhoneNumber, body: fields.MessageBody, when, status: answer.MessageStatus };
  sent = [row, ...sent].slice(0, SHOWN);
  elements.body.value = "";
});

$("send").addEventListener("change", ({ target }) => {
  if (target.name !== "when") return;
  const { at } = $("send").elements;
  at.disabled = target.value !== "later";
  // The input has a precision of minutes, in virtual time.
  if (!at.disabled && !at.value) at.value = new Date(Date.parse(nowText()) + 3600 * 1000).toISOString().slice(0, 16);
});
$("console-scope").addEventListener("submit", (event) => event.preventDefault());
$("console-scope").addEventListener("change", ({ currentTarget }) => { if (currentTarget.reportValidity()) reload(); });
$("leave-console").addEventListener("click", () => go(null));
