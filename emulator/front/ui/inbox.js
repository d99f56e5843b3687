/*
The inbox: a single page over the control API under /_emulator, and for its console over AWS's own API.

Each part of the page has a module that draws it from the server's responses. This module handles navigation, and passes
the events of the stream on to the parts. They are collected for a moment and then drawn row by row, so that a flood of
messages redraws only the rows that it affects.
*/

import { $, attempt, debounce, get } from "./base.js";
import { loadBehaviour, loadOutcomes } from "./behaviour.js";
import { refreshCalls, tickCalls } from "./call.js";
import { drawTargets, isReachable, loadReach } from "./composer.js";
import { forgetConsole, refreshConsole, showConsole, tickConsole } from "./console.js";
import {
  closeConversation, drawMessageRow, updateConversation, loadMessages, openConversation, settleConversation,
} from "./conversation.js";
import { drawDetail, redrawDetail } from "./detail.js";
import { drawListEnd, updateList, loadHandsets } from "./handsets.js";
import { PHONE_NUMBER, farEnd, go, list, nearEnd, open, seen } from "./state.js";
import { drawClock, drawNow, loadAccount, loadClock, loadCosts, reloadClock, reloadCosts } from "./bar.js";
import "./welcome.js";

const ROWS_SEARCHED = 5000; // how far back a conversation is loaded to show the selected message
const GATHER_MS = 60; // how long events are collected before they are drawn
const WIDE = matchMedia("(min-width: 761px)");
const main = document.querySelector("main");

// --- Navigation -------------------------------------------------------------------------------------------------------

const follow = attempt(async () => {
  const inConsole = location.hash === "#console";
  const [number = null, messageId = null] = inConsole ? [] : location.hash.slice(2).split("/").filter(Boolean).map(decodeURIComponent);
  main.dataset.view = inConsole ? "console" : messageId ? "detail" : number ? "talk" : "list";
  $("console").hidden = !inConsole;
  $("to-console").setAttribute("aria-current", inConsole ? "page" : "false");
  if (number === null) {
    closeConversation();
    if (inConsole) await showConsole();
    return;
  }
  const old = open.rows.get(open.messageId);
  open.messageId = messageId;
  if (old) old.node.classList.remove("chosen");
  $("detail").hidden = messageId === null && !PHONE_NUMBER.test(number);
  if (number !== open.number) {
    await openConversation(number, async () => {
      await Promise.all([loadMessages(), loadReach(), loadBehaviour(), loadAccount()]);
      if (open.number === number) drawTargets();
    });
  }
  while (messageId && !open.rows.has(messageId) && open.previous && open.rows.size < ROWS_SEARCHED) await loadMessages(1000);
  if (messageId !== open.messageId) return;
  const row = open.rows.get(messageId);
  row?.node.classList.add("chosen");
  row?.node.scrollIntoView({ block: "nearest" });
  await drawDetail();
});
addEventListener("hashchange", follow);
$("back").addEventListener("click", () => go(null));
$("open-detail").addEventListener("click", () => { main.dataset.view = "detail"; });
$("close-detail").addEventListener("click", () => {
  main.dataset.view = "talk";
  go(open.number);
});
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());

// --- Search and keys ------------------------------------------------------------------------------------------------

const search = debounce(attempt(() => loadHandsets()), 150);
$("search").addEventListener("input", () => {
  list.query = $("search").value.trim();
  search();
});

/** Moves the focus through the rows of a list with the up and down keys. */
function walk(container, selector) {
  container.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [...container.querySelectorAll(selector)];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (next && stops.includes(document.activeElement)) {
      event.preventDefault();
      next.focus();
    }
  });
}
walk($("handsets"), "button");
walk($("messages"), ".meta");

addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, dialog");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    $("search").focus();
  } else if (event.key === "Escape" && event.target === $("search")) {
    $("search").value = "";
    list.query = "";
    search();
  } else if (event.key === "Escape" && !typing && open.messageId) go(open.number);
});

// --- The event stream -----------------------------------------------------------------------------------------------

const received = new Map(); // message id -> its latest state, and whether it is new
const reloadReach = debounce(attempt(async () => {
  await loadReach();
  drawTargets();
}));
const drawCall = (message) => {
  const row = open.rows.get(message.message_id);
  if (row) drawMessageRow(row, message);
};

function drawReceived() {
  const first = list.rows.size === 0 && main.dataset.view === "list" && !list.query;
  const messages = [...received.values()];
  received.clear();
  for (const { message, isNew } of messages) {
    if (!list.query) updateList(message, isNew);
    updateConversation(message, isNew);
    if (message.message_id === open.messageId) redrawDetail();
    // A call begins to speak only once it was answered.
    if (message.voice && message.status === "ANSWERED") refreshCalls(drawCall, message.message_id);
  }
  if (list.query) search();
  else drawListEnd();
  settleConversation();
  if (messages.some(({ message, isNew }) => isNew && farEnd(message) === open.number)) {
    if (messages.some(({ message }) => !isReachable(nearEnd(message)))) reloadReach();
    else drawTargets();
  }
  reloadClock();
  reloadCosts();
  refreshConsole();
  if (first && messages.length && WIDE.matches) go(farEnd(messages[0].message));
}

function receive(message, isNew) {
  if (received.size === 0) setTimeout(drawReceived, GATHER_MS);
  received.set(message.message_id, { message, isNew: isNew || Boolean(received.get(message.message_id)?.isNew) });
}

const load = attempt(async () => {
  await Promise.all([loadHandsets(), loadClock(), loadCosts(), loadAccount()]);
  open.number = null; // so that an open conversation is reloaded
  await follow();
});

function forget() {
  seen.clear();
  received.clear();
  forgetConsole();
  open.number = null;
  if (location.hash && main.dataset.view !== "console") go(null);
  else closeConversation();
  return load();
}

function drawLink(state, text) {
  $("link").dataset.state = state;
  $("link").title = text;
  $("link").firstElementChild.textContent = text;
}

const begin = attempt(async () => {
  await loadOutcomes();
  const stream = new EventSource("stream");
  // A stream that was reconnected does not repeat missed events.
  stream.addEventListener("open", () => { drawLink("live", "live"); load(); });
  stream.addEventListener("error", () => drawLink("lost", "the emulator does not respond; reconnecting"));
  const on = (kind, listen) => stream.addEventListener(kind, (event) => listen(JSON.parse(event.data)));
  on("message", (message) => receive(message, true));
  on("status", (message) => receive(message, false));
  on("clock", (answer) => { drawClock(answer); reloadClock(); refreshCalls(drawCall); refreshConsole(); });
  on("dtmf", ({ message_id: messageId }) => refreshCalls(drawCall, messageId));
  on("deleted", () => load());
  on("reset", () => forget());
  setInterval(() => { drawNow(); tickCalls(drawCall); tickConsole(); }, 1000);
});
begin();
