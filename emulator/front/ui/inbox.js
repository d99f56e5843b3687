/*
The inbox: one page over the control API under /_emulator, and over nothing else.

Each part of the page has a function that draws it from what the server answered. What the event stream tells is gathered
for a moment and then drawn row by row, so that a flood of messages redraws only the rows it touches. Whatever comes from
a message is untrusted: it reaches the page as text nodes and attribute values, never as markup.
*/

const PAGE = 100; // rows asked for at a time
const ROWS_KEPT = 400; // rows of a list on the page; older ones are asked for again when wanted
const ROWS_SEARCHED = 5000; // how far back a conversation is opened to show a message that was asked for
const GATHER_MS = 60; // how long events are gathered before they are drawn
const CALM_MS = 400; // how long what sums up (pending, costs, search) waits for more events
const ARRIVED = new Set(["SUCCESSFUL", "DELIVERED", "READ", "COMPLETED", "ANSWERED"]);
const ON_HANDSET = new Set(["DELIVERED", "READ", "COMPLETED", "ANSWERED"]);
const TELEPHONE = /^\+[1-9]\d{1,18}$/;

const $ = (id) => document.getElementById(id);

/** An element: properties by name, listeners as functions, children as nodes or text. */
function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Calls `action` once, when nobody has asked for it again for `wait` milliseconds, or at the latest after four times that. */
function calmly(action, wait = CALM_MS) {
  let timer = null;
  let since = 0;
  return () => {
    if (timer === null) since = performance.now();
    clearTimeout(timer);
    const due = Math.max(0, Math.min(wait, since + 4 * wait - performance.now()));
    timer = setTimeout(() => { timer = null; action(); }, due);
  };
}

// --- The control API ------------------------------------------------------------------------------------------------

class Refused extends Error {}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused("The emulator does not answer.");
  }
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error);
  return answer;
}

function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return call("GET", given.length ? `${path}?${new URLSearchParams(given)}` : path);
}

const handsetPath = (number) => `handsets/${encodeURIComponent(number)}`;

/** Makes a listener of an async function; what is refused is told to the user. */
function attempt(action) {
  return async (...given) => {
    try {
      return await action(...given);
    } catch (error) {
      toast(error.message, "bad");
      if (!(error instanceof Refused)) throw error;
      return undefined;
    }
  };
}

function toast(text, kind = "") {
  const node = make("p", { class: `toast ${kind}`, role: kind === "bad" ? "alert" : null }, text);
  $("toasts").append(node);
  setTimeout(() => node.remove(), kind === "bad" ? 8000 : 4000);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser does not let this page copy.", "bad");
  }
}

// --- What is known --------------------------------------------------------------------------------------------------

const open = {
  number: null, // of the handset whose conversation is shown
  messageId: null, // of the message whose details are shown
  rows: new Map(), // message id -> its row
  senders: new Set(), // the account's numbers and names in this conversation
  last: null, // the newest message that an account sent here
  previous: null, // the cursor of the page before
  target: null, // whom the user chose to write to; null for whoever wrote last
};
const list = { rows: new Map(), next: null, query: "" };
const clock = { base: 0, at: 0, mode: "stepping", speed: 1 };
let numbers = [];

const farEnd = (message) => (message.direction === "outbound" ? message.to : message.from);
const nearEnd = (message) => (message.direction === "outbound" ? message.from : message.to);
const failed = (message) => message.direction === "outbound" && message.final && !ARRIVED.has(message.status);
const timeOf = (moment) => moment.slice(11, 19);
const dayOf = (moment) => moment.slice(0, 10);
const dollars = (amount) => `$${Number(amount).toFixed(5).replace(/0{1,3}$/, "")}`;
const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

function tick(message) {
  if (message.direction === "inbound") return "";
  if (failed(message)) return "✕";
  if (ON_HANDSET.has(message.status)) return "✓✓";
  return message.history.length ? "✓" : "◌";
}

