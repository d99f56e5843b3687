/* A conversation: its messages as the handset shows them, the newest at the end, and what was refused between them. */

import { call, get, pathTo } from "../api.js";
import { Icon } from "../icons.js";
import { walk } from "../keys.js";
import { useDebounced, useLive } from "../live.js";
import { useInOrder } from "../loading.js";
import { PHONE_NUMBER, farEnd, nearEnd } from "../messages.js";
import { href } from "../router.js";
import { dayText, momentText, t } from "../text.js";
import { attempt } from "../toasts.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { oddities } from "./behaviour.js";
import { Bubble, Ghost } from "./bubble.js";
import { Composer, useReach } from "./composer.js";
import { byWhatsApp } from "./whatsapp-composer.js";

const PAGE = 100;
const SETTLE_MS = 300; // until new messages are taken from the stream
const ROWS_KEPT = 400;
const ROWS_SEARCHED = 5000; // how far back a conversation is loaded to show the selected message
const REFUSED_SHOWN = 50;
const AT_END = 80; // pixels from the end within which scrolling down sticks to it again

/** Returns the messages of a handset, oldest first, and a function that loads earlier ones. */
function useMessages(number, messageId, isAtEnd) {
  const [state, setState] = useState({ messages: [], previous: null, loaded: false });
  const kept = useRef(state);
  kept.current = state;
  const put = (change) => {
    kept.current = { ...kept.current, ...change };
    setState(kept.current);
  };
  // Answers about another handset, and answers from before messages were deleted, are dropped.
  const generation = useRef(0);
  const ask = async (query, take) => {
    const asked = generation.current;
    const answer = await get(`${pathTo("handsets", number)}/messages`, query);
    if (asked === generation.current) take(answer);
  };
  const loadEarlier = (limit = PAGE) => ask({ limit, before: kept.current.loaded ? kept.current.previous : null }, (answer) => {
    const known = new Set(kept.current.messages.map((message) => message.message_id));
    put({ messages: [...answer.messages.filter((message) => !known.has(message.message_id)), ...kept.current.messages], previous: answer.previous, loaded: true });
  });
  const has = () => kept.current.messages.some((message) => message.message_id === messageId);
  // The first look runs what is due, and the stream tells of it a moment later: of old messages as if they were new.
  const settled = useRef(false);
  const catchUp = attempt(() => ask({ limit: PAGE }, (answer) => {
    const known = new Set(kept.current.messages.map((message) => message.message_id));
    settled.current = true;
    put({ messages: [...kept.current.messages, ...answer.messages.filter((message) => !known.has(message.message_id))] });
  }));
  const load = attempt(async () => {
    const begun = generation.current;
    settled.current = false;
    await loadEarlier();
    setTimeout(() => { if (begun === generation.current) catchUp(); }, SETTLE_MS);
    while (begun === generation.current && messageId && !has() && kept.current.previous && kept.current.messages.length < ROWS_SEARCHED) await loadEarlier(1000);
  });
  const beginAnew = () => {
    generation.current += 1;
    put({ messages: [], previous: null, loaded: false });
    load();
  };
  useEffect(beginAnew, [number]);
  useEffect(() => { if (state.loaded && messageId && !has()) load(); }, [messageId]);
  useLive("deleted", beginAnew);
  useLive("messages", (batch) => {
    const here = batch.filter(({ message }) => farEnd(message) === number);
    if (here.length === 0 || !kept.current.loaded) return;
    const changes = new Map(here.map(({ message }) => [message.message_id, message]));
    let messages = kept.current.messages.map((message) => changes.get(message.message_id) ?? message);
    const known = new Set(messages.map((message) => message.message_id));
    messages = [...messages, ...here.filter(({ message, isNew }) => settled.current && isNew && !known.has(message.message_id)).map(({ message }) => message)];
    if (messages.length > ROWS_KEPT && isAtEnd()) {
      messages = messages.slice(-ROWS_KEPT);
      put({ messages, previous: messages[0].message_id });
    } else put({ messages });
  });
  return { ...state, loadEarlier: attempt(() => loadEarlier()) };
}

