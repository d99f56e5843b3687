/* The state of the page: the open conversation, the list of handsets, the clock, possible recipients; and how messages read. */

const ARRIVED = new Set(["SUCCESSFUL", "DELIVERED", "READ", "COMPLETED", "ANSWERED"]);
const ON_HANDSET = new Set(["DELIVERED", "READ", "COMPLETED", "ANSWERED"]);

export const PAGE = 100; // rows per request
export const ROWS_KEPT = 400; // rows of a list that stay on the page; older ones are loaded again on demand
export const PHONE_NUMBER = /^\+[1-9]\d{1,18}$/;

export const open = {
  number: null, // the handset whose conversation is shown
  messageId: null, // the message whose details are shown
  rows: new Map(), // message id -> its row
  senders: new Set(), // the account's numbers, agents and names in this conversation
  last: null, // the newest message that an account sent here, not counting calls
  previous: null, // the cursor for the previous page
  target: null, // the selected target of the next text; null for the latest sender
};
export const list = { rows: new Map(), next: null, query: "" };
export const clock = { base: 0, at: 0, mode: "stepping", speed: 1 };
export const reach = { numbers: [], agents: [] }; // the numbers and agents that a handset can write to

export const farEnd = (message) => (message.direction === "outbound" ? message.to : message.from);
export const nearEnd = (message) => (message.direction === "outbound" ? message.from : message.to);
export const failed = (message) => message.direction === "outbound" && message.final && !ARRIVED.has(message.status);
export const arrived = (message) => message.direction === "inbound" || ARRIVED.has(message.status);
export const timeOf = (moment) => moment.slice(11, 19);
export const dayOf = (moment) => moment.slice(0, 10);
export const dollars = (amount) => `$${Number(amount).toFixed(5).replace(/0{1,3}$/, "")}`;
export const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

export function tick(message) {
  if (message.direction === "inbound") return "";
  if (failed(message)) return "✕";
  if (ON_HANDSET.has(message.status)) return "✓✓";
  return message.history.length ? "✓" : "◌";
}

/** Returns an agent's name, as the handset shows it, if it was registered with one. */
export function nameOf(sender) {
  return reach.agents.find((agent) => agent.agent_id === sender)?.name ?? sender;
}

/** Summarises a message in one line. */
export function gist(message) {
  if (message.body) return message.body;
  if (message.push?.title) return message.push.title;
  if (message.media?.length) return message.media[0].content_type.startsWith("image/") ? "Picture" : "File";
  return message.push ? "Data" : "";
}

export function nowText() {
  const passed = clock.mode === "running" ? (performance.now() - clock.at) * clock.speed : 0;
  return new Date(clock.base + passed).toISOString();
}

/** The last message seen of each handset, stored by the browser; after a reset the times differ. */
export const seen = {
  marks: (() => {
    try {
      return JSON.parse(localStorage.getItem("seen")) ?? {};
    } catch {
      return {};
    }
  })(),
  mark: (message) => `${message.message_id} ${message.requested_at}`,
  has(message) {
    return message.direction === "inbound" || this.marks[farEnd(message)] === this.mark(message);
  },
  add(message) {
    if (this.has(message)) return;
    this.marks[farEnd(message)] = this.mark(message);
    this.save();
  },
  clear() {
    this.marks = {};
    this.save();
  },
  save() {
    try {
      localStorage.setItem("seen", JSON.stringify(this.marks));
    } catch {
      // Without storage, everything is new again after a reload.
    }
  },
};

// --- Navigation: #/handset/message, or #console -----------------------------------------------------------------------

export function go(number, messageId = null) {
  visit(number === null ? "" : `#/${encodeURIComponent(number)}${messageId ? `/${encodeURIComponent(messageId)}` : ""}`);
}

export function visit(hash) {
  if (hash && location.hash !== hash) {
    location.hash = hash;
    return;
  }
  if (!hash) history.pushState(null, "", location.pathname);
  dispatchEvent(new Event("hashchange"));
}
