/*
The list of messages behind the view: newest first, of any length, with only those loaded that were looked at.

`ids` has a place for each message that matches; a place is empty until it comes into view. What is new goes to the front
without asking the server, unless a search decides what matches.
*/

import { get } from "../api.js";
import { useDebounced, useLive } from "../live.js";
import { useInOrder } from "../loading.js";
import { attempt } from "../toasts.js";
import { useEffect, useReducer, useRef } from "../vendor/preact.js";

const CHUNK = 100; // messages that are loaded at a time
const RELOAD_MS = 150;
const FRESH_MS = 1000; // how long after the first answer news may be of messages that it has counted already

const empty = (query) => ({ query, ids: [], byId: new Map(), loaded: false, asked: new Set() });

/** Returns `count`, `at(index)` (undefined until it is loaded), `indexOf(id)`, `loaded`, `isCurrent` (false while a search runs), and `seen(first, last)` for the list. */
export function useMessageList(query) {
  const state = useRef(empty(query));
  const latest = useRef({ query, view: [0, CHUNK], openedAt: 0 });
  latest.current.query = query;
  const [, redraw] = useReducer((count) => count + 1, 0);

  const load = attempt(async (chunk) => {
    const held = state.current;
    if (held.asked.has(chunk)) return;
    held.asked.add(chunk);
    const arrivedBefore = held.ids.length;
    const answer = await get("messages", { q: query, order: "newest", offset: chunk * CHUNK, limit: CHUNK });
    if (state.current !== held || latest.current.query !== query) return;
    // Messages that came while the answer was on its way are in front of what it has.
    const shift = held.loaded ? Math.max(0, held.ids.length - Math.max(answer.total, arrivedBefore)) : 0;
    if (!held.loaded) held.ids.length = answer.total;
    for (const [place, message] of answer.messages.entries()) {
      if (!held.byId.has(message.message_id)) held.ids[chunk * CHUNK + place + shift] = message.message_id;
      held.byId.set(message.message_id, message);
    }
    held.loaded = true;
    redraw();
  });

  const seen = (first, last) => {
    latest.current.view = [first, last];
    const { ids, loaded } = state.current;
    if (!loaded) return;
    const holes = new Set();
    for (let index = first; index < last; index += 1) if (ids[index] === undefined) holes.add(Math.floor(index / CHUNK));
    for (const chunk of holes) load(chunk);
  };

  /** Loads what is in view again, and keeps showing what there is until then. */
  const reload = useInOrder(async () => {
    const chunk = Math.floor(latest.current.view[0] / CHUNK);
    const answer = await get("messages", { q: query, order: "newest", offset: chunk * CHUNK, limit: 2 * CHUNK });
    return { chunk, answer };
  }, ({ chunk, answer }) => {
    const fresh = empty(query);
    fresh.ids.length = answer.total;
    for (const [place, message] of answer.messages.entries()) {
      fresh.ids[chunk * CHUNK + place] = message.message_id;
      fresh.byId.set(message.message_id, message);
    }
    fresh.loaded = true;
    state.current = fresh;
    redraw();
  }, query);
  const reloadSoon = useDebounced(reload, RELOAD_MS);

  useEffect(() => {
    latest.current.view = [0, CHUNK];
    latest.current.openedAt = performance.now();
    reload();
  }, [query]);
  useLive("deleted", reloadSoon);
  useLive("messages", (batch) => {
    if (query || performance.now() < latest.current.openedAt + FRESH_MS) {
      reloadSoon();
      return;
    }
    const held = state.current;
    const fresh = [];
    for (const { message, isNew } of batch) {
      const { message_id: id } = message;
      if (held.byId.has(id)) held.byId.set(id, message);
      else if (isNew && held.loaded) {
        held.byId.set(id, message);
        fresh.push(id);
      }
    }
    if (fresh.length) {
      held.ids = [...fresh.reverse(), ...held.ids];
      held.asked.clear();
    }
    redraw();
  });

  const { ids, byId, loaded } = state.current;
  return {
    count: ids.length, loaded, seen,
    isCurrent: loaded && state.current.query === query,
    at: (index) => byId.get(ids[index]),
    idAt: (index) => ids[index],
    indexOf: (id) => ids.indexOf(id),
  };
}