/** Which message of a handset was seen last, kept by the browser; a new world has other times. */
const seen = {
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

// --- Handsets -------------------------------------------------------------------------------------------------------

function makeHandsetRow(number) {
  const row = {
    number,
    last: null,
    unread: 0,
    who: make("span", { class: "who" }, number),
    when: make("time"),
    text: make("span", { class: "text", dir: "auto" }),
    mark: make("span", { class: "mark" }),
    country: make("span", { class: "country", "aria-hidden": "true" }),
  };
  const lines = make("span", { class: "lines" }, make("span", {}, row.who, row.when), make("span", {}, row.text, row.mark));
  row.button = make("button", { type: "button", click: () => go(number, list.query ? row.last.message_id : null) }, row.country, lines);
  row.node = make("li", {}, row.button);
  list.rows.set(number, row);
  return row;
}

function drawHandsetRow(row) {
  const message = row.last;
  const mine = message.direction === "inbound" ? "You: " : "";
  row.text.textContent = mine + message.body;
  row.when.textContent = dayOf(message.requested_at) === dayOf(nowText()) ? timeOf(message.requested_at) : dayOf(message.requested_at);
  row.country.textContent = message.country || "·";
  row.mark.textContent = row.unread ? String(row.unread) : failed(message) ? "✕" : "";
  row.mark.className = `mark ${row.unread ? "unread" : failed(message) ? "failed" : ""}`;
  row.mark.title = row.unread ? `${counted(row.unread, "new message")}` : failed(message) ? message.status : "";
  row.button.setAttribute("aria-current", String(row.number === open.number));
}

function isShownNow(number) {
  return number === open.number && !document.hidden;
}

function hearForList(message, isNew) {
  const number = farEnd(message);
  let row = list.rows.get(number);
  if (!isNew) {
    if (row?.last.message_id === message.message_id) {
      row.last = message;
      drawHandsetRow(row);
    }
    return;
  }
  row ??= makeHandsetRow(number);
  if (row.last?.message_id === message.message_id) return;
  row.last = message;
  if (isShownNow(number)) seen.add(message);
  else if (message.direction === "outbound") row.unread += 1;
  drawHandsetRow(row);
  if ($("handsets").firstChild !== row.node) $("handsets").prepend(row.node);
  while (list.rows.size > ROWS_KEPT) {
    list.rows.delete([...list.rows.keys()].find((key) => list.rows.get(key).node === $("handsets").lastChild));
    $("handsets").lastChild.remove();
    list.next = [...list.rows.values()].find((kept) => kept.node === $("handsets").lastChild).number;
  }
}

async function loadHandsets(more = false) {
  const query = list.query;
  const answer = await get("handsets", { contains: query, limit: PAGE, after: more ? list.next : null });
  if (query !== list.query) return;
  if (!more) {
    list.rows.clear();
    $("handsets").replaceChildren();
  }
  for (const { number, last } of answer.handsets) {
    if (list.rows.has(number)) continue;
    const row = makeHandsetRow(number);
    row.last = last;
    if (isShownNow(number)) seen.add(last);
    row.unread = query || seen.has(last) ? 0 : 1;
    drawHandsetRow(row);
    $("handsets").append(row.node);
  }
  list.next = answer.next;
  drawListEnd();
}

function drawListEnd() {
  const empty = list.rows.size === 0;
  $("more-handsets").hidden = list.next === null;
  $("no-handsets").hidden = !empty;
  $("no-handsets").textContent = list.query ? "Nothing matches." : "Numbers appear here with their first message.";
  $("welcome").hidden = !(empty && !list.query && open.number === null);
  $("nothing-open").hidden = open.number !== null || !$("welcome").hidden;
  const unread = [...list.rows.values()].reduce((sum, row) => sum + row.unread, 0);
  document.title = unread ? `(${unread}) Inbox` : "Inbox";
}

// --- The conversation -----------------------------------------------------------------------------------------------

// A link, or what looks like a one-time code and is no part of a longer number or an amount.
const RICH = /(https?:\/\/[^\s<>"]*[^\s<>".,!?;:)\]'])|((?<![\w+.$€£/-])\d{4,8}(?![\w/-]|[.,]\d))/g;

/** The text as nodes: links can be followed, codes copied. */
function rich(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(RICH)) {
    nodes.push(text.slice(end, found.index));
    const [whole, link] = found;
    if (link) nodes.push(make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link));
    else nodes.push(make("button", { type: "button", class: "code", title: "Copy", click: (event) => { event.stopPropagation(); copy(whole); } }, whole));
    end = found.index + whole.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

/** Media that the emulator itself serves is shown; anything else is only named. */
function mediaNode(media) {
  const own = typeof media.href === "string" && media.href.startsWith("/_emulator/");
  const kind = String(media.content_type);
  if (own && kind.startsWith("image/")) return make("img", { src: media.href, alt: media.url, loading: "lazy" });
  if (own && kind.startsWith("audio/")) return make("audio", { src: media.href, controls: true });
  return make("span", { class: "media" }, `${kind} · ${media.url}`);
}

function makeMessageRow(message) {
  const row = { message, meta: make("button", { type: "button", class: "meta" }) };
  const choose = () => go(open.number, message.message_id);
  row.meta.addEventListener("click", choose);
  const bubble = make("div", { class: "bubble", dir: "auto", click: (event) => event.target.closest("a, audio") || choose() });
  bubble.append(...(message.media ?? []).map(mediaNode), ...rich(message.body));
  const ends = message.direction === "outbound" ? `from ${message.from}` : `to ${message.to}`;
  row.node = make("li", { class: message.direction, "data-day": dayOf(message.requested_at), "data-end": nearEnd(message), "data-id": message.message_id },
    make("p", { class: "day" }, dayOf(message.requested_at)),
    make("p", { class: "end" }, ends),
    bubble, row.meta);
  open.rows.set(message.message_id, row);
  open.senders.add(nearEnd(message));
  drawMessageRow(row, message);
  return row;
}

function drawMessageRow(row, message) {
  row.message = message;
  const description = message.history.at(-1)?.description;
  const price = Number(message.price) + Number(message.carrier_fee);
  const small = [counted(message.parts, "part"), message.encoding, message.direction === "outbound" && dollars(price)].filter(Boolean).join(" · ");
  const bad = failed(message);
  row.meta.replaceChildren(
    make("span", { class: "tick", "aria-hidden": "true" }, tick(message)),
    make("span", { class: "status" }, `${message.channel === "sms" ? "" : `${message.channel.toUpperCase()} `}${message.status}`),
    make("time", {}, timeOf(message.requested_at)),
    make("small", {}, small),
    ...(bad && description ? [make("span", { class: "why" }, description)] : []));
  row.meta.title = [description, `${message.requested_at}, details`].filter(Boolean).join("\n");
  row.node.classList.toggle("failed", bad);
  row.node.classList.toggle("arrived", message.direction === "inbound" || ARRIVED.has(message.status));
  row.node.classList.toggle("chosen", message.message_id === open.messageId);
}

/** Says the day, and whom it is from, where that differs from the row before. */
function drawBreaks(node) {
  const before = node.previousElementSibling;
  node.classList.toggle("new-day", before?.dataset.day !== node.dataset.day);
  node.classList.toggle("new-end", before?.dataset.end !== node.dataset.end);
}

let atBottom = true; // the reader is where new messages appear, so that they stay in sight
const toBottom = () => { $("scroll").scrollTop = $("scroll").scrollHeight; };
$("scroll").addEventListener("scroll", ({ target }) => { atBottom = target.scrollHeight - target.scrollTop - target.clientHeight < 80; });
new ResizeObserver(() => { if (atBottom) toBottom(); }).observe($("scroll"));

function hearForConversation(message, isNew) {
  if (farEnd(message) !== open.number) return;
  const row = open.rows.get(message.message_id);
  if (row) drawMessageRow(row, message);
  else if (isNew) {
    const added = makeMessageRow(message);
    $("messages").append(added.node);
    drawBreaks(added.node);
    if (message.direction === "outbound") open.last = message;
    $("no-messages").hidden = true;
  }
  if (message.message_id === open.messageId) redrawDetail();
}

function trimConversation() {
  if (open.rows.size <= ROWS_KEPT) return;
  while (open.rows.size > ROWS_KEPT) {
    const oldest = $("messages").firstChild;
    open.rows.delete(oldest.dataset.id);
    oldest.remove();
  }
  open.previous = $("messages").firstChild.dataset.id;
  $("earlier").hidden = false;
  drawBreaks($("messages").firstChild);
}

async function openConversation(number) {
  Object.assign(open, { number, last: null, previous: null, target: null, senders: new Set(), rows: new Map() });
  $("messages").replaceChildren();
  $("conversation").hidden = false;
  $("detail").hidden = !TELEPHONE.test(number);
  $("number").textContent = number;
  $("no-messages").hidden = true;
  $("earlier").hidden = true;
  drawListEnd();
  for (const row of list.rows.values()) row.button.setAttribute("aria-current", String(row.number === number));
  await Promise.all([loadMessages(), loadNumbers(), loadBehaviour(), loadAccount()]);
  if (open.number !== number) return;
  drawTargets();
  toBottom();
  const row = list.rows.get(number);
  if (row) {
    row.unread = 0;
    if (!list.query) seen.add(row.last);
    drawHandsetRow(row);
  }
  drawListEnd();
}

async function loadMessages(limit = PAGE) {
  const { number, previous, rows } = open;
  const answer = await get(`${handsetPath(number)}/messages`, { limit, before: previous });
  if (open.number !== number || open.rows !== rows) return;
  const first = $("messages").firstChild;
  const height = $("scroll").scrollHeight;
  for (const message of answer.messages) {
    if (open.rows.has(message.message_id)) continue;
    const row = makeMessageRow(message);
    $("messages").insertBefore(row.node, first);
    drawBreaks(row.node);
  }
  if (first) drawBreaks(first);
  open.previous = answer.previous;
  open.last ??= answer.messages.findLast((message) => message.direction === "outbound") ?? null;
  $("earlier").hidden = answer.previous === null;
  $("no-messages").hidden = open.rows.size > 0;
  $("scroll").scrollTop += $("scroll").scrollHeight - height;
}

function closeConversation() {
  Object.assign(open, { number: null, messageId: null, last: null, previous: null, rows: new Map() });
  $("messages").replaceChildren();
  $("conversation").hidden = true;
  $("detail").hidden = true;
  for (const row of list.rows.values()) row.button.setAttribute("aria-current", "false");
  drawListEnd();
}

// --- Writing as the person ------------------------------------------------------------------------------------------

async function loadNumbers() {
  numbers = (await get("numbers")).numbers;
  drawTargets();
}

function drawTargets() {
  const owned = new Set(numbers.map((row) => row.number));
  const wrote = [...open.senders];
  const canAnswer = wrote.filter((number) => owned.has(number));
  const others = numbers.filter((row) => !open.senders.has(row.number));
  const option = (number, note = "") => make("option", { value: number }, note ? `${number} · ${note}` : number);
  const groups = [];
  if (canAnswer.length) groups.push(make("optgroup", { label: "In this conversation" }, ...canAnswer.map((number) => option(number))));
  if (others.length) groups.push(make("optgroup", { label: "Other numbers" }, ...others.map((row) => option(row.number, `${row.account} ${row.region}`))));
  if (!groups.length) groups.push(option("", wrote.length ? `${wrote.join(", ")} cannot be answered` : "no account has a number yet"));
  const target = $("target");
  target.replaceChildren(...groups);
  const wanted = open.target ?? open.last?.from;
  if (owned.has(wanted)) target.value = wanted;
  const able = target.value !== "" && TELEPHONE.test(open.number ?? "");
  for (const control of $("composer").elements) control.disabled = !able;
}

const send = attempt(async (body) => {
  const answer = await call("POST", `${handsetPath(open.number)}/messages`, { to: $("target").value, body });
  if (answer.action) toast(`Keyword ${answer.keyword}: ${answer.action}`);
  return answer;
});

function fitText() {
  const text = $("text");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
}

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text");
  const body = text.value;
  if (!body.trim() || $("target").disabled) return;
  text.value = "";
  fitText();
  if ((await send(body)) === undefined && !text.value) text.value = body;
  toBottom();
  text.focus();
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
});
$("text").addEventListener("input", fitText);
$("target").addEventListener("change", () => { open.target = $("target").value; });
$("composer").addEventListener("click", (event) => { if (event.target.dataset.word) send(event.target.dataset.word); });
$("earlier").addEventListener("click", attempt(() => loadMessages()));
$("more-handsets").addEventListener("click", attempt(() => loadHandsets(true)));
const ask = (dialog) => { dialog.returnValue = ""; dialog.showModal(); };
$("compose").addEventListener("click", () => { $("compose-number").value = ""; ask($("compose-dialog")); });
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
$("compose-dialog").addEventListener("close", () => {
  if ($("compose-dialog").returnValue === "open") go($("compose-number").value.replace(/[^\d+]/g, ""));
});

