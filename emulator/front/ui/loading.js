/* Answers in the order of their questions: the server may answer a later one first. */

import { attempt } from "./toasts.js";
import { useRef } from "./vendor/preact.js";

/**
 * Returns a function that calls `ask`, and then `take` with its answer and whatever the function was given.
 *
 * An answer that comes after that to a later question is out of date, and is dropped. Errors are shown to the user.
 */
export function inOrder(ask, take) {
  let asked = 0;
  let taken = 0;
  return attempt(async (...given) => {
    const place = (asked += 1);
    const answer = await ask(...given);
    if (place < taken) return;
    taken = place;
    take(answer, ...given);
  });
}

/** Returns such a function, the same as long as the component is shown, with the latest `ask` and `take`. */
export function useInOrder(ask, take) {
  const latest = useRef(null);
  latest.current = { ask, take };
  const load = useRef(null);
  load.current ??= inOrder((...given) => latest.current.ask(...given), (answer, ...given) => latest.current.take(answer, ...given));
  return load.current;
}
