/* Details of the selected message: its history, its event records, and their deliveries. */

import { $, attempt, copy, debounce, facts, get, make } from "./base.js";
import { dollars, nameOf, open, timeOf } from "./state.js";

function since(start, moment) {
  const seconds = (Date.parse(moment) - Date.parse(start)) / 1000;
  return seconds < 60 ? `+${seconds.toFixed(2)} s` : seconds < 7200 ? `+${(seconds / 60).toFixed(1)} min` : `+${(seconds / 3600).toFixed(1)} h`;
}

function historyNode(message) {
  const accepted = message.direction === "outbound" ? [{ status: "ACCEPTED", at: message.requested_at, description: message.operation }] : [];
  const entries = [...accepted, ...message.history];
  return make("ol", { class: "timeline" }, ...entries.map((entry) => make("li", {},
    make("b", {}, entry.status), " ",
    make("time", { title: entry.at }, `${timeOf(entry.at)} ${entry.at === message.requested_at ? "" : since(message.requested_at, entry.at)}`),
    entry.description && make("p", {}, entry.description))));
}

function eventNode(event) {
  const deliveries = event.deliveries.map((delivery) => make("li", { class: delivery.status.toLowerCase() },
    make("b", {}, delivery.status), ` ${delivery.destination}`,
    make("p", {}, delivery.target), delivery.error && make("p", { class: "why" }, delivery.error)));
  const ends = event.deliveries.map((delivery) => delivery.status);
  const count = ends.length;
  const worst = ["DEAD", "FAILED", "PENDING", "DELIVERED"].find((status) => ends.includes(status));
  return make("details", { class: "event", "data-event": event.event_type },
    make("summary", {}, event.event_type, " ", make("span", { class: `chip ${(worst ?? "").toLowerCase()}` },
      worst ? `${count === 1 ? "" : `${ends.filter((status) => status === worst).length} of ${count} `}${worst.toLowerCase()}` : "no destination")),
    deliveries.length > 0 && make("ul", { class: "deliveries" }, ...deliveries),
    make("pre", { tabindex: "0" }, JSON.stringify(event.record, null, 2)));
}

/** Returns the details that only messages of one channel have. */
function channelFacts({ voice, push }) {
  if (voice) {
    return [
      ["Voice", `${voice.voice_id} · ${voice.text_type}`],
      ["Duration", voice.duration_seconds === null ? null : `${voice.duration_seconds} s`],
      ["Keys", voice.digits],
      ["Steps", voice.steps.join(" → ")],
    ];
  }
  if (!push) return [];
  const data = push.data && Object.keys(push.data).length ? JSON.stringify(push.data) : null;
  return [["Platform", push.platform], ["Token", push.token], ["Title", push.title], ["Data", data], ["Opens", push.url], ["Priority", push.priority]];
}

export async function drawDetail() {
  const id = open.messageId;
  const place = $("message-detail");
  if (id === null) {
    place.replaceChildren(make("h3", {}, "Message"), make("p", { class: "hint" }, "Select a message to see its history and its event records."));
    return;
  }
  const message = await get(`messages/${encodeURIComponent(id)}`);
  if (open.messageId !== id) return;
  const unfolded = new Set([...place.querySelectorAll("details[open]")].map((node) => node.dataset.event));
  const outbound = message.direction === "outbound";
  const context = Object.keys(message.context).length ? JSON.stringify(message.context) : null;
  const named = (end) => (nameOf(end) === end ? end : `${nameOf(end)} · ${end}`);
  const events = message.events.map(eventNode);
  for (const node of events) node.open = unfolded.has(node.dataset.event);
  place.replaceChildren(
    make("h3", {}, outbound ? "Message" : "Reply"),
    historyNode(message),
    facts([
      ["Id", make("button", { type: "button", class: "code", title: "Copy", click: () => copy(message.message_id) }, message.message_id)],
      ["From", named(message.from)], ["To", named(message.to)], ["Channel", message.channel],
      ["Parts", message.voice || message.push ? null : `${message.parts} · ${message.encoding}`],
      ...channelFacts(message),
      ["Price", outbound ? `${dollars(message.price)} + ${dollars(message.carrier_fee)} carrier fee` : null],
      ["Type", message.message_type], ["Country", message.country], ["Carrier", message.carrier],
      ["Config. set", message.configuration_set], ["Context", context], ["Feedback", message.feedback],
      ["Account", `${message.account} ${message.region}`], ["Requested", message.requested_at],
    ]),
    make("h3", {}, "Event records"),
    ...(events.length ? events : [make("p", { class: "hint" }, outbound ? "None yet." : "Not forwarded: the number has no two-way channel, or the keyword was answered automatically.")]));
  // A delivery happens after the stream's event for the message, and has no event of its own.
  if (message.events.some((event) => event.deliveries.some((delivery) => delivery.status === "PENDING"))) redrawDetail();
}
export const redrawDetail = debounce(attempt(drawDetail), 150);
