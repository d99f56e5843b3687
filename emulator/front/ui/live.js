/*
What happens, as it happens: the event stream of the control API.

Messages and their statuses are gathered for a moment and passed on together, so that a flood of them draws each part of
the page once. Events of other kinds are passed on one by one, and parsed only if somebody listens to that kind; who
listens to `any` is told that there was one.
*/

import { createStore } from "./store.js";
import { useEffect, useRef } from "./vendor/preact.js";

const GATHER_MS = 60;
const DEBOUNCE_MS = 400;
const OF_MESSAGES = new Set(["dtmf", "deleted", "read"]); // events about messages, which listeners must have by then

/** `state` is waiting, live or lost; `epoch` counts what makes everything on the page out of date: a reset, a reconnection. */
export const link = createStore({ state: "waiting", epoch: 0 });

const listeners = new Map(); // kind of event -> its listeners
const gathered = new Map(); // message id -> its latest state, and whether it is new

/** Calls `listen` for each event of a kind; `messages` has lists of {message, isNew}. Returns how to stop. */
export function on(kind, listen) {
  if (!listeners.has(kind)) listeners.set(kind, new Set());
  listeners.get(kind).add(listen);
  return () => listeners.get(kind).delete(listen);
}

function tell(kind, data) {
  for (const listen of [...(listeners.get(kind) ?? [])]) listen(data);
}

/** Calls the latest `listen` for each event of a kind while the component is shown. */
export function useLive(kind, listen) {
  const latest = useRef(listen);
  latest.current = listen;
  useEffect(() => on(kind, (data) => latest.current(data)), [kind]);
}

/** Returns a function that calls `action` once it was not called for `wait` milliseconds, but after four times that at the latest. */
export function debounce(action, wait = DEBOUNCE_MS) {
  let timer = null;
  let since = 0;
  return () => {
    if (timer === null) since = performance.now();
    clearTimeout(timer);
    const due = Math.max(0, Math.min(wait, since + 4 * wait - performance.now()));
    timer = setTimeout(() => { timer = null; action(); }, due);
  };
}

/** Returns a debounced function that calls the latest `action`. */
export function useDebounced(action, wait) {
  const latest = useRef(action);
  latest.current = action;
  const debounced = useRef(null);
  debounced.current ??= debounce(() => latest.current(), wait);
  return debounced.current;
}

function passOn() {
  if (gathered.size === 0) return;
  const batch = [...gathered.values()];
  gathered.clear();
  tell("messages", batch);
  tell("any");
}

function gather(message, isNew) {
  if (gathered.size === 0) setTimeout(passOn, GATHER_MS);
  gathered.set(message.message_id, { message, isNew: isNew || Boolean(gathered.get(message.message_id)?.isNew) });
}

const startOver = () => {
  gathered.clear();
  link.set({ epoch: link.get().epoch + 1 });
};

/** Connects, and reconnects for ever. */
export function connect() {
  const stream = new EventSource("stream");
  // The first event after connecting is the time. The messages before it are those that were due, and whatever is loaded
  // from now on has them; a stream that was reconnected does not repeat what was missed.
  stream.addEventListener("clock", () => {
    if (link.get().state === "live") return;
    gathered.clear();
    if (link.get().state === "lost") startOver();
    link.set({ state: "live" });
  });
  stream.addEventListener("error", () => link.set({ state: "lost" }));
  stream.addEventListener("message", ({ data }) => gather(JSON.parse(data), true));
  stream.addEventListener("status", ({ data }) => gather(JSON.parse(data), false));
  stream.addEventListener("reset", startOver);
  for (const kind of ["clock", "dtmf", "deleted", "read", "request", "event"]) {
    stream.addEventListener(kind, ({ data }) => {
      if (OF_MESSAGES.has(kind)) passOn();
      if (listeners.get(kind)?.size) tell(kind, JSON.parse(data));
      tell("any");
    });
  }
}
