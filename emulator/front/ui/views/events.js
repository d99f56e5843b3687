/* Events: what AWS reported of messages, newest first, and whether it reached its destinations. Address: #/events?type=…&destination=…&state=… */

import { get } from "../api.js";
import { nowText } from "../clock.js";
import { DeliveryChip, Deliveries, redeliver, worstOf } from "../detail/events.js";
import { Facts, Json } from "../detail/json.js";
import { Icon } from "../icons.js";
import { useKeys, useListKeys } from "../keys.js";
import { counts } from "../frame/navigation.js";
import { useDebounced, useLive } from "../live.js";
import { useInOrder } from "../loading.js";
import { go, href } from "../router.js";
import { memo, useStore } from "../store.js";
import { briefly, momentText, t } from "../text.js";
import { attempt } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { VirtualList } from "../virtual-list.js";

const ROW_HEIGHT = 36;
const LOADED = 500;
const GATHER_MS = 200;
const STATES = ["delivered", "waiting", "dead", "nowhere"];

function useEvents(filters) {
  const key = JSON.stringify(filters);
  const [state, setState] = useState({ rows: [], next: null, loaded: false });
  const page = (after) => get("events", { ...filters, order: "newest", limit: LOADED, after });
  const load = useInOrder(() => page(null), ({ events, next }) => setState({ rows: events, next, loaded: true }), key);
  const more = attempt(async () => {
    const { next } = state;
    const answer = await page(next);
    setState((old) => (old.next === next ? { rows: [...old.rows, ...answer.events], next: answer.next, loaded: true } : old));
  });
  const reload = useDebounced(load, GATHER_MS);
  useEffect(() => { load(); }, [key]);
  useLive("event", reload);
  useLive("clock", reload);
  // A delivery happens after its event, and has no event of its own.
  const { waiting, dead } = useStore(counts);
  useEffect(reload, [waiting, dead]);
  return { ...state, more, reload: load };
}

const keyOf = (event) => String(event.number);

const Row = memo(({ event, chosen, query, today }) => {
  const worst = worstOf(event.deliveries);
  const cause = event.deliveries.find(({ error }) => error)?.error;
  return html`<div role="listitem" class=${`event-row ${["DEAD", "FAILED"].includes(worst) ? "failed" : ""}`} data-id=${event.number} data-chosen=${chosen}>
    <a href=${href("events", [keyOf(event)], query)} aria-current=${chosen ? "true" : null}>
      <time title=${momentText(event.at)}>${briefly(event.at, today)}</time>
      <span class="type">${event.event_type}</span>
      <span class="about">${cause ?? event.deliveries.map(({ destination }) => destination).join(", ")}</span>
      <${DeliveryChip} deliveries=${event.deliveries} />
    </a>
  </div>`;
});

function Detail({ event, changed }) {
  const isStuck = ["DEAD", "FAILED"].includes(worstOf(event.deliveries));
  const again = async () => {
    await redeliver({ message_id: event.message_id });
    changed();
  };
  return html`<div class="tab-panel" id="event-detail" data-event=${event.number}>
    <h2>${event.event_type}</h2>
    <div class="line">
      <a class="button small" href=${href("messages", [event.message_id])}>${t("requests.message")}</a>
      ${isStuck && html`<button type="button" class="small" data-redeliver onClick=${again}><${Icon} name="repeat" />${t("events.again")}</button>`}
    </div>
    <${Facts} rows=${[[t("fact.requested"), momentText(event.at)], [t("fact.account"), `${event.account} ${event.region}`]]} />
    <h3>${t("events.deliveries")}</h3>
    ${event.deliveries.length ? html`<${Deliveries} deliveries=${event.deliveries} />` : html`<p class="hint">${t("events.no-destination")}</p>`}
    <h3>${t("events.record.title")}</h3>
    <${Json} value=${event.record} label=${t("events.record", { type: event.event_type })} />
  </div>`;
}

function Filter({ name, label, value, options, choose }) {
  return html`<select name=${name} aria-label=${label} class=${value ? "set" : ""} onChange=${({ currentTarget }) => choose(currentTarget.value)}>
    <option value="" selected=${!value}>${label}</option>
    ${options.map(([option, text]) => html`<option key=${option} value=${option} selected=${option === value}>${text}</option>`)}
  </select>`;
}

export function View({ path: [id = null], query: { type = "", destination = "", state = "" } }) {
  const { rows, next, loaded, more, reload } = useEvents({ event_type: type, destination, state });
  const known = useRef({ types: new Set(), destinations: new Set() });
  for (const event of rows) {
    known.current.types.add(event.event_type);
    for (const delivery of event.deliveries) known.current.destinations.add(delivery.destination);
  }
  const { dead } = useStore(counts);
  const query = { type, destination, state };
  const place = (key, change = {}) => href("events", key ? [key] : [], { ...query, ...change });
  const index = id ? rows.findIndex((event) => keyOf(event) === id) : -1;
  useListKeys((step) => {
    const found = rows[index < 0 ? 0 : index + step];
    if (found) go(place(keyOf(found)), { replace: id !== null });
  }, "all-events");
  useKeys({ Escape: () => (id ? go(place(null)) : false) });
  const redriveAll = async () => {
    await redeliver(destination ? { destination } : {});
    reload();
  };
  const today = nowText().slice(0, 10);
  const row = (at) => html`<${Row} key=${rows[at].number} event=${rows[at]} chosen=${at === index} query=${query} today=${today} />`;
  const options = (values) => [...values].sort().map((value) => [value, value]);
  return html`<div class="events" data-shown=${index >= 0 ? "detail" : "list"}>
    <section class="message-list" aria-label=${t("nav.events")}>
      <div class="toolbar"><div class="filters" role="group" aria-label=${t("messages.filters")}>
        <${Filter} name="type" label=${t("events.any-type")} value=${type} options=${options(known.current.types)} choose=${(value) => go(place(null, { type: value }), { replace: true })} />
        <${Filter} name="destination" label=${t("events.any-destination")} value=${destination} options=${options(known.current.destinations)} choose=${(value) => go(place(null, { destination: value }), { replace: true })} />
        <${Filter} name="state" label=${t("events.any-state")} value=${state} options=${STATES.map((each) => [each, t(`events.state.${each}`)])} choose=${(value) => go(place(null, { state: value }), { replace: true })} />
      </div>
      <span class="total" id="total" role="status">${loaded ? t("count.events", { count: rows.length }) : ""}</span>
      ${dead > 0 && html`<button type="button" id="redrive" onClick=${redriveAll}><${Icon} name="repeat" />${t("events.redrive", { count: dead })}</button>`}
      </div>
      ${loaded && rows.length === 0 && html`<p class="nothing" id="no-events">${t(type || destination || state ? "no-matches" : "events.empty")}</p>`}
      <${VirtualList} id="all-events" label=${t("nav.events")} count=${rows.length} rowHeight=${ROW_HEIGHT} row=${row} selected=${index} seen=${(first, last) => { if (next !== null && last >= rows.length) more(); }} />
    </section>
    ${index >= 0 && html`<aside class="detail" id="detail" aria-label=${t("detail.title")}>
      <div class="detail-head"><a class="button plain" id="close-detail" href=${place(null)} aria-label=${t("close")}><${Icon} name="close" /></a></div>
      <${Detail} event=${rows[index]} changed=${reload} />
    </aside>`}
  </div>`;
}

