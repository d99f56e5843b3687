/* Keeps answers in the order of their requests: the server may answer a later one first. */

import { attempt } from "./toasts.js";
import { useRef } from "./vendor/preact.js";

/**
 * Returns a function that calls `ask`, with whatever it is given, and `take` with the answer.
 *
 * An answer that arrives after the answer to a later request is out of date, and is dropped. Errors are shown to the user.
 */
export function inOrder(ask, take) {
  let asked = 0;
  let taken = 0;
  return attempt(async (...given) => {
    const place = (asked += 1);
    const answer = await ask(...given);
    if (place < taken) return;
    taken = place;
    take(answer);
  });
}

/**
 * Returns such a function, which stays the same while the component is shown and uses its latest `ask` and `take`.
 *
 * `about` says what is asked for, such as a number: once it has changed, answers about anything else are dropped too.
 */
export function useInOrder(ask, take, about = null) {
  const latest = useRef(null);
  latest.current = { ask, take, about };
  const load = useRef(null);
  load.current ??= inOrder(
    async (...given) => ({ about: latest.current.about, answer: await latest.current.ask(...given) }),
    (answered) => { if (answered.about === latest.current.about) latest.current.take(answered.answer); },
  );
  return load.current;
}
