/* The list of handsets, latest message first. */

import { $, attempt, get, make } from "./base.js";
import {
  PAGE, ROWS_KEPT, counted, dayOf, failed, farEnd, gist, go, list, nowText, open, seen, timeOf,
} from "./state.js";

function makeHandsetRow(number) {
  const row = {
    number,
    last: null,
    unread: 0,
    who: make("span", { class: "who" }, number),
    when: make("time"),
    text: make("span", { class: "text", dir: "auto" }),
    mark: make("span", { class: "mark" }),
    country: make("span", { class: "country", "aria-hidden": "true" }),
  };
  const lines = make("span", { class: "lines" }, make("span", {}, row.who, row.when), make("span", {}, row.text, row.mark));
  row.button = make("button", { type: "button", click: () => go(number, list.query ? row.last.message_id : null) }, row.country, lines);
  row.node = make("li", {}, row.button);
  list.rows.set(number, row);
  return row;
}

export function drawHandsetRow(row) {
  const message = row.last;
  const mine = message.direction === "inbound" ? "You: " : message.channel === "voice" ? "Call: " : "";
  row.text.textContent = mine + gist(message);
  row.when.textContent = dayOf(message.requested_at) === dayOf(nowText()) ? timeOf(message.requested_at) : dayOf(message.requested_at);
  row.country.textContent = message.country || "·";
  row.mark.textContent = row.unread ? String(row.unread) : failed(message) ? "✕" : "";
  row.mark.className = `mark ${row.unread ? "unread" : failed(message) ? "failed" : ""}`;
  row.mark.title = row.unread ? `${counted(row.unread, "new message")}` : failed(message) ? message.status : "";
  row.button.setAttribute("aria-current", String(row.number === open.number));
}

function isShownNow(number) {
  return number === open.number && !document.hidden;
}

export function updateList(message, isNew) {
  const number = farEnd(message);
  let row = list.rows.get(number);
  if (!isNew) {
    if (row?.last.message_id === message.message_id) {
      row.last = message;
      drawHandsetRow(row);
    }
    return;
  }
  row ??= makeHandsetRow(number);
  if (row.last?.message_id === message.message_id) return;
  row.last = message;
  if (isShownNow(number)) seen.add(message);
  else if (message.direction === "outbound") row.unread += 1;
  drawHandsetRow(row);
  if ($("handsets").firstChild !== row.node) $("handsets").prepend(row.node);
  while (list.rows.size > ROWS_KEPT) {
    list.rows.delete([...list.rows.keys()].find((key) => list.rows.get(key).node === $("handsets").lastChild));
    $("handsets").lastChild.remove();
    list.next = [...list.rows.values()].find((kept) => kept.node === $("handsets").lastChild).number;
  }
}

export async function loadHandsets(more = false) {
  const query = list.query;
  const answer = await get("handsets", { contains: query, limit: PAGE, after: more ? list.next : null });
  if (query !== list.query) return;
  if (!more) {
    list.rows.clear();
    $("handsets").replaceChildren();
  }
  for (const { number, last } of answer.handsets) {
    if (list.rows.has(number)) continue;
    const row = makeHandsetRow(number);
    row.last = last;
    if (isShownNow(number)) seen.add(last);
    row.unread = query || seen.has(last) ? 0 : 1;
    drawHandsetRow(row);
    $("handsets").append(row.node);
  }
  list.next = answer.next;
  drawListEnd();
}

export function drawListEnd() {
  const empty = list.rows.size === 0;
  const inConsole = document.querySelector("main").dataset.view === "console";
  $("more-handsets").hidden = list.next === null;
  $("no-handsets").hidden = !empty;
  $("no-handsets").textContent = list.query ? "No matches." : "Numbers appear here with their first message.";
  $("welcome").hidden = inConsole || !(empty && !list.query && open.number === null);
  $("nothing-open").hidden = inConsole || open.number !== null || !$("welcome").hidden;
  const unread = [...list.rows.values()].reduce((sum, row) => sum + row.unread, 0);
  document.title = unread ? `(${unread}) Inbox` : "Inbox";
}

/** Marks the messages of the open conversation as seen. */
export function markSeen() {
  const row = list.rows.get(open.number);
  if (!row) return;
  row.unread = 0;
  if (!list.query) seen.add(row.last);
  drawHandsetRow(row);
  drawListEnd();
}

$("more-handsets").addEventListener("click", attempt(() => loadHandsets(true)));
document.addEventListener("visibilitychange", () => { if (!document.hidden) markSeen(); });
