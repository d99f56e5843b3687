/* The bar: the clock and pending timers, costs, settings of the account and the carriers, and reset. */

import { $, Refused, attempt, call, debounce, get, make, openDialog, toast, withQuery } from "./base.js";
import { redrawDetail } from "./detail.js";
import { PAGE, clock, counted, dayOf, dollars, farEnd, go, nowText, open, timeOf } from "./state.js";

// --- The clock ------------------------------------------------------------------------------------------------------

export function drawNow() {
  const now = nowText();
  $("now").replaceChildren(make("b", {}, timeOf(now)), ` ${dayOf(now)}`);
}

export function drawClock(answer) {
  Object.assign(clock, { base: Date.parse(answer.now), at: performance.now(), mode: answer.mode, speed: answer.speed });
  drawNow();
  $("modes").querySelector(`[value=${CSS.escape(answer.mode)}]`).checked = true;
  $("future").textContent = `${answer.pending_count} pending`;
  if (document.activeElement?.name !== "speed") $("pace").elements.speed.value = answer.speed;
}

export async function loadClock() {
  const answer = await get("clock", { limit: PAGE });
  drawClock(answer);
  const rows = answer.pending.map((timer) => make("li", {},
    make("time", { title: timer.due }, `${dayOf(timer.due)} ${timeOf(timer.due)}`), " ",
    timer.message_id ? make("button", { type: "button", class: "code", title: "Show the message", click: () => showMessage(timer.message_id) }, timer.what) : timer.what));
  if (answer.pending_count > rows.length) rows.push(make("li", { class: "hint" }, `and ${answer.pending_count - rows.length} more`));
  $("pending").replaceChildren(...(rows.length ? rows : [make("li", { class: "hint" }, "Nothing is pending.")]));
}
export const reloadClock = debounce(attempt(loadClock));

const showMessage = attempt(async (messageId) => {
  $("future-panel").hidePopover();
  go(farEnd(await get(`messages/${encodeURIComponent(messageId)}`)), messageId);
});

const moveClock = attempt(async (change) => {
  await call("POST", "clock", change);
  await loadClock();
});

$("modes").addEventListener("change", (event) => moveClock({ mode: event.target.value }));
$("advance").addEventListener("click", (event) => {
  if (event.target.dataset.seconds) moveClock({ advance_seconds: Number(event.target.dataset.seconds) });
});
$("settle").addEventListener("click", attempt(async () => {
  const answer = await call("POST", "settle", {});
  const undelivered = answer.undelivered ? `, ${counted(answer.undelivered, "record")} undelivered` : "";
  toast(`${counted(answer.ran, "timer")} fired${undelivered}`, answer.undelivered ? "bad" : "");
  await loadClock();
  redrawDetail();
}));
$("pace").addEventListener("submit", (event) => event.preventDefault());
$("pace").addEventListener("change", () => {
  if ($("pace").reportValidity()) moveClock({ speed: $("pace").elements.speed.valueAsNumber });
});

// --- Costs ------------------------------------------------------------------------------------------------------------

export async function loadCosts() {
  const { costs } = await get("costs");
  const total = costs.reduce((sum, row) => sum + Number(row.total), 0);
  $("costs").textContent = dollars(total);
  if (!costs.length) {
    $("bill").replaceChildren(make("p", { class: "hint" }, "Nothing yet."));
    return;
  }
  const line = (tag, cells) => make("tr", {}, ...cells.map((cell) => make(tag, {}, String(cell))));
  $("bill").replaceChildren(make("table", {},
    make("thead", {}, line("th", ["Month", "Channel", "Country", "Messages", "Parts", "Price", "Carrier fee", "Total"])),
    make("tbody", {}, ...costs.map((row) => line("td", [row.month, row.channel, row.country, row.messages, row.parts, dollars(row.price), dollars(row.carrier_fee), dollars(row.total)]))),
    make("tfoot", {}, line("td", ["", "", "", "", "", "", "", dollars(total)]))));
}
export const reloadCosts = debounce(attempt(loadCosts));

// --- Settings, reset ----------------------------------------------------------------------------------------------------

/** Returns the account and region of the open conversation, or nothing for the emulator's defaults. */
function scope() {
  const found = [...open.rows.values()].at(-1)?.message;
  return found ? { account: found.account, region: found.region } : {};
}

export async function loadAccount() {
  const account = await get("account", scope());
  $("scope").textContent = `${account.account} ${account.region}`;
  $("account").elements.tier.value = account.tier;
  $("account").elements.enabled.checked = account.enabled;
}

$("account").addEventListener("change", attempt(async ({ target }) => {
  const value = target.type === "checkbox" ? target.checked : target.value;
  await call("PUT", withQuery("account", scope()), { [target.name]: value });
}));
$("settings-panel").addEventListener("beforetoggle", attempt(async (event) => {
  if (event.newState !== "open") return;
  await loadAccount();
  const rules = await get("carriers/rules");
  $("rules-text").value = rules.length ? `[\n${rules.map((rule) => `  ${JSON.stringify(rule)}`).join(",\n")}\n]` : "[]";
}));
$("rules").addEventListener("submit", attempt(async (event) => {
  event.preventDefault();
  let rules;
  try {
    rules = JSON.parse($("rules-text").value || "[]");
  } catch (error) {
    throw new Refused(`The rules are not valid JSON: ${error.message}`);
  }
  const saved = await call("PUT", "carriers/rules", rules);
  toast(`${counted(saved.length, "rule")} saved`);
}));
$("reset").addEventListener("click", () => { $("reset-aws").checked = false; openDialog($("reset-dialog")); });
$("reset-dialog").addEventListener("close", attempt(async () => {
  if ($("reset-dialog").returnValue === "reset") await call("POST", "reset", { aws: $("reset-aws").checked });
}));
