/*
The page: a frame around one view, over the control API under /_emulator.

The frame has the navigation, the clock, a menu, notifications and dialogs. What is shown inside it is a module of views/;
README.md says how to add one. A reset of the emulator and a change of language mount everything anew.
*/

import { ClockChip } from "./frame/clock-chip.js";
import { followCounts, Navigation } from "./frame/navigation.js";
import { Menu } from "./frame/menu.js";
import { Help, ResetDialog } from "./frame/dialogs.js";
import { followMessages } from "./frame/notifications.js";
import { loadClock, followClock } from "./clock.js";
import { connect, link } from "./live.js";
import { useRoute } from "./router.js";
import { useStore } from "./store.js";
import { language, t } from "./text.js";
import { Toasts } from "./toasts.js";
import { html, render, useEffect } from "./vendor/preact.js";
import { VIEWS } from "./views/index.js";

const LINK_TEXTS = { waiting: "link.waiting", live: "link.live", lost: "link.lost" };

function Link() {
  const { state } = useStore(link);
  return html`<span id="link" role="status" data-state=${state} title=${t(LINK_TEXTS[state])}><span class="hidden">${t(LINK_TEXTS[state])}</span></span>`;
}

function Logo() {
  return html`<svg viewBox="0 0 32 32" aria-hidden="true">
    <path d="M5 4h22a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H14l-8 6v-6H5a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z" />
    <g><circle cx="9" cy="14" r="2.4" /><circle cx="16" cy="14" r="2.4" /><circle cx="23" cy="14" r="2.4" /></g>
  </svg>`;
}

function App() {
  const { code } = useStore(language);
  const { state, epoch } = useStore(link);
  const { view, path, query } = useRoute();
  const shown = VIEWS.find(({ name }) => name === view) ?? VIEWS[0];
  useEffect(() => { document.documentElement.lang = code; }, [code]);
  useEffect(() => { if (state === "live") loadClock(); }, [state, epoch]);
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("content").focus();
  };
  return html`
    <div class="frame" key=${code}>
      <a class="skip" href="#content" onClick=${skip}>${t("frame.skip")}</a>
      <header class="bar">
        <h1><${Logo} /><span>${t("frame.title")}</span></h1>
        <${Navigation} current=${shown.name} />
        <${ClockChip} />
        <${Link} />
        <${Menu} />
      </header>
      <main id="content" tabindex="-1" data-view=${shown.name}>
        ${state !== "waiting" && html`<${shown.View} key=${`${shown.name} ${epoch}`} path=${path} query=${query} />`}
      </main>
      <${ResetDialog} />
      <${Help} />
      <${Toasts} />
    </div>`;
}

render(html`<${App} />`, document.getElementById("app"));
followClock();
followCounts();
followMessages();
connect();
