/* What the page knows: the open conversation, the list of handsets, the clock, whom one can write to; and how a message reads. */

const ARRIVED = new Set(["SUCCESSFUL", "DELIVERED", "READ", "COMPLETED", "ANSWERED"]);
const ON_HANDSET = new Set(["DELIVERED", "READ", "COMPLETED", "ANSWERED"]);

export const PAGE = 100; // rows asked for at a time
export const ROWS_KEPT = 400; // rows of a list on the page; older ones are asked for again when wanted
export const TELEPHONE = /^\+[1-9]\d{1,18}$/;

export const open = {
  number: null, // of the handset whose conversation is shown
  messageId: null, // of the message whose details are shown
  rows: new Map(), // message id -> its row
  senders: new Set(), // the account's numbers, agents and names in this conversation
  last: null, // the newest message that an account sent here, calls aside
  previous: null, // the cursor of the page before
  target: null, // whom the user chose to write to; null for whoever wrote last
};
export const list = { rows: new Map(), next: null, query: "" };
export const clock = { base: 0, at: 0, mode: "stepping", speed: 1 };
export const reach = { numbers: [], agents: [] }; // whom a handset can write to

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

/** An agent as the handset shows it: by its name, if it was registered with one. */
export function nameOf(sender) {
  return reach.agents.find((agent) => agent.agent_id === sender)?.name ?? sender;
}

/** What a message is in one line. */
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

/** Which message of a handset was seen last, kept by the browser; a new world has other times. */
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
      // Without storage everything is new again after a reload.
    }
  },
};

// --- Where one is: #/handset/message, or #console ---------------------------------------------------------------------

export function go(number, messageId = null) {
  visit(number === null ? "" : `#/${encodeURIComponent(number)}${messageId ? `/${encodeURIComponent(messageId)}` : ""}`);
}

export function visit(wanted) {
  if (wanted && location.hash !== wanted) {
    location.hash = wanted;
    return;
  }
  if (!wanted) history.pushState(null, "", location.pathname);
  dispatchEvent(new Event("hashchange"));
}
