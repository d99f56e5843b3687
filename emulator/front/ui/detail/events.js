/* Event records with their deliveries: where each went, whether it arrived, and why not; what was given up can be sent again. */

import { call } from "../api.js";
import { t, word } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { Json } from "./json.js";

const WORST = ["DEAD", "FAILED", "PENDING", "DELIVERED"];

/** Returns the worst status among deliveries, null if there are none. */
export const worstOf = (deliveries) => WORST.find((status) => deliveries.some((delivery) => delivery.status === status)) ?? null;

/** Sends undeliverable records again, all or those that the fields name; returns whether all have arrived. */
export const redeliver = attempt(async (fields) => {
  const { redelivered, undelivered } = await call("POST", "events/redeliver", fields);
  toast(t("events.redelivered", { count: redelivered }), { bad: redelivered > 0 && undelivered > 0 });
});

/** The state of deliveries in a word or two. */
export function DeliveryChip({ deliveries }) {
  const worst = worstOf(deliveries);
  if (worst === null) return html`<span class="chip">${t("events.nowhere")}</span>`;
  const some = deliveries.filter(({ status }) => status === worst).length;
  const text = word("delivery", worst);
  return html`<span class="chip ${worst.toLowerCase()}">${deliveries.length === 1 ? text : t("events.some", { some, count: deliveries.length, what: text })}</span>`;
}

export function Deliveries({ deliveries }) {
  if (deliveries.length === 0) return null;
  return html`<ul class="deliveries">${deliveries.map((delivery, place) => html`<li key=${place} class=${delivery.status.toLowerCase()}>
    <b>${word("delivery", delivery.status)}</b> ${delivery.destination}
    <p>${delivery.target}</p>${delivery.error && html`<p class="why">${delivery.error}</p>`}
  </li>`)}</ul>`;
}

/** An event as a part that unfolds; a failure shows its cause without that. */
export function Event({ event, changed }) {
  const isStuck = ["DEAD", "FAILED"].includes(worstOf(event.deliveries));
  const cause = event.deliveries.find(({ error }) => error)?.error;
  const again = async (click) => {
    click.preventDefault();
    await redeliver({ message_id: event.message_id });
    changed();
  };
  return html`<details class="event" data-event=${event.event_type}>
    <summary>${event.event_type}<${DeliveryChip} deliveries=${event.deliveries} />
      ${isStuck && html`<button type="button" class="small" data-redeliver onClick=${again}>${t("events.again")}</button>`}
      ${cause && html`<p class="why">${cause}</p>`}
    </summary>
    <${Deliveries} deliveries=${event.deliveries} />
    <${Json} value=${event.record} label=${t("events.record", { type: event.event_type })} />
  </details>`;
}
