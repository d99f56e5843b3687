/* The open conversation: its messages as the handset shows them, the newest at the end. */

import { $, attempt, get, handsetPath, make } from "./base.js";
import { callNotes, makeCall } from "./call.js";
import { plainContent } from "./content.js";
import { drawListEnd, markSeen } from "./handsets.js";
import { richContent, richSuggestions } from "./rcs.js";
import {
  PAGE, ROWS_KEPT, PHONE_NUMBER, arrived, counted, dayOf, dollars, failed, farEnd, go, list, nameOf, nearEnd, open, tick, timeOf,
} from "./state.js";

const PARTS = "a, button, audio, video, .carousel"; // the parts of a bubble that handle clicks themselves

function makeMessageRow(message) {
  const choose = () => go(open.number, message.message_id);
  const row = {
    message,
    shown: null, // the data from which its bubble was drawn
    card: message.voice ? makeCall(message) : null,
    end: make("p", { class: "end" }),
    bubble: make("div", { class: "bubble", dir: "auto", click: (event) => event.target.closest(PARTS) || choose() }),
    below: make("div", { class: "below" }),
    meta: make("button", { type: "button", class: "meta", click: choose }),
  };
  row.node = make("li", { class: message.direction, "data-day": dayOf(message.requested_at), "data-id": message.message_id },
    make("p", { class: "day" }, dayOf(message.requested_at)), row.end, row.bubble, row.below, row.meta);
  if (row.card) row.bubble.append(row.card.node);
  open.rows.set(message.message_id, row);
  drawMessageRow(row, message);
  return row;
}

/** Redraws the bubble only if its content has changed: after a fallback, or once suggestions can be tapped. */
function drawBubble(row, message) {
  if (row.card) {
    row.card.draw(message);
    return;
  }
  const shows = JSON.stringify([message.channel, message.from, message.body, message.media, message.rcs, arrived(message)]);
  if (shows === row.shown) return;
  row.shown = shows;
  row.bubble.replaceChildren(...(message.rcs ? richContent(message) : plainContent(message)));
  row.bubble.dataset.kind = message.rcs ? Object.keys(message.rcs.Content)[0] : message.channel;
  row.below.replaceChildren(...[richSuggestions(message)].filter(Boolean));
}

/** Returns whether the recipient could reply to the message with a text; calls are not answered by text. */
const isAnswerable = (message) => message.direction === "outbound" && message.channel !== "voice";

function notesOf(message) {
  if (message.voice) return callNotes(message);
  if (message.push) return [message.push.platform];
  if (message.channel === "mms") return [message.media.length > 0 && counted(message.media.length, "file")];
  if (message.channel === "rcs") return [message.parts > 1 && counted(message.parts, "part")];
  return [counted(message.parts, "part"), message.encoding];
}

export function drawMessageRow(row, message) {
  row.message = message;
  open.senders.add(nearEnd(message));
  row.node.dataset.end = nearEnd(message);
  row.end.textContent = message.direction === "outbound" ? `from ${nameOf(message.from)}` : `to ${nameOf(message.to)}`;
  row.end.title = nearEnd(message);
  drawBubble(row, message);
  const description = message.history.at(-1)?.description;
  const isPriced = message.direction === "outbound" && (message.final || !message.voice); // the price of a call depends on its duration
  const price = isPriced && dollars(Number(message.price) + Number(message.carrier_fee));
  const small = [...notesOf(message), price].filter(Boolean).join(" · ");
  const bad = failed(message);
  row.meta.replaceChildren(
    make("span", { class: "tick", "aria-hidden": "true" }, tick(message)),
    make("span", { class: "status" }, `${message.channel === "sms" ? "" : `${message.channel.toUpperCase()} `}${message.status}`),
    make("time", {}, timeOf(message.requested_at)),
    make("small", {}, small),
    ...(bad && description ? [make("span", { class: "why" }, description)] : []));
  row.meta.title = [description, `${message.requested_at}, details`].filter(Boolean).join("\n");
  row.node.classList.toggle("failed", bad);
  row.node.classList.toggle("arrived", arrived(message));
  row.node.classList.toggle("read", message.status === "READ");
  row.node.classList.toggle("chosen", message.message_id === open.messageId);
}

