/* Tabs: one part of something is shown at a time; the arrows move between them, as screen readers expect. */

import { html } from "../vendor/preact.js";

/** `tabs` is a list of [name, label, content], the content a function; `choose` is called with the name of a tab. */
export function Tabs({ id, label, tabs, current, choose }) {
  const shown = tabs.find(([name]) => name === current) ?? tabs[0];
  const walk = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = tabs[tabs.indexOf(shown) + step];
    if (!next) return;
    event.preventDefault();
    choose(next[0]);
    document.getElementById(`${id}-${next[0]}`).focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} id=${id} onKeyDown=${walk}>
      ${tabs.map(([name, text]) => html`<button key=${name} type="button" role="tab" id=${`${id}-${name}`} data-tab=${name} aria-selected=${name === shown[0]}
        aria-controls=${`${id}-panel`} tabindex=${name === shown[0] ? 0 : -1} onClick=${() => choose(name)}>${text}</button>`)}
    </div>
    <div class="tab-panel" role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${shown[0]}`} tabindex="0">${shown[2]()}</div>`;
}
