/* What is still to happen, in the order in which it will; each can be brought about now. */

import { clock, moveClock, useClock } from "../clock.js";
import { timerText } from "../frame/clock-chip.js";
import { href } from "../router.js";
import { useStore } from "../store.js";
import { momentText, t } from "../text.js";
import { html } from "../vendor/preact.js";
import { Head } from "./scope.js";
import { Table } from "./table.js";

/** Returns what a timer is about: its message, or the name at the end of an ARN. */
function subject(timer) {
  if (timer.message_id) return html`<a href=${href("messages", [timer.message_id])}>${timer.message_id}</a>`;
  return timer.subject ? html`<span title=${timer.subject}>${timer.subject.split(":").at(-1)}</span>` : "";
}

export function Pending() {
  useClock();
  const { pending, pending_count: count } = useStore(clock);
  return html`
    <${Head} name="pending" />
    <p>${t("clock.pending", { count })}</p>
    <${Table} id="all-pending" label=${t("world.pending")} empty=${t("clock.nothing")} heads=${[t("pending.due"), t("pending.what"), t("pending.about"), ""]}
      rows=${pending.map((timer) => [
        html`<time>${momentText(timer.due)}</time>`, timerText(timer), subject(timer),
        html`<button type="button" class="small" title=${t("pending.now.help")} onClick=${() => moveClock({ advance_to: timer.due })}>${t("pending.now")}</button>`,
      ])} />
    ${count > pending.length && html`<p class="hint">${t("clock.more", { count: count - pending.length })}</p>`}`;
}
