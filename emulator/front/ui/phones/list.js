/* The list of handsets, latest message first; unread messages and failures among them are counted by the server. */

import { get } from "../api.js";
import { nowText } from "../clock.js";
import { walk } from "../keys.js";
import { useDebounced, useLive } from "../live.js";
import { failed, farEnd, gist } from "../messages.js";
import { go, href } from "../router.js";
import { memo } from "../store.js";
import { briefly, t } from "../text.js";
import { attempt } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { VirtualList } from "../virtual-list.js";

const PAGE = 100;
const ROWS_KEPT = 2000;
const ROW_HEIGHT = 58; // pixels, as in the style sheet
const LOOK_AHEAD = 30; // rows before the end of what is loaded, when more is loaded
const FRESH_MS = 1000; // how long after an answer news may be of messages that it has counted already

/** Returns the rows with a batch of messages, the latest first; `open` is the handset whose messages are being read. */
function updated(rows, batch, open) {
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  for (const { message, isNew } of batch) {
    const number = farEnd(message);
    const old = byNumber.get(number);
    if (!isNew && !old) continue;
    const row = { unread: 0, failed: 0, ...old, number };
    if (isNew || old.last.message_id === message.message_id) row.last = message;
    if (number !== open && message.direction === "outbound") {
      if (isNew && old?.last.message_id !== message.message_id) row.unread += 1;
      if (failed(message) && old?.failedId !== message.message_id) Object.assign(row, { failed: Math.min(row.unread, row.failed + 1), failedId: message.message_id });
    }
    if (isNew) byNumber.delete(number);
    byNumber.set(number, row);
  }
  // Whatever is new was put at the end, in the order in which it came.
  const fresh = new Set(batch.filter(({ isNew }) => isNew).map(({ message }) => farEnd(message)));
  const all = [...byNumber.values()];
  return [...all.filter((row) => fresh.has(row.number)).reverse(), ...all.filter((row) => !fresh.has(row.number))];
}

/** Returns the handsets that match a search, and a function to call with the rows in view: it loads more before their end. */
export function useHandsets(query, open) {
  const [state, setState] = useState({ rows: [], next: null, loaded: false });
  // Requests are numbered: `anew` is the last one sent before the list was started over, `head` the one whose answer it begins with.
  const turns = useRef({ asked: 0, anew: 0, head: 0 });
  const freshUntil = useRef(Infinity);
  const isLoading = useRef(false);
  const load = attempt(async (after = null) => {
    const place = (turns.current.asked += 1);
    const answer = await get("handsets", { contains: query, limit: PAGE, after });
    const { anew, head: shown } = turns.current;
    const isFirst = shown <= anew;
    if (place <= anew || (after === null ? place < shown : isFirst)) return;
    if (after === null) turns.current.head = place;
    freshUntil.current = Math.min(freshUntil.current, performance.now() + FRESH_MS);
    setState((old) => {
      const kept = isFirst ? { rows: [], next: null } : old;
      const [head, tail] = after === null ? [answer.handsets, kept.rows] : [kept.rows, answer.handsets];
      const known = new Set(head.map((row) => row.number));
      const more = tail.filter((row) => !known.has(row.number));
      // The newest handsets, loaded again, are followed by whatever the user has loaded after them.
      const next = after === null && more.length ? kept.next : answer.next;
      return { rows: [...head, ...more], next, loaded: true };
    });
  });
  const reload = useDebounced(() => load(), 150);
  const beginAnew = () => {
    turns.current.anew = turns.current.asked;
    load();
  };
  useEffect(beginAnew, [query]);
  useLive("deleted", beginAnew);
  useLive("messages", (batch) => {
    if (query || (performance.now() < freshUntil.current && batch.some(({ isNew }) => isNew))) reload();
    else {
      setState((old) => {
        const rows = updated(old.rows, batch, document.hidden ? null : open);
        return rows.length > ROWS_KEPT ? { rows: rows.slice(0, ROWS_KEPT), next: rows[ROWS_KEPT - 1].number, loaded: true } : { ...old, rows };
      });
    }
  });
  useLive("read", ({ number }) => setState((old) => ({
    ...old, rows: old.rows.map((row) => (row.number === number ? { ...row, unread: 0, failed: 0 } : row)),
  })));
  const seen = (_first, last) => {
    if (state.next === null || isLoading.current || last + LOOK_AHEAD < state.rows.length) return;
    isLoading.current = true;
    load(state.next).finally(() => { isLoading.current = false; });
  };
  return { ...state, seen };
}

function Marks({ row }) {
  const isBad = failed(row.last);
  if (!row.unread) return html`<span class="mark ${isBad ? "failed" : ""}" title=${isBad ? row.last.status : null}>${isBad ? "✕" : ""}</span>`;
  return html`
    ${row.failed > 0 && html`<span class="mark failed" title=${t("list.failed", { count: row.failed })}>✕ ${row.failed}</span>`}
    <span class="mark unread ${row.failed ? "bad" : ""}" title=${t("list.unread", { count: row.unread })}>${row.unread}</span>`;
}

/** What goes before a line: who has written it, or that it is a call. */
function before({ direction, channel }) {
  if (direction === "inbound") return t("list.you");
  return channel === "voice" ? t("list.call") : "";
}

const Row = memo(({ row, isOpen, messageId, today }) => {
  const { number, last } = row;
  return html`<div role="listitem">
    <button type="button" aria-current=${isOpen} onClick=${() => go(href("phones", messageId ? [number, messageId] : [number]))}>
      <span class="line"><span class="who" dir="ltr">${number}</span><time>${briefly(last.requested_at, today)}</time></span>
      <span class="line"><span class="text" dir="auto">${before(last)}${gist(last)}</span><${Marks} row=${row} /></span>
    </button>
  </div>`;
});

export function HandsetList({ handsets, open, query, search, compose }) {
  const { rows, loaded, seen } = handsets;
  const today = nowText().slice(0, 10);
  const rowAt = (index) => {
    const row = rows[index];
    return html`<${Row} key=${row.number} row=${row} isOpen=${row.number === open} messageId=${query ? row.last.message_id : null} today=${today} />`;
  };
  return html`<nav class="list" aria-label=${t("list.title")}>
    <div class="list-head">
      <h2>${t("list.title")}</h2>
      <button type="button" id="compose" title=${t("list.compose.help")} onClick=${compose}>${t("list.compose")}</button>
    </div>
    <input id="search" type="search" placeholder=${t("list.search")} aria-label=${t("list.search")} autocomplete="off" spellcheck="false" value=${query}
      onInput=${({ currentTarget }) => search(currentTarget.value.trim())} />
    <div class="rows" onKeyDown=${(event) => walk(event, "button")}>
      <${VirtualList} id="handsets" label=${t("list.title")} count=${rows.length} rowHeight=${ROW_HEIGHT} row=${rowAt} seen=${seen}
        selected=${rows.findIndex((row) => row.number === open)} />
    </div>
    ${loaded && rows.length === 0 && html`<p id="no-handsets" class="hint">${t(query ? "no-matches" : "list.empty")}</p>`}
  </nav>`;
}
