/* Keyboard habits: keys that work anywhere but in a field, and moving through a list. */

import { useEffect, useRef } from "./vendor/preact.js";

const isTyping = (target) => target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog") !== null;
const stack = []; // the tables of what is shown, the latest last: it decides first

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) && event.key !== "Escape") return;
  if (event.key === "Escape" && event.target.type === "search" && !event.target.value) event.target.blur();
  for (const table of [...stack].reverse()) {
    const act = table.current[event.key];
    if (act && act(event) !== false) {
      if (event.key !== "Escape") event.preventDefault();
      return;
    }
  }
});

/** While the component is shown, keys do what the table says; a function that returns false leaves the key to others. */
export function useKeys(table) {
  const latest = useRef(table);
  latest.current = table;
  useEffect(() => {
    stack.push(latest);
    return () => stack.splice(stack.indexOf(latest), 1);
  }, []);
}

/** `j` and `k` call `move` with 1 and -1; `/` goes to the search field with that id. */
export function useListKeys(move, searchId) {
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    "/": () => document.getElementById(searchId)?.focus() ?? true,
  });
}

/** Moves the focus through what the selector finds in a list, by the up and down keys. */
export function walk(event, selector) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [...event.currentTarget.querySelectorAll(selector)];
  const place = stops.indexOf(document.activeElement);
  if (place === -1 || !stops[place + step]) return;
  event.preventDefault();
  stops[place + step].focus();
}
