/*
The console: the guide's three flows, as forms over the API of `sms-voice`: register a number, have a campaign approved,
send a text now or at its hour. What AWS refuses is shown in AWS's words.
*/

import { $, Refused, attempt, aws, calmly, get, make } from "./base.js";
import { clock, go, nowText } from "./state.js";

const SHOWN = 20; // of what was sent here, the newest
const SETTLED = new Set(["Delivered", "Failed", "APPROVED", "Active"]);

let numbers = [];
let campaigns = [];
let sent = []; // messages that this page has sent: id, to, body, when, status, detail

const isShown = () => !$("console").hidden;
const scope = () => Object.fromEntries(["account", "region"].map((name) => [name, $("console-scope").elements[name].value.trim()]));
const operation = (method, path, members) => aws(scope(), method, path, members);

// --- What there is ------------------------------------------------------------------------------------------------------

function table(place, heads, rows, empty) {
  const line = (tag, cells) => make("tr", {}, ...cells.map((cell) => make(tag, {}, cell)));
  const body = make("table", {}, make("thead", {}, line("th", heads)), make("tbody", {}, ...rows.map((cells) => line("td", cells))));
  $(place).replaceChildren(rows.length ? body : make("p", { class: "hint" }, empty));
}

const status = (text, title = null) => make("span", { class: "state", "data-state": SETTLED.has(text) ? text : "waiting", title }, text);

function drawConsole() {
  table("console-numbers", ["Number", "Type", "Can", "Status"],
    numbers.map((row) => [row.PhoneNumber, row.Type, row.Capability.replaceAll(",", ", "), status(row.Status)]), "No number yet.");
  table("console-campaigns", ["Campaign", "Category", "Sender", "Status"],
    campaigns.map((row) => [row.CampaignName, row.CampaignCategory, row.SenderIdentity, status(row.Status)]), "No campaign yet.");
  table("console-sent", ["To", "Text", "When", "Status"], sent.map((row) => [
    make("button", { type: "button", class: "code", title: `Show the conversation: ${row.id}`, click: () => go(row.to, row.status === "Scheduled" ? null : row.id) }, row.to),
    row.body, row.when ? row.when.replace("T", " ").slice(0, 16) : "now", status(row.status, row.detail),
  ]), "Nothing was sent from here yet.");
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
const reload = calmly(attempt(loadConsole), 100);

/** Something has happened in the world that may concern what is shown. */
export function refreshConsole() {
  if (isShown()) reload();
}

/** Every second: a running clock tells nobody that a review is over. */
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

/** An empty world: what was sent in the old one is gone. */
export function forgetConsole() {
  sent = [];
}

// --- The forms ----------------------------------------------------------------------------------------------------------

/** Has a form do something when it is submitted; what is refused stands below it until the next try. */
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
  const members = {
    DestinationPhoneNumber: elements.to.value.trim(),
    OriginationIdentity: elements.sender.value.trim(),
    MessageBody: elements.body.value,
    MessageType: elements.kind.value,
    DeliverySchedule: when ? { ScheduledTime: when } : { Immediate: true },
  };
  const answer = await operation("POST", "text/message", members);
  const row = { id: answer.MessageId, to: members.DestinationPhoneNumber, body: members.MessageBody, when, status: answer.MessageStatus };
  sent = [row, ...sent].slice(0, SHOWN);
  elements.body.value = "";
});

$("send").addEventListener("change", ({ target }) => {
  if (target.name !== "when") return;
  const { at } = $("send").elements;
  at.disabled = target.value !== "later";
  // The input takes minutes, in the emulator's own time.
  if (!at.disabled && !at.value) at.value = new Date(Date.parse(nowText()) + 3600 * 1000).toISOString().slice(0, 16);
});
$("console-scope").addEventListener("submit", (event) => event.preventDefault());
$("console-scope").addEventListener("change", ({ currentTarget }) => { if (currentTarget.reportValidity()) reload(); });
$("leave-console").addEventListener("click", () => go(null));