/** Returns the calls to AWS that were to send something to this handset and were refused. */
function useRefused(number) {
  const [requests, setRequests] = useState([]);
  const ask = () => get("requests", { to: number, refused: true, limit: REFUSED_SHOWN });
  const load = useInOrder(ask, (answer) => setRequests(answer.requests), number);
  const reload = useDebounced(load, 100);
  useEffect(() => { if (PHONE_NUMBER.test(number)) load(); else setRequests([]); }, [number]);
  useLive("request", ({ to, status }) => { if (status >= 400 && to === number) reload(); });
  return requests;
}

/** Marks the messages of the open conversation as read while the page is in view. */
function useMarkRead(number, count) {
  useEffect(() => {
    const mark = () => { if (!document.hidden) attempt(() => call("POST", `${pathTo("handsets", number)}/read`, {}))(); };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [number, count]);
}

/** Keeps the end in view, unless the user has scrolled up; and what is chosen, and what was in view when earlier messages come. */
function useScroll(number, first, chosen, loaded) {
  const box = useRef(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const height = useRef({ first: null, height: 0 });
  const toEnd = () => { if (box.current) box.current.scrollTop = box.current.scrollHeight; };
  useLayoutEffect(() => {
    const { first: before, height: old } = height.current;
    if (before !== null && first !== before && !atEnd.current) box.current.scrollTop += box.current.scrollHeight - old;
    height.current = { first, height: box.current.scrollHeight };
    if (atEnd.current) toEnd();
  });
  useLayoutEffect(() => { atEnd.current = true; toEnd(); }, [number]);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => { if (atEnd.current) toEnd(); });
    observer.observe(box.current);
    observer.observe(box.current.firstElementChild);
    return () => observer.disconnect();
  }, []);
  const look = ({ scrollHeight, scrollTop, clientHeight }) => {
    const left = scrollHeight - scrollTop - clientHeight;
    // Only scrolling up leaves the end, however little: a picture that has just loaded moves it without any scrolling.
    if (scrollTop < lastTop.current && left > 1) atEnd.current = false;
    else if (left < AT_END) atEnd.current = true;
    lastTop.current = scrollTop;
  };
  useEffect(() => {
    if (!chosen) return;
    box.current.querySelector(`[data-id="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: "nearest" });
    look(box.current);
  }, [chosen, loaded]);
  return { box, onScroll: ({ currentTarget }) => look(currentTarget), isAtEnd: () => atEnd.current, stick: () => { atEnd.current = true; toEnd(); } };
}

/** Lists who has opted out of what; a click opts in again, as the recipient would by START. */
function OptOuts({ number, count }) {
  const [rows, setRows] = useState([]);
  const load = useInOrder(() => get("opt-outs", { number }), ({ opt_outs: found }) => setRows(found));
  const reload = useDebounced(load, 100);
  useEffect(() => { load(); }, [number, count]);
  useLive("request", reload);
  const optIn = attempt(async ({ list, account, region }) => {
    await call("DELETE", `${pathTo("opt-outs", list, number)}?${new URLSearchParams({ account, region })}`);
    await load();
  });
  return rows.map((row) => html`<p key=${`${row.account} ${row.region} ${row.list}`} class="banner" role="status">
    <span>${t(`opt-out.${row.by}`, { list: row.list, since: momentText(row.since), account: row.account, region: row.region })}</span>
    <button type="button" data-opt-in=${row.list} onClick=${() => optIn(row)}>${t("opt-out.opt-in")}</button>
  </p>`);
}

function Rows({ messages, requests, number, messageId, tab, nameOf }) {
  const ghosts = requests.filter((request) => !messages.length || request.at >= messages[0].requested_at);
  const all = [
    ...messages.map((message) => ({ at: message.requested_at, key: message.message_id, message })),
    ...ghosts.map((request) => ({ at: request.at, key: request.request_id, request })),
  ];
  if (ghosts.length) all.sort((one, other) => one.at.localeCompare(other.at));
  let day = null;
  let end = null;
  return all.map(({ at, key, message, request }) => {
    const today = at.slice(0, 10);
    const isNewDay = today !== day;
    day = today;
    if (request) return html`<${Ghost} key=${key} request=${request} />`;
    const isNewEnd = isNewDay || nearEnd(message) !== end;
    end = nearEnd(message);
    return html`<${Bubble} key=${key} message=${message} day=${isNewDay ? dayText(at) : null} end=${isNewEnd ? nameOf(end) : null}
      chosen=${message.message_id === messageId} number=${number} tab=${tab} nameOf=${nameOf} />`;
  });
}

export function Conversation({ number, messageId, tab, behaviour }) {
  const atEnd = useRef(() => true);
  const { messages, previous, loaded, loadEarlier } = useMessages(number, messageId, () => atEnd.current());
  const requests = useRefused(number);
  const senders = new Set(messages.map(nearEnd));
  const reach = useReach(senders);
  const names = useRef({ agents: null, of: null });
  // A function of its own for each list of agents, so that the bubbles are drawn again only when names have changed.
  if (names.current.agents !== reach.agents) {
    const byId = new Map(reach.agents.map((agent) => [agent.agent_id, agent.name]));
    names.current = { agents: reach.agents, of: (sender) => byId.get(sender) ?? sender };
  }
  const last = messages.findLast((message) => message.direction === "outbound" && message.channel !== "voice");
  const { box, onScroll, isAtEnd, stick } = useScroll(number, messages[0]?.message_id, messageId, loaded);
  atEnd.current = isAtEnd;
  useMarkRead(number, messages.length);
  const isPhone = PHONE_NUMBER.test(number);
  return html`<section class="talk" id="conversation" aria-label=${t("conversation.title")}>
    <div class="phone">
      <div class="talk-head">
        <a class="button plain narrow-only" id="back" href=${href("phones")} aria-label=${t("conversation.back")}><${Icon} name="back" /></a>
        <div>
          <h2 id="number" dir="ltr">${number}</h2>
          <p class="hint">${t(isPhone ? "conversation.you-are" : "conversation.device", { number })}</p>
          ${behaviour && oddities(behaviour) && html`<p id="behaves" class="odd">${oddities(behaviour)}</p>`}
        </div>
        <a class="button narrow-only" id="open-detail" href=${href("phones", [number, ...(messageId ? [messageId] : [])], { tab: "handset" })}>${t("detail.handset")}</a>
      </div>
      ${isPhone && html`<${OptOuts} key=${number} number=${number} count=${messages.length} />`}
      <div class="scroll" id="scroll" ref=${box} onScroll=${onScroll} tabindex="0" role="region" aria-label=${t("conversation.messages")}>
        <div>
          ${previous !== null && html`<button type="button" id="earlier" class="quiet" onClick=${loadEarlier}>${t("conversation.earlier")}</button>`}
          <ol id="messages" aria-label=${t("conversation.messages")} onKeyDown=${(event) => walk(event, ".meta")}>
            <${Rows} messages=${messages} requests=${loaded ? requests : []} number=${number} messageId=${messageId} tab=${tab} nameOf=${names.current.of} />
          </ol>
          ${loaded && messages.length === 0 && requests.length === 0 && html`<p id="no-messages" class="nothing">${t(isPhone ? "conversation.empty" : "conversation.no-notifications")}</p>`}
        </div>
      </div>
      ${reach.loaded && loaded && html`<${Composer} key=${number} number=${number} reach=${reach} senders=${senders} last=${last?.channel === "whatsapp" ? byWhatsApp(last.from) : last?.from} sent=${stick} />`}
    </div>
  </section>`;
}