// --- Details of a message, and of its handset -----------------------------------------------------------------------

function facts(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

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

async function drawDetail() {
  const id = open.messageId;
  const place = $("message-detail");
  if (id === null) {
    place.replaceChildren(make("h3", {}, "Message"), make("p", { class: "hint" }, "Choose a message to see its history and its event records."));
    return;
  }
  const message = await get(`messages/${encodeURIComponent(id)}`);
  if (open.messageId !== id) return;
  const unfolded = new Set([...place.querySelectorAll("details[open]")].map((node) => node.dataset.event));
  const outbound = message.direction === "outbound";
  const context = Object.keys(message.context).length ? JSON.stringify(message.context) : null;
  const events = message.events.map(eventNode);
  for (const node of events) node.open = unfolded.has(node.dataset.event);
  place.replaceChildren(
    make("h3", {}, outbound ? "Message" : "Reply"),
    historyNode(message),
    facts([
      ["Id", make("button", { type: "button", class: "code", title: "Copy", click: () => copy(message.message_id) }, message.message_id)],
      ["From", message.from], ["To", message.to], ["Channel", message.channel],
      ["Parts", `${message.parts} · ${message.encoding}`],
      ["Price", outbound ? `${dollars(message.price)} + ${dollars(message.carrier_fee)} carrier fee` : null],
      ["Type", message.message_type], ["Country", message.country], ["Carrier", message.carrier],
      ["Config. set", message.configuration_set], ["Context", context], ["Feedback", message.feedback],
      ["Account", `${message.account} ${message.region}`], ["Requested", message.requested_at],
    ]),
    make("h3", {}, "Event records"),
    ...(events.length ? events : [make("p", { class: "hint" }, outbound ? "None yet." : "Not forwarded: the number has no two-way channel, or the keyword was answered for it.")]));
  // A delivery happens after the event that tells of the message, and has no event of its own.
  if (message.events.some((event) => event.deliveries.some((delivery) => delivery.status === "PENDING"))) redrawDetail();
}
const redrawDetail = calmly(attempt(drawDetail), 150);

async function loadBehaviour() {
  const { number } = open;
  if (!TELEPHONE.test(number)) return;
  const behaviour = await get(handsetPath(number));
  if (number === open.number) drawBehaviour(behaviour);
}

function drawBehaviour(behaviour) {
  for (const control of $("behaviour").elements) {
    if (control.type === "checkbox") control.checked = behaviour[control.name];
    else control.value = behaviour[control.name] ?? "";
  }
  const notes = [
    behaviour.outcome && `texts end as ${behaviour.outcome}`,
    behaviour.delay_seconds > 0 && `after ${behaviour.delay_seconds} s`,
    behaviour.carrier && `on ${behaviour.carrier}`,
  ].filter(Boolean);
  $("behaves").textContent = notes.join(", ");
}

$("behaviour").addEventListener("submit", (event) => event.preventDefault());
$("behaviour").addEventListener("change", attempt(async ({ target }) => {
  if (!target.reportValidity()) return;
  const readers = { checkbox: () => target.checked, number: () => target.valueAsNumber };
  const value = readers[target.type]?.() ?? (target.value.trim() || null);
  const { number } = open;
  // What a test has changed meanwhile stays: only this one member is sent.
  const saved = await call("PUT", handsetPath(number), { [target.name]: value });
  if (number === open.number) drawBehaviour(saved);
}));

// --- The clock ------------------------------------------------------------------------------------------------------

function nowText() {
  const passed = clock.mode === "running" ? (performance.now() - clock.at) * clock.speed : 0;
  return new Date(clock.base + passed).toISOString();
}

function drawNow() {
  const now = nowText();
  $("now").replaceChildren(make("b", {}, timeOf(now)), ` ${dayOf(now)}`);
}

function drawClock(answer) {
  Object.assign(clock, { base: Date.parse(answer.now), at: performance.now(), mode: answer.mode, speed: answer.speed });
  drawNow();
  $("modes").querySelector(`[value=${CSS.escape(answer.mode)}]`).checked = true;
  $("future").textContent = `${answer.pending_count} pending`;
  if (document.activeElement?.name !== "speed") $("pace").elements.speed.value = answer.speed;
}

async function loadClock() {
  const answer = await get("clock", { limit: PAGE });
  drawClock(answer);
  const rows = answer.pending.map((timer) => make("li", {},
    make("time", { title: timer.due }, `${dayOf(timer.due)} ${timeOf(timer.due)}`), " ",
    timer.message_id ? make("button", { type: "button", class: "code", title: "Show the message", click: () => visit(timer.message_id) }, timer.what) : timer.what));
  if (answer.pending_count > rows.length) rows.push(make("li", { class: "hint" }, `and ${answer.pending_count - rows.length} more`));
  $("pending").replaceChildren(...(rows.length ? rows : [make("li", { class: "hint" }, "Nothing is pending.")]));
}
const reloadClock = calmly(attempt(loadClock));
const visit = attempt(async (messageId) => {
  $("future-panel").hidePopover();
  go(farEnd(await get(`messages/${encodeURIComponent(messageId)}`)), messageId);
});

const moveClock = attempt(async (change) => {
  await call("POST", "clock", change);
  await loadClock();
});

$("modes").addEventListener("change", (event) => moveClock({ mode: event.target.value }));
$("advance").addEventListener("click", (event) => {
  if (event.target.dataset.seconds) moveClock({ advance_seconds: Number(event.target.dataset.seconds) });
});
$("settle").addEventListener("click", attempt(async () => {
  const answer = await call("POST", "settle", {});
  const undelivered = answer.undelivered ? `, ${counted(answer.undelivered, "record")} undelivered` : "";
  toast(`${counted(answer.ran, "event")} ran${undelivered}`, answer.undelivered ? "bad" : "");
  await loadClock();
  redrawDetail();
}));
$("pace").addEventListener("submit", (event) => event.preventDefault());
$("pace").addEventListener("change", () => {
  if ($("pace").reportValidity()) moveClock({ speed: $("pace").elements.speed.valueAsNumber });
});
setInterval(drawNow, 1000);

// --- Costs, settings, reset -----------------------------------------------------------------------------------------

async function loadCosts() {
  const { costs } = await get("costs");
  const total = costs.reduce((sum, row) => sum + Number(row.total), 0);
  $("costs").textContent = dollars(total);
  if (!costs.length) {
    $("bill").replaceChildren(make("p", { class: "hint" }, "Nothing yet."));
    return;
  }
  const line = (tag, cells) => make("tr", {}, ...cells.map((cell) => make(tag, {}, String(cell))));
  $("bill").replaceChildren(make("table", {},
    make("thead", {}, line("th", ["Month", "Channel", "Country", "Messages", "Parts", "Price", "Carrier fee", "Total"])),
    make("tbody", {}, ...costs.map((row) => line("td", [row.month, row.channel, row.country, row.messages, row.parts, dollars(row.price), dollars(row.carrier_fee), dollars(row.total)]))),
    make("tfoot", {}, line("td", ["", "", "", "", "", "", "", dollars(total)]))));
}
const reloadCosts = calmly(attempt(loadCosts));

/** The account and region that the open conversation is with, else the emulator's own defaults. */
function scope() {
  const found = [...open.rows.values()].at(-1)?.message;
  return found ? { account: found.account, region: found.region } : {};
}

async function loadAccount() {
  const account = await get("account", scope());
  $("scope").textContent = `${account.account} ${account.region}`;
  $("account").elements.tier.value = account.tier;
  $("account").elements.enabled.checked = account.enabled;
}

$("account").addEventListener("change", attempt(async ({ target }) => {
  const value = target.type === "checkbox" ? target.checked : target.value;
  await call("PUT", `account?${new URLSearchParams(scope())}`, { [target.name]: value });
}));
$("settings-panel").addEventListener("beforetoggle", attempt(async (event) => {
  if (event.newState !== "open") return;
  await loadAccount();
  const rules = await get("carriers/rules");
  $("rules-text").value = rules.length ? `[\n${rules.map((rule) => `  ${JSON.stringify(rule)}`).join(",\n")}\n]` : "[]";
}));
$("rules").addEventListener("submit", attempt(async (event) => {
  event.preventDefault();
  let rules;
  try {
    rules = JSON.parse($("rules-text").value || "[]");
  } catch (error) {
    throw new Refused(`The rules are not JSON: ${error.message}`);
  }
  const kept = await call("PUT", "carriers/rules", rules);
  toast(`${counted(kept.length, "rule")} set`);
}));
$("reset").addEventListener("click", () => { $("reset-aws").checked = false; ask($("reset-dialog")); });
$("reset-dialog").addEventListener("close", attempt(async () => {
  if ($("reset-dialog").returnValue === "reset") await call("POST", "reset", { aws: $("reset-aws").checked });
}));

// --- The first text -------------------------------------------------------------------------------------------------

const TEXT = "Your code is 482913";
const HANDSET = "+14255550100";
const origin = location.origin;
const LEASE = { IsoCountryCode: "US", MessageType: "TRANSACTIONAL", NumberCapabilities: ["SMS"], NumberType: "TEN_DLC" };
const curl = (operation, body) => `curl ${origin} -H 'X-Amz-Target: PinpointSMSVoiceV2.${operation}' \\\n  -H 'Content-Type: application/x-amz-json-1.0' \\\n  -d '${JSON.stringify(body)}'`;
const WAYS = {
  python: `import boto3

client = boto3.client(
    "pinpoint-sms-voice-v2",
    endpoint_url="${origin}",
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
client.request_phone_number(
    IsoCountryCode="US",
    MessageType="TRANSACTIONAL",
    NumberCapabilities=["SMS"],
    NumberType="TEN_DLC",
)
client.send_text_message(
    DestinationPhoneNumber="${HANDSET}",
    MessageBody="${TEXT}",
)`,
  cli: `export AWS_ENDPOINT_URL=${origin} AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
aws pinpoint-sms-voice-v2 request-phone-number \\
  --iso-country-code US --message-type TRANSACTIONAL \\
  --number-capabilities SMS --number-type TEN_DLC
aws pinpoint-sms-voice-v2 send-text-message \\
  --destination-phone-number ${HANDSET} \\
  --message-body "${TEXT}"`,
  curl: `${curl("RequestPhoneNumber", LEASE)}\n${curl("SendTextMessage", { DestinationPhoneNumber: HANDSET, MessageBody: TEXT })}`,
};

function showWay(way) {
  for (const tab of $("ways").children) {
    tab.setAttribute("aria-selected", String(tab.dataset.way === way));
    tab.tabIndex = tab.dataset.way === way ? 0 : -1;
  }
  $("snippet").setAttribute("aria-labelledby", `tab-${way}`);
  $("snippet").querySelector("pre").textContent = WAYS[way];
}
$("ways").addEventListener("click", (event) => { if (event.target.dataset.way) showWay(event.target.dataset.way); });
$("copy-snippet").addEventListener("click", () => copy($("snippet").querySelector("pre").textContent));
$("origin").textContent = origin;
showWay("python");

// --- Where one is: #/handset/message --------------------------------------------------------------------------------

function go(number, messageId = null) {
  const wanted = number === null ? "" : `#/${encodeURIComponent(number)}${messageId ? `/${encodeURIComponent(messageId)}` : ""}`;
  if (location.hash === wanted) follow();
  else if (wanted) location.hash = wanted;
  else {
    history.pushState(null, "", location.pathname);
    follow();
  }
}

const follow = attempt(async () => {
  const [number = null, messageId = null] = location.hash.slice(2).split("/").filter(Boolean).map(decodeURIComponent);
  const main = document.querySelector("main");
  main.dataset.view = messageId ? "detail" : number ? "talk" : "list";
  if (number === null) {
    closeConversation();
    return;
  }
  const old = open.rows.get(open.messageId);
  open.messageId = messageId;
  if (old) old.node.classList.remove("chosen");
  $("detail").hidden = messageId === null && !TELEPHONE.test(number);
  if (number !== open.number) await openConversation(number);
  while (messageId && !open.rows.has(messageId) && open.previous && open.rows.size < ROWS_SEARCHED) await loadMessages(1000);
  if (messageId !== open.messageId) return;
  const row = open.rows.get(messageId);
  row?.node.classList.add("chosen");
  row?.node.scrollIntoView({ block: "nearest" });
  await drawDetail();
});
addEventListener("hashchange", follow);
$("back").addEventListener("click", () => go(null));
$("open-detail").addEventListener("click", () => { document.querySelector("main").dataset.view = "detail"; });
$("close-detail").addEventListener("click", () => {
  document.querySelector("main").dataset.view = "talk";
  go(open.number);
});

// --- Search and keys ------------------------------------------------------------------------------------------------

const search = calmly(attempt(() => loadHandsets()), 150);
$("search").addEventListener("input", () => {
  list.query = $("search").value.trim();
  search();
});

/** Up and down go through the rows of a list. */
function walk(container, selector) {
  container.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [...container.querySelectorAll(selector)];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (next && stops.includes(document.activeElement)) {
      event.preventDefault();
      next.focus();
    }
  });
}
walk($("handsets"), "button");
walk($("messages"), ".meta");
$("ways").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const tabs = [...$("ways").children];
  const next = tabs[tabs.indexOf(document.activeElement) + step];
  if (step && next) {
    showWay(next.dataset.way);
    next.focus();
  }
});
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, dialog");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    $("search").focus();
  } else if (event.key === "Escape" && event.target === $("search")) {
    $("search").value = "";
    list.query = "";
    search();
  } else if (event.key === "Escape" && !typing && open.messageId) go(open.number);
});
document.addEventListener("visibilitychange", () => {
  const row = list.rows.get(open.number);
  if (document.hidden || !row) return;
  row.unread = 0;
  seen.add(row.last);
  drawHandsetRow(row);
  drawListEnd();
});

