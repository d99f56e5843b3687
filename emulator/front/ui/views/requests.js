/* Requests: every call to an AWS API, newest first. Address: #/requests/request-id?refused=true&contains=text&message=message-id */

import { call, get, pathTo } from "../api.js";
import { nowText } from "../clock.js";
import { Facts, Json } from "../detail/json.js";
import { CopyAs } from "../detail/snippets.js";
import { Tabs } from "../detail/tabs.js";
import { Icon } from "../icons.js";
import { useKeys, useListKeys } from "../keys.js";
import { useDebounced, useLive } from "../live.js";
import { useInOrder } from "../loading.js";
import { go, href } from "../router.js";
import { memo } from "../store.js";
import { briefly, momentText, number, t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { VirtualList } from "../virtual-list.js";

const ROW_HEIGHT = 36;
const LOADED = 1000; // as many as the emulator keeps by default
const GATHER_MS = 200;

/** Loads the requests that the filters let through, and again when there are new ones. */
function useRequests(filters) {
  const key = JSON.stringify(filters);
  const [state, setState] = useState({ rows: [], loaded: false });
  const ask = () => get("requests", { ...filters, limit: LOADED });
  const load = useInOrder(ask, ({ requests }) => setState({ rows: requests, loaded: true }), key);
  const reload = useDebounced(load, GATHER_MS);
  useEffect(() => { load(); }, [key]);
  useLive("request", reload);
  return state;
}

const Row = memo(({ request, chosen, query, today }) => {
  const refused = request.status >= 400;
  return html`<div role="listitem" class="request-row ${refused ? "failed" : ""}" data-id=${request.request_id} data-chosen=${chosen}>
    <a href=${href("requests", [request.request_id], query)} aria-current=${chosen ? "true" : null}>
      <time title=${momentText(request.at)}>${briefly(request.at, today)}</time>
      <span class="code-status">${request.status}</span>
      <span class="operation">${request.operation}</span>
      <span class="about">${refused ? request.reason ?? request.error : request.to ?? ""}</span>
      <span class="service">${request.service}</span>
      <span class="took">${t("unit.ms", { n: Math.round(request.duration_ms * 10) / 10 })}</span>
    </a>
  </div>`;
});

const repeat = attempt(async (request) => {
  const { status, request_id: id } = await call("POST", `${pathTo("requests", request.request_id)}/repeat`, {});
  toast(t("requests.repeated", { status }), { bad: status >= 400 });
  go(href("requests", [id]));
});

function Detail({ id, tab, choose }) {
  const [request, setRequest] = useState(null);
  const load = attempt(async () => setRequest((await get("requests", { request_id: id })).requests[0] ?? { request_id: id, gone: true }));
  useEffect(() => { load(); }, [id]);
  if (request?.request_id !== id) return html`<p class="hint loading">${t("loading")}</p>`;
  if (request.gone) return html`<p class="nothing">${t("requests.gone")}</p>`;
  const refused = request.status >= 400;
  const { service, operation, account, region } = request;
  const fields = typeof request.request === "object" && request.request !== null ? request.request : {};
  const about = () => html`
    ${refused && html`<p class="refusal">${[request.error, request.reason].filter(Boolean).join(" · ")}</p>`}
    ${request.hint && html`<p class="tip" id="hint">${request.hint}</p>`}
    <div class="line">
      ${request.message_id && html`<a class="button small" id="to-message" href=${href("messages", [request.message_id])}>${t("requests.message")}</a>`}
      ${request.repeatable && html`<button type="button" class="small" id="repeat" onClick=${() => repeat(request)}><${Icon} name="repeat" />${t("requests.repeat")}</button>`}
    </div>
    ${request.answered_by === "emulator" && html`<${CopyAs} made=${{ service, operation, fields, account, region }} />`}
    <${Facts} rows=${[
      [t("fact.id"), request.request_id], [t("fact.service"), service], [t("fact.status"), request.status], [t("fact.to"), request.to],
      [t("fact.duration"), t("unit.ms", { n: number(request.duration_ms) })], [t("fact.account"), `${account} ${region}`],
      [t("fact.requested"), momentText(request.at)], [t("fact.answered-by"), request.answered_by],
    ]} />`;
  const tabs = [
    ["call", operation, about],
    ["request", t("requests.request"), () => html`<${Json} value=${request.request} label=${t("requests.request")} />`],
    ["response", t("requests.response"), () => html`<${Json} value=${request.response} label=${t("requests.response")} />`],
  ];
  return html`<div id="request-detail" data-request=${id}><${Tabs} id="request-tabs" label=${t("requests.detail")} tabs=${tabs} current=${tab} choose=${choose} /></div>`;
}

export function View({ path: [id = null], query: { refused = "", contains = "", message = "", tab } }) {
  const [typed, setTyped] = useState(contains);
  const query = { refused, contains, message };
  const { rows, loaded } = useRequests({ refused, contains, message_id: message });
  const place = (requestId, change = {}) => href("requests", requestId ? [requestId] : [], { ...query, ...change });
  const search = useDebounced(() => go(place(id, { contains: typed.trim() }), { replace: true }), 150);
  // What led here names a message: its request is shown at once.
  useEffect(() => { if (message && !id && rows.length) go(place(rows[0].request_id), { replace: true }); }, [message, rows.length > 0]);
  const change = (text) => { setTyped(text); search(); };
  const index = id ? rows.findIndex((row) => row.request_id === id) : -1;
  useListKeys((step) => {
    const next = rows[index < 0 ? 0 : index + step];
    if (next) go(place(next.request_id), { replace: id !== null });
  }, "search");
  useKeys({
    Escape: ({ target }) => {
      if (target.id === "search") change("");
      else if (id) go(place(null));
      return false;
    },
  });
  const today = nowText().slice(0, 10);
  const row = (at) => html`<${Row} key=${rows[at].request_id} request=${rows[at]} chosen=${rows[at].request_id === id} query=${query} today=${today} />`;
  return html`<div class="requests" data-shown=${id ? "detail" : "list"}>
    <section class="message-list" aria-label=${t("nav.requests")}>
      <div class="toolbar">
        <div class="searchbox"><${Icon} name="search" />
          <input id="search" type="search" placeholder=${t("requests.search")} aria-label=${t("requests.search")} autocomplete="off" spellcheck="false" value=${typed} onInput=${({ currentTarget }) => change(currentTarget.value)} /></div>
        <label class="check"><input type="checkbox" name="refused" checked=${refused === "true"} onChange=${({ currentTarget }) => go(place(null, { refused: currentTarget.checked ? "true" : "" }), { replace: true })} /><span>${t("requests.refused")}</span></label>
        ${message && html`<a class="button small" href=${place(null, { message: "" })}>${t("requests.of-message")} ✕</a>`}
        <span class="total" id="total" role="status">${loaded ? t("count.requests", { count: rows.length }) : ""}</span>
      </div>
      ${loaded && rows.length === 0 && html`<p class="nothing" id="no-requests">${t(refused || contains || message ? "no-matches" : "requests.empty")}</p>`}
      <${VirtualList} id="all-requests" label=${t("nav.requests")} count=${rows.length} rowHeight=${ROW_HEIGHT} row=${row} selected=${index} />
    </section>
    ${id && html`<aside class="detail" id="detail" aria-label=${t("requests.detail")}>
      <div class="detail-head"><a class="button plain" id="close-detail" href=${place(null)} aria-label=${t("close")}><${Icon} name="close" /></a></div>
      <${Detail} id=${id} tab=${tab} choose=${(name) => go(place(id, { tab: name }), { replace: true })} />
    </aside>`}
  </div>`;
}
