/* Messages: all of them, newest first, one in a line. Address: #/messages/message-id?q=search&tab=name */

import { call } from "../api.js";
import { nowText } from "../clock.js";
import { MessageDetail } from "../detail/message-detail.js";
import { Icon } from "../icons.js";
import { useKeys, useListKeys } from "../keys.js";
import { useDebounced } from "../live.js";
import { CHANNELS, PHONE_NUMBER, costOf, failed, farEnd, gist, tick } from "../messages.js";
import { valueIn, withValue } from "../messages/search.js";
import { useMessageList } from "../messages/use-list.js";
import { Dialog } from "../frame/dialogs.js";
import { useBehaviour } from "../phones/behaviour.js";
import { go, href } from "../router.js";
import { memo } from "../store.js";
import { briefly, dollars, momentText, t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { VirtualList } from "../virtual-list.js";
import { Welcome } from "../welcome.js";

const ROW_HEIGHT = 36;
const NARROW_ROW_HEIGHT = 58;
const SEARCH_MS = 150;
const NARROW = matchMedia("(max-width: 760px)");

/** The filters: the name of the term, its choices, and how they read; those without choices take what the list has. */
const STATES = ["failed", "pending", "delivered"];
const DIRECTIONS = ["outbound", "inbound"];
const OTHERS = [
  ["country", (message) => message.country], ["account", (message) => message.account],
  ["region", (message) => message.region], ["set", (message) => message.configuration_set],
];

const Row = memo(({ message, index, q, chosen, selected, select, today }) => {
  if (!message) return html`<div role="listitem" class="message-row" data-index=${index}></div>`;
  const id = message.message_id;
  const bad = failed(message);
  return html`<div role="listitem" class=${`message-row ${bad ? "failed" : ""} ${message.direction}`} data-index=${index} data-id=${id} data-chosen=${chosen}>
    <input type="checkbox" checked=${selected} aria-label=${t("messages.select", { text: gist(message) })} onChange=${() => select(id)} />
    <a href=${href("messages", [id], { q })} aria-current=${chosen ? "true" : null}>
      <time title=${momentText(message.requested_at)}>${briefly(message.requested_at, today)}</time>
      <span class="channel" data-channel=${message.channel}>${t(`channel.${message.channel}`)}</span>
      <span class="ends"><span dir="ltr">${message.from}</span> <span class="arrow" aria-label=${t("messages.to")}>→</span> <span dir="ltr">${message.to}</span></span>
      <span class="body" dir="auto">${gist(message)}</span>
      <span class="status"><span class="tick" aria-hidden="true">${tick(message)}</span>${message.status}</span>
      <span class="price">${message.direction === "outbound" ? dollars(costOf(message)) : ""}</span>
    </a>
  </div>`;
});

/** Returns the values of a field among the messages that are loaded and in the search. */
function valuesOf(list, read, chosen) {
  const values = new Set(chosen ? [chosen] : []);
  for (let index = 0; index < Math.min(list.count, 500); index += 1) {
    const message = list.at(index);
    if (message && read(message)) values.add(read(message));
  }
  return [...values].sort();
}

function Filter({ name, label, options, q, change }) {
  const value = valueIn(q, name);
  return html`<select name=${name} aria-label=${label} class=${value ? "set" : ""} value=${value} onChange=${({ currentTarget }) => change(withValue(q, name, currentTarget.value))}>
    <option value="" selected=${!value}>${label}</option>
    ${options.map(([option, text]) => html`<option key=${option} value=${option} selected=${option === value}>${text}</option>`)}
  </select>`;
}

function Filters({ q, change, list }) {
  const [isOpen, setOpen] = useState(OTHERS.some(([name]) => valueIn(q, name)));
  return html`<div class="filters" role="group" aria-label=${t("messages.filters")}>
    <${Filter} name="channel" label=${t("messages.any-channel")} q=${q} change=${change} options=${CHANNELS.map((each) => [each, t(`channel.${each}`)])} />
    <${StateFilter} q=${q} change=${change} />
    ${isOpen && OTHERS.map(([name, read]) => html`<${Filter} key=${name} name=${name} label=${t(`messages.any-${name}`)} q=${q} change=${change}
      options=${valuesOf(list, read, valueIn(q, name)).map((each) => [each, each])} />`)}
    ${!isOpen && html`<button type="button" id="more-filters" onClick=${() => setOpen(true)}>${t("messages.more-filters")}</button>`}
  </div>`;
}

/** `is:` takes states and directions alike, each in a list of its own. */
function StateFilter({ q, change }) {
  return html`
    <${IsFilter} name="state" label=${t("messages.any-status")} choices=${STATES} q=${q} change=${change} />
    <${IsFilter} name="direction" label=${t("messages.any-direction")} choices=${DIRECTIONS} q=${q} change=${change} />`;
}

function IsFilter({ name, label, choices, q, change }) {
  const terms = q.split(" ");
  const value = choices.find((choice) => terms.includes(`is:${choice}`)) ?? "";
  const choose = (choice) => change([...terms.filter((term) => term && term !== `is:${value}`), ...(choice ? [`is:${choice}`] : [])].join(" "));
  return html`<select name=${name} aria-label=${label} class=${value ? "set" : ""} onChange=${({ currentTarget }) => choose(currentTarget.value)}>
    <option value="" selected=${!value}>${label}</option>
    ${choices.map((choice) => html`<option key=${choice} value=${choice} selected=${choice === value}>${t(`is.${choice}`)}</option>`)}
  </select>`;
}

function DeleteAll({ q, count, close }) {
  const remove = attempt(async (event) => {
    event.preventDefault();
    close();
    const { deleted } = await call("DELETE", q ? `messages?${new URLSearchParams({ q })}` : "messages");
    toast(t("messages.deleted", { count: deleted }));
  });
  return html`<${Dialog} id="delete-dialog" title=${t("messages.delete-all", { count })} close=${close}>
    <form onSubmit=${remove}>
      <p>${t("messages.delete-all.text")}</p>
      <div class="row"><button type="button" onClick=${close}>${t("cancel")}</button><button class="danger">${t("delete")}</button></div>
    </form>
  <//>`;
}

/** What the search language knows, beside the field for it. */
function SearchHelp() {
  return html`
    <button type="button" class="plain" popovertarget="search-help" aria-label=${t("search.help")}>?</button>
    <div id="search-help" class="panel" popover="auto" role="dialog" aria-label=${t("search.help")}>
      <h3>${t("search.help")}</h3>
      <dl class="facts">${["to:+1425", "from:MYBRAND", "is:failed", "channel:mms", "status:SPAM", "code:482", "has:link", "set:campaign", "country:US", "since:2026-03-01", "-promo", '"two words"'].map((example, place) => html`
        <dt key=${example}><code>${example}</code></dt><dd>${t(`search.help.${place}`)}</dd>`)}</dl>
    </div>`;
}

function Bar({ q, change, list, selection, clear, removeSelected, askDeleteAll }) {
  return html`<div class="toolbar">
    <div class="searchbox"><${Icon} name="search" />
      <input id="search" type="search" placeholder=${t("messages.search")} aria-label=${t("messages.search.label")} autocomplete="off" spellcheck="false" value=${q}
        onInput=${({ currentTarget }) => change(currentTarget.value)} />
      <${SearchHelp} /></div>
    <${Filters} q=${q} change=${change} list=${list} />
    <span class="total" id="total" role="status">${list.isCurrent ? t(q ? "messages.found" : "count.messages", { count: list.count }) : ""}</span>
    ${selection.size > 0
      ? html`<span class="selection"><span>${t("messages.selected", { count: selection.size })}</span>
          <button type="button" id="delete-selected" class="danger" onClick=${removeSelected}><${Icon} name="trash" />${t("delete")}</button>
          <button type="button" onClick=${clear}>${t("messages.clear")}</button></span>`
      : list.count > 0 && html`<button type="button" id="delete-all" class="plain" aria-label=${t("messages.delete-these")} title=${t("messages.delete-these")} onClick=${askDeleteAll}><${Icon} name="trash" /></button>`}
  </div>`;
}

/** Returns the ids that are selected, and functions to change that. */
function useSelection() {
  const [selection, setSelection] = useState(new Set());
  const select = useRef((id) => setSelection((old) => {
    const changed = new Set(old);
    if (!changed.delete(id)) changed.add(id);
    return changed;
  }));
  return [selection, select.current, () => setSelection(new Set())];
}

function useNarrow() {
  const [narrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const listen = () => setNarrow(NARROW.matches);
    NARROW.addEventListener("change", listen);
    return () => NARROW.removeEventListener("change", listen);
  }, []);
  return narrow;
}

