/*
The inbox: one page over the control API under /_emulator, and for its console over AWS's own API.

Each part of the page has a module that draws it from what the server answered; this one knows where one is on the page,
and brings what the event stream tells to the parts. That is gathered for a moment and then drawn row by row, so that a
flood of messages redraws only the rows it touches.
*/

import { $, attempt, calmly, get } from "./base.js";
import { loadBehaviour, loadOutcomes } from "./behaviour.js";
import { refreshCalls, tickCalls } from "./call.js";
import { drawTargets, isReachable, loadReach } from "./composer.js";
import { forgetConsole, refreshConsole, showConsole, tickConsole } from "./console.js";
import {
  closeConversation, drawMessageRow, hearForConversation, loadMessages, openConversation, settleConversation,
} from "./conversation.js";
import { drawDetail, redrawDetail } from "./detail.js";
import { drawListEnd, hearForList, loadHandsets } from "./handsets.js";
import { TELEPHONE, farEnd, go, list, nearEnd, open, seen } from "./state.js";
import { drawClock, drawNow, loadAccount, loadClock, loadCosts, reloadClock, reloadCosts } from "./world.js";
import "./welcome.js";

const ROWS_SEARCHED = 5000; // how far back a conversation is opened to show a message that was asked for
const GATHER_MS = 60; // how long events are gathered before they are drawn
const WIDE = matchMedia("(min-width: 761px)");
const main = document.querySelector("main");

// --- Where one is -----------------------------------------------------------------------------------------------------

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
  $("detail").hidden = messageId === null && !TELEPHONE.test(number);
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

const search = calmly(attempt(() => loadHandsets()), 150);
$("search").addEventListener("input", () => {
  list.query = $("search").value.trim();
  search();
});

/** Up and down go through the rows of a list. */
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

// --- What the stream tells ------------------------------------------------------------------------------------------

const heard = new Map(); // message id -> its newest state, and whether it is a new message
const reloadReach = calmly(attempt(async () => {
  await loadReach();
  drawTargets();
}));
const drawCall = (message) => {
  const row = open.rows.get(message.message_id);
  if (row) drawMessageRow(row, message);
};

function drawHeard() {
  const first = list.rows.size === 0 && main.dataset.view === "list" && !list.query;
  const messages = [...heard.values()];
  heard.clear();
  for (const { message, isNew } of messages) {
    if (!list.query) hearForList(message, isNew);
    hearForConversation(message, isNew);
    if (message.message_id === open.messageId) redrawDetail();
    // Only after it was answered does a call begin to speak.
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

function hear(message, isNew) {
  if (heard.size === 0) setTimeout(drawHeard, GATHER_MS);
  heard.set(message.message_id, { message, isNew: isNew || Boolean(heard.get(message.message_id)?.isNew) });
}

const load = attempt(async () => {
  await Promise.all([loadHandsets(), loadClock(), loadCosts(), loadAccount()]);
  open.number = null; // so that an open conversation is read again
  await follow();
});

function forget() {
  seen.clear();
  heard.clear();
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
  // Opened again after a break, it does not tell what was missed.
  stream.addEventListener("open", () => { drawLink("live", "live"); load(); });
  stream.addEventListener("error", () => drawLink("lost", "the emulator does not answer; trying again"));
  const on = (kind, listen) => stream.addEventListener(kind, (event) => listen(JSON.parse(event.data)));
  on("message", (message) => hear(message, true));
  on("status", (message) => hear(message, false));
  on("clock", (answer) => { drawClock(answer); reloadClock(); refreshCalls(drawCall); refreshConsole(); });
  on("dtmf", ({ message_id: messageId }) => refreshCalls(drawCall, messageId));
  on("deleted", () => load());
  on("reset", () => forget());
  setInterval(() => { drawNow(); tickCalls(drawCall); tickConsole(); }, 1000);
});
begin();
