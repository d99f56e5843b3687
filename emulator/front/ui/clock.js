/* The virtual clock: its time between two answers of the server, how it moves, and what comes next. */

import { call, get } from "./api.js";
import { debounce, on } from "./live.js";
import { inOrder } from "./loading.js";
import { createStore, useStore } from "./store.js";
import { attempt } from "./toasts.js";
import { useEffect, useReducer } from "./vendor/preact.js";

const SHOWN = 50; // pending timers that are listed

export const clock = createStore({ now: null, at: 0, mode: "stepping", speed: 1, pending: [], pending_count: 0 });

/** Returns the virtual time as the API writes it. */
export function nowText() {
  const { now, at, mode, speed } = clock.get();
  const passed = mode === "running" ? (performance.now() - at) * speed : 0;
  return new Date(Date.parse(now ?? 0) + passed).toISOString();
}

const keep = (answer) => clock.set({ ...answer, at: performance.now() });

export const loadClock = inOrder(() => get("clock", { limit: SHOWN }), keep);
const reload = debounce(loadClock);

export const moveClock = attempt(async (change) => {
  await call("POST", "clock", change);
  await loadClock();
});

/** Keeps the clock up to date from now on. */
export function followClock() {
  on("clock", ({ now, mode, speed, pending_count: count }) => { keep({ now, mode, speed, pending_count: count }); reload(); });
  on("messages", reload);
}

/** Returns the clock, and draws the component again each second while time passes by itself. */
export function useClock() {
  const state = useStore(clock);
  const [, redraw] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(redraw, 1000);
    return () => clearInterval(timer);
  }, []);
  return state;
}