export function View({ path: [id = null], query: { q = "", tab } }) {
  const [typed, setTyped] = useState(q);
  const [asking, setAsking] = useState(false);
  const list = useMessageList(q);
  const [selection, select, clear] = useSelection();
  const narrow = useNarrow();
  const opened = id && list.at(list.indexOf(id));
  const number = opened ? farEnd(opened) : null;
  const [behaviour, changeBehaviour] = useBehaviour(number && PHONE_NUMBER.test(number) ? number : null);
  const place = (messageId, search = q, more = {}) => href("messages", messageId ? [messageId] : [], { q: search, ...more });
  const search = useDebounced(() => go(place(id, typed.trim()), { replace: true }), SEARCH_MS);
  useEffect(() => { if (typed.trim() !== q) setTyped(q); }, [q]);
  const change = (text) => { setTyped(text); search(); };
  const removeSelected = attempt(async () => {
    const { deleted } = await call("POST", "messages/delete", { message_ids: [...selection] });
    if (selection.has(id)) go(place(null));
    clear();
    toast(t("messages.deleted", { count: deleted }));
  });
  const index = id ? list.indexOf(id) : -1;
  useListKeys((step) => {
    const next = list.idAt(index < 0 ? 0 : index + step);
    if (next) go(place(next), { replace: id !== null });
  }, "search");
  useKeys({
    x: () => (id ? select(id) : false),
    Escape: ({ target }) => {
      if (target.id === "search") change("");
      else if (id) go(place(null));
      return false;
    },
  });
  const today = nowText().slice(0, 10);
  const row = (at) => {
    const message = list.at(at);
    const key = list.idAt(at) ?? `place ${at}`;
    return html`<${Row} key=${key} index=${at} message=${message} q=${q} chosen=${key === id} selected=${selection.has(key)} select=${select} today=${today} />`;
  };
  if (list.isCurrent && list.count === 0 && !q && !typed) return html`<div class="empty"><${Welcome} /></div>`;
  return html`<div class="messages" data-shown=${id ? "detail" : "list"}>
    <section class="message-list" aria-label=${t("nav.messages")}>
      <${Bar} q=${typed} change=${change} list=${list} selection=${selection} clear=${clear} removeSelected=${removeSelected} askDeleteAll=${() => setAsking(true)} />
      ${list.loaded && list.count === 0 && html`<p class="nothing" id="no-matches">${t("no-matches")}</p>`}
      <${VirtualList} key=${narrow} id="all-messages" label=${t("nav.messages")} count=${list.count} rowHeight=${narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT} row=${row} seen=${list.seen} selected=${index} />
    </section>
    ${id && html`<aside class="detail" id="detail" aria-label=${t("detail.title")}>
      <div class="detail-head"><a class="button plain" id="close-detail" href=${place(null)} aria-label=${t("close")}><${Icon} name="close" /></a></div>
      <${MessageDetail} id=${id} tab=${tab} choose=${(name) => go(place(id, q, { tab: name }), { replace: true })} behaviour=${behaviour} changeBehaviour=${changeBehaviour} />
    </aside>`}
    ${asking && html`<${DeleteAll} q=${q} count=${list.count} close=${() => setAsking(false)} />`}
  </div>`;
}
