/* What is still to happen, in the order in which it will. */

import { clock, useClock } from "../clock.js";
import { timerText } from "../frame/clock-chip.js";
import { href } from "../router.js";
import { useStore } from "../store.js";
import { momentText, t } from "../text.js";
import { html } from "../vendor/preact.js";
import { Table } from "./table.js";

export function Pending() {
  useClock();
  const { pending, pending_count: count } = useStore(clock);
  const about = (timer) => timer.message_id && html`<a href=${href("messages", [timer.message_id])}>${timer.message_id}</a>`;
  return html`
    <h2>${t("clock.pending", { count })}</h2>
    <${Table} id="all-pending" label=${t("world.pending")} empty=${t("clock.nothing")} heads=${[t("pending.due"), t("pending.what"), t("fact.message")]}
      rows=${pending.map((timer) => [momentText(timer.due), timerText(timer), about(timer) ?? ""])} />
    ${count > pending.length && html`<p class="hint">${t("clock.more", { count: count - pending.length })}</p>`}`;
}
