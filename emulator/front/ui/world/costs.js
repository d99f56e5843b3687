/* Costs by channel, country and sender, deliveries over time, and the bill. */

import { get } from "../api.js";
import { dollars, momentText, number, t } from "../text.js";
import { html } from "../vendor/preact.js";
import { Bars, Columns } from "./charts.js";
import { useLoaded } from "./load.js";
import { Head } from "./scope.js";
import { Table } from "./table.js";

const PARTS = ["delivered", "pending", "failed", "inbound"];

/** Returns the sums of the rows by what `name` says of each, the largest first. */
function sums(rows, name) {
  const totals = new Map();
  for (const row of rows) totals.set(name(row), (totals.get(name(row)) ?? 0) + Number(row.total));
  return [...totals].map(([each, value]) => ({ name: each, value, text: dollars(value) })).sort((one, other) => other.value - one.value);
}

function Chart({ title, children }) {
  return html`<section class="tile chart" aria-label=${title}><h3>${title}</h3>${children}</section>`;
}

export function Costs() {
  const [loaded] = useLoaded(async () => {
    const [{ costs }, statistics] = await Promise.all([get("costs"), get("statistics")]);
    return { costs, ...statistics };
  }, [], ["messages"]);
  if (loaded === null) return html`<${Head} name="costs" /><p class="hint">${t("loading")}</p>`;
  const { costs, over_time: overTime, senders } = loaded;
  const total = costs.reduce((sum, row) => sum + Number(row.total), 0);
  const columns = overTime.map((bucket) => ({
    title: [momentText(bucket.at), ...PARTS.filter((part) => bucket[part]).map((part) => `${t(`is.${part}`)}: ${number(bucket[part])}`)].join("\n"),
    values: bucket,
  }));
  return html`
    <${Head} name="costs"><output id="costs-total">${dollars(total)}</output><//>
    ${costs.length + overTime.length > 0 && html`<div class="charts">
      <${Chart} title=${t("costs.by-channel")}><${Bars} id="by-channel" label=${t("costs.by-channel")} rows=${sums(costs, (row) => t(`channel.${row.channel}`))} /><//>
      <${Chart} title=${t("costs.by-country")}><${Bars} id="by-country" label=${t("costs.by-country")} rows=${sums(costs, (row) => row.country)} /><//>
      <${Chart} title=${t("costs.by-sender")}><${Bars} id="by-sender" label=${t("costs.by-sender")} rows=${senders.map((row) => ({ name: row.sender, value: Number(row.total), text: dollars(row.total) }))} /><//>
      <${Chart} title=${t("costs.over-time")}>
        <${Columns} id="over-time" label=${t("costs.over-time")} columns=${columns} parts=${PARTS} />
        ${overTime.length > 0 && html`<div class="axis"><span>${momentText(overTime[0].at)}</span><span>${momentText(overTime.at(-1).at)}</span></div>`}
        <ul class="legend">${PARTS.map((part) => html`<li key=${part} data-part=${part}>${t(`is.${part}`)}</li>`)}</ul>
      <//>
    </div>`}
    <${Table} id="bill" label=${t("world.costs")} numeric=${5} empty=${t("costs.empty")}
      heads=${["month", "channel", "country", "messages", "parts", "price", "fees", "total"].map((name) => t(`costs.${name}`))}
      rows=${costs.map((row) => [row.month, t(`channel.${row.channel}`), row.country, number(row.messages), number(row.parts), dollars(row.price), dollars(row.carrier_fee), dollars(row.total)])}
      foot=${["", "", "", "", "", "", "", dollars(total)]} />`;
}
