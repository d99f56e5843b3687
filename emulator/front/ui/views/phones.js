/* Phones: the handsets, the conversation of one as it shows it, and how it behaves. Address: #/phones/+14255550100/message-id */

import { Dialog } from "../frame/dialogs.js";
import { MessageDetail } from "../detail/message-detail.js";
import { useListKeys, useKeys } from "../keys.js";
import { PHONE_NUMBER } from "../messages.js";
import { Behaviour, useBehaviour } from "../phones/behaviour.js";
import { Conversation } from "../phones/conversation.js";
import { HandsetList, useHandsets } from "../phones/list.js";
import { go, href } from "../router.js";
import { t } from "../text.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Welcome } from "../welcome.js";

const WIDE = matchMedia("(min-width: 761px)");

function Compose({ close }) {
  const open = (event) => {
    event.preventDefault();
    const number = event.currentTarget.elements.number.value.replace(/[^\d+]/g, "");
    close();
    go(href("phones", [number]));
  };
  return html`<${Dialog} id="compose-dialog" title=${t("compose.title")} close=${close}>
    <form onSubmit=${open}>
      <label class="block"><span>${t("compose.number")}</span>
        <input id="compose-number" name="number" inputmode="tel" placeholder="+14255550100" pattern="\\s*\\+[\\d\\s\\(\\)\\.\\-]{7,24}" title=${t("compose.hint")} required autocomplete="off" /></label>
      <div class="row"><button type="button" onClick=${close}>${t("cancel")}</button><button class="primary">${t("compose.open")}</button></div>
    </form>
  <//>`;
}

export function View({ path: [number = null, messageId = null], query: { tab } }) {
  const [search, setSearch] = useState("");
  const [composing, setComposing] = useState(false);
  const handsets = useHandsets(search, number);
  const [behaviour, changeBehaviour] = useBehaviour(number && PHONE_NUMBER.test(number) ? number : null);
  const { rows, loaded } = handsets;
  const isEmpty = loaded && rows.length === 0 && !search && number === null;
  // With nothing chosen, a wide window shows the newest conversation.
  useEffect(() => {
    if (number === null && WIDE.matches && rows.length && !search) go(href("phones", [rows[0].number]), { replace: true });
  }, [number, rows.length > 0]);
  useListKeys((step) => {
    const next = rows[rows.findIndex((row) => row.number === number) + step];
    if (next) go(href("phones", [next.number]));
  }, "search");
  useKeys({
    Escape: ({ target }) => {
      if (target.id === "search") setSearch("");
      else if (target === document.body || target.closest("#content")) return messageId !== null && go(href("phones", [number]));
      return false;
    },
  });
  const shown = messageId ? "detail" : number ? "talk" : "list";
  const choose = (name) => go(href("phones", messageId ? [number, messageId] : [number], { tab: name }), { replace: true });
  return html`<div class="phones" data-shown=${tab === "handset" && number ? "detail" : shown} data-empty=${isEmpty}>
    <${HandsetList} handsets=${handsets} open=${number} query=${search} search=${setSearch} compose=${() => setComposing(true)} />
    ${number !== null && html`<${Conversation} number=${number} messageId=${messageId} tab=${tab} behaviour=${behaviour} />`}
    ${number === null && (isEmpty ? html`<div class="talk"><${Welcome} /></div>` : html`<p id="nothing-open" class="nothing">${loaded ? t("phones.choose") : ""}</p>`)}
    ${number !== null && (messageId !== null || PHONE_NUMBER.test(number)) && html`
      <aside class="detail" id="detail" aria-label=${t("detail.title")}>
        <div class="detail-head narrow-only"><a class="button" id="close-detail" href=${href("phones", [number])}>‹ ${t("back")}</a></div>
        ${messageId !== null
          ? html`<${MessageDetail} id=${messageId} number=${number} tab=${tab} choose=${choose} behaviour=${behaviour} changeBehaviour=${changeBehaviour} />`
          : html`<div class="tab-panel"><h3>${t("behaviour.title")}</h3><${Behaviour} behaviour=${behaviour} change=${changeBehaviour} /></div>`}
      </aside>`}
    ${composing && html`<${Compose} close=${() => setComposing(false)} />`}
  </div>`;
}

