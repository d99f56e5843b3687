/* The navigation: one link for each view, with what there is in it; and the counts of the whole emulator. */

import { get } from "../api.js";
import { Icon } from "../icons.js";
import { debounce, link, on } from "../live.js";
import { inOrder } from "../loading.js";
import { href } from "../router.js";
import { createStore, useStore } from "../store.js";
import { number, t } from "../text.js";
import { html, useEffect } from "../vendor/preact.js";
import { VIEWS } from "../views/index.js";

export const counts = createStore({ messages: 0, unread: 0, requests: 0, refused: 0, waiting: 0, dead: 0 });

export const loadCounts = inOrder(() => get("counts"), counts.set);

/** Keeps the counts up to date from now on. */
export function followCounts() {
  const reload = debounce(loadCounts);
  on("any", reload);
  link.subscribe(reload);
}

/** What a count means, as a text for screen readers and for the pointer. */
function Count({ name, value, bad = false }) {
  if (!value) return null;
  return html`<span class="count ${bad ? "bad" : ""}" title=${t(`count.${name}`, { count: value })}>
    <span aria-hidden="true">${value > 9999 ? "9999+" : number(value)}</span><span class="hidden">${t(`count.${name}`, { count: value })}</span>
  </span>`;
}

export function Navigation({ current }) {
  const known = useStore(counts);
  useEffect(() => {
    const name = t(`nav.${current}`);
    document.title = known.unread ? `(${known.unread}) ${name}` : name;
  }, [known.unread, current]);
  return html`<nav class="views" aria-label=${t("nav.label")}>
    ${VIEWS.map(({ name, shows }) => html`
      <a key=${name} href=${href(name)} id=${`to-${name}`} aria-current=${name === current ? "page" : null}>
        <${Icon} name=${name} /><span>${t(`nav.${name}`)}</span>
        ${shows.map(({ count, bad }) => html`<${Count} key=${count} name=${count} value=${known[count]} bad=${bad} />`)}
      </a>`)}
  </nav>`;
}
