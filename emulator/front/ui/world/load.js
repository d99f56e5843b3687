/* What a section shows: loaded when it is mounted, and again after changes. */

import { READS } from "../api.js";
import { useDebounced, useLive } from "../live.js";
import { useInOrder } from "../loading.js";
import { useEffect, useState } from "../vendor/preact.js";

/**
 * Returns what `read` gives, null until then, and a function that loads it again.
 *
 * It is loaded again when one of `inputs` changes, when the clock moves, and when one of the `kinds` of events happens.
 */
export function useLoaded(read, inputs = [], kinds = ["request"]) {
  const [value, setValue] = useState(null);
  const load = useInOrder(read, setValue);
  const reload = useDebounced(load);
  useEffect(() => { load(); }, inputs);
  // What only reads changes nothing.
  for (const kind of ["clock", ...kinds]) useLive(kind, (data) => { if (kind !== "request" || !READS.test(data.operation)) reload(); });
  return [value, load];
}
