/* Spend limits: what this month has cost, against what may be spent; a limit is changed by AWS's own operation. */

import { get, sms } from "../api.js";
import { dollars, t } from "../text.js";
import { attempt } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { Head, useScope } from "./scope.js";

/** The channels that each limit counts, and the operation that sets it. */
const LIMITS = {
  TEXT_MESSAGE_MONTHLY_SPEND_LIMIT: [["sms"], "SetTextMessageSpendLimitOverride"],
  MEDIA_MESSAGE_MONTHLY_SPEND_LIMIT: [["mms"], "SetMediaMessageSpendLimitOverride"],
  VOICE_MESSAGE_MONTHLY_SPEND_LIMIT: [["voice"], "SetVoiceMessageSpendLimitOverride"],
  RCS_MESSAGE_MONTHLY_SPEND_LIMIT: [["rcs"], "SetRcsMessageSpendLimitOverride"],
};
const HIGH = 0.8; // of the limit

async function load(scope) {
  if (scope === null) return null;
  const [{ SpendLimits: limits }, { costs }, { now }] = await Promise.all([sms(scope, "DescribeSpendLimits"), get("costs", scope), get("clock", { limit: 0 })]);
  const inMonth = costs.filter((row) => row.month === now.slice(0, 7));
  return limits.filter((limit) => limit.Name in LIMITS).map((limit) => {
    const [channels, operation] = LIMITS[limit.Name];
    const spent = inMonth.filter((row) => channels.includes(row.channel)).reduce((sum, row) => sum + Number(row.total), 0);
    return { ...limit, channel: channels[0], operation, spent };
  });
}

function Limit({ limit, scope, reload }) {
  const set = attempt(async ({ currentTarget: input }) => {
    if (input.reportValidity()) await sms(scope, limit.operation, { MonthlyLimit: input.valueAsNumber });
    await reload();
  });
  const part = limit.EnforcedLimit ? limit.spent / limit.EnforcedLimit : 0;
  return html`<li class="tile" data-limit=${limit.channel}>
    <div class="section-head"><b>${t(`channel.${limit.channel}`)}</b><span>${t("spend.of", { spent: dollars(limit.spent), limit: dollars(limit.EnforcedLimit, 2) })}</span></div>
    <div class="gauge" role="meter" aria-label=${t("spend.gauge", { channel: t(`channel.${limit.channel}`) })} aria-valuemin="0" aria-valuemax=${limit.EnforcedLimit} aria-valuenow=${limit.spent} data-level=${part > 1 ? "over" : part > HIGH ? "high" : "low"}><svg viewBox="0 0 100 1" preserveAspectRatio="none"><rect width=${Math.min(100, part * 100)} height="1" /></svg></div>
    <label class="inline"><span>${t("spend.limit", { most: dollars(limit.MaxLimit, 2) })}</span>
      <input name=${limit.channel} type="number" min="0" max=${limit.MaxLimit} step="1" required key=${limit.EnforcedLimit} defaultValue=${limit.EnforcedLimit} onChange=${set} /></label>
  </li>`;
}

export function Spend() {
  const scope = useScope();
  const [limits, reload] = useLoaded(() => load(scope), [scope], ["messages", "request"]);
  return html`
    <${Head} name="spend" scoped />
    ${limits === null ? html`<p class="hint">${t("loading")}</p>` : html`<ul class="tiles" id="all-limits">${limits.map((limit) => html`<${Limit} key=${limit.Name} limit=${limit} scope=${scope} reload=${reload} />`)}</ul>`}`;
}
