/* Notifications: short sentences at the edge of the page, with at most one action. */

import { Refused } from "./api.js";
import { createStore, useStore } from "./store.js";
import { t } from "./text.js";
import { html } from "./vendor/preact.js";

const SHOWN_MS = 4000;
const toasts = createStore({ shown: [] });
let made = 0;

const drop = (id) => toasts.set({ shown: toasts.get().shown.filter((toast) => toast.id !== id) });

/** Shows a notification; `bad` for errors, `action` with its `label` for what can be done about it, for `ms` milliseconds. */
export function toast(content, { bad = false, label = null, action = null, ms = bad ? 2 * SHOWN_MS : SHOWN_MS } = {}) {
  const id = (made += 1);
  toasts.set({ shown: [...toasts.get().shown, { id, content, bad, label, action }] });
  setTimeout(() => drop(id), ms);
}

export function Toasts() {
  const { shown } = useStore(toasts);
  return html`<div id="toasts" role="log" aria-live="polite">
    ${shown.map(({ id, content, bad, label, action }) => html`
      <p key=${id} class="toast ${bad ? "bad" : ""}" role=${bad ? "alert" : null}>
        <span>${content}</span>
        ${action && html`<button type="button" onClick=${() => { drop(id); action(); }}>${label}</button>`}
      </p>`)}
  </div>`;
}

/** Turns an async function into one that shows its errors to the user. */
export function attempt(action) {
  return async (...given) => {
    try {
      return await action(...given);
    } catch (error) {
      toast(error.message, { bad: true });
      if (!(error instanceof Refused)) throw error;
      return undefined;
    }
  };
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
  } catch {
    toast(t("copy.refused"), { bad: true });
  }
}