// --- What the stream tells ------------------------------------------------------------------------------------------

const heard = new Map(); // message id -> its newest state, and whether it is a new message

function drawHeard() {
  const first = list.rows.size === 0 && open.number === null && !list.query;
  const messages = [...heard.values()];
  heard.clear();
  for (const { message, isNew } of messages) {
    if (!list.query) hearForList(message, isNew);
    hearForConversation(message, isNew);
  }
  if (list.query) search();
  else drawListEnd();
  if (atBottom && open.number !== null) {
    trimConversation();
    toBottom();
  }
  if (messages.some(({ message, isNew }) => isNew && farEnd(message) === open.number)) {
    if (messages.some(({ message }) => !numbers.some((row) => row.number === nearEnd(message)))) reloadNumbers();
    else drawTargets();
  }
  reloadClock();
  reloadCosts();
  if (first && messages.length && matchMedia("(min-width: 761px)").matches) go(farEnd(messages[0].message));
}
const reloadNumbers = calmly(attempt(loadNumbers));

function hear(message, isNew) {
  if (heard.size === 0) setTimeout(drawHeard, GATHER_MS);
  heard.set(message.message_id, { message, isNew: isNew || Boolean(heard.get(message.message_id)?.isNew) });
}

function forget() {
  seen.clear();
  heard.clear();
  open.number = null;
  if (location.hash) go(null);
  else closeConversation();
  return load();
}

const load = attempt(async () => {
  await Promise.all([loadHandsets(), loadClock(), loadCosts(), loadAccount()]);
  open.number = null; // so that an open conversation is read again
  await follow();
});

function drawLink(state, text) {
  $("link").dataset.state = state;
  $("link").title = text;
  $("link").firstElementChild.textContent = text;
}

const begin = attempt(async () => {
  const outcomes = await get("carriers/outcomes");
  $("behaviour").elements.outcome.append(make("option", { value: "" }, "usual for the route"), ...outcomes.map((outcome) => make("option", {}, outcome)));
  const stream = new EventSource("stream");
  // Opened again after a break, it does not tell what was missed.
  stream.addEventListener("open", () => { drawLink("live", "live"); load(); });
  stream.addEventListener("error", () => drawLink("lost", "the emulator does not answer; trying again"));
  const on = (kind, listen) => stream.addEventListener(kind, (event) => listen(JSON.parse(event.data)));
  on("message", (message) => hear(message, true));
  on("status", (message) => hear(message, false));
  on("clock", (answer) => { drawClock(answer); reloadClock(); });
  on("deleted", () => load());
  on("reset", () => forget());
});
begin();