/** Shows the day and the sender where they differ from those of the previous row. */
function drawBreaks(node) {
  const before = node.previousElementSibling;
  node.classList.toggle("new-day", before?.dataset.day !== node.dataset.day);
  node.classList.toggle("new-end", before?.dataset.end !== node.dataset.end);
}

let atBottom = true; // scrolled to the end, so that new messages are kept in view
let lastTop = 0;
export const toBottom = () => { $("scroll").scrollTop = $("scroll").scrollHeight; };
const keepBottom = () => { if (atBottom) toBottom(); };
$("scroll").addEventListener("scroll", ({ target }) => {
  // Only scrolling up leaves the end: a picture that has just loaded moves it without any scrolling.
  if (target.scrollHeight - target.scrollTop - target.clientHeight < 80) atBottom = true;
  else if (target.scrollTop < lastTop) atBottom = false;
  lastTop = target.scrollTop;
});
for (const part of ["scroll", "messages"]) new ResizeObserver(keepBottom).observe($(part));

export function updateConversation(message, isNew) {
  if (farEnd(message) !== open.number) return;
  const row = open.rows.get(message.message_id);
  if (row) {
    drawMessageRow(row, message);
    drawBreaks(row.node);
  } else if (isNew) {
    const added = makeMessageRow(message);
    $("messages").append(added.node);
    drawBreaks(added.node);
    if (isAnswerable(message)) open.last = message;
    $("no-messages").hidden = true;
  }
}

/** Removes the oldest rows if there are too many, and keeps the newest in view. */
export function settleConversation() {
  if (!atBottom || open.number === null) return;
  if (open.rows.size > ROWS_KEPT) {
    while (open.rows.size > ROWS_KEPT) {
      const oldest = $("messages").firstChild;
      open.rows.delete(oldest.dataset.id);
      oldest.remove();
    }
    open.previous = $("messages").firstChild.dataset.id;
    $("earlier").hidden = false;
    drawBreaks($("messages").firstChild);
  }
  toBottom();
}

function markOpen() {
  for (const row of list.rows.values()) row.button.setAttribute("aria-current", String(row.number === open.number));
}

/** Opens a conversation; `load` loads its messages and everything else that belongs to it. */
export async function openConversation(number, load) {
  Object.assign(open, { number, last: null, previous: null, target: null, senders: new Set(), rows: new Map() });
  $("messages").replaceChildren();
  $("conversation").hidden = false;
  $("detail").hidden = !PHONE_NUMBER.test(number);
  $("number").textContent = number;
  $("no-messages").hidden = true;
  $("earlier").hidden = true;
  drawListEnd();
  markOpen();
  await load();
  if (open.number !== number) return;
  atBottom = true;
  toBottom();
  markSeen();
  drawListEnd();
}

export async function loadMessages(limit = PAGE) {
  const { number, previous, rows } = open;
  const answer = await get(`${handsetPath(number)}/messages`, { limit, before: previous });
  if (open.number !== number || open.rows !== rows) return;
  const first = $("messages").firstChild;
  const height = $("scroll").scrollHeight;
  for (const message of answer.messages) {
    if (open.rows.has(message.message_id)) continue;
    const row = makeMessageRow(message);
    $("messages").insertBefore(row.node, first);
    drawBreaks(row.node);
  }
  if (first) drawBreaks(first);
  open.previous = answer.previous;
  open.last ??= answer.messages.findLast(isAnswerable) ?? null;
  $("earlier").hidden = answer.previous === null;
  $("no-messages").hidden = open.rows.size > 0;
  $("scroll").scrollTop += $("scroll").scrollHeight - height;
}

export function closeConversation() {
  Object.assign(open, { number: null, messageId: null, last: null, previous: null, rows: new Map() });
  $("messages").replaceChildren();
  $("conversation").hidden = true;
  $("detail").hidden = true;
  markOpen();
  drawListEnd();
}

$("earlier").addEventListener("click", attempt(() => loadMessages()));
