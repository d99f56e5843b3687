/* Costs by month, channel and country. */

import { get } from "../api.js";
import { useDebounced, useLive } from "../live.js";
import { dollars, number, t } from "../text.js";
import { attempt } from "../toasts.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Table } from "./table.js";

export function Costs() {
  const [costs, setCosts] = useState([]);
  const load = attempt(async () => setCosts((await get("costs")).costs));
  const reload = useDebounced(load);
  useEffect(() => { load(); }, []);
  useLive("messages", reload);
  const total = costs.reduce((sum, row) => sum + Number(row.total), 0);
  return html`
    <h2>${t("world.costs")} <output id="costs-total">${dollars(total)}</output></h2>
    <${Table} id="bill" label=${t("world.costs")} numeric=${5} empty=${t("costs.empty")}
      heads=${["month", "channel", "country", "messages", "parts", "price", "fees", "total"].map((name) => t(`costs.${name}`))}
      rows=${costs.map((row) => [row.month, t(`channel.${row.channel}`), row.country, number(row.messages), number(row.parts), dollars(row.price), dollars(row.carrier_fee), dollars(row.total)])}
      foot=${["", "", "", "", "", "", "", dollars(total)]} />`;
}
