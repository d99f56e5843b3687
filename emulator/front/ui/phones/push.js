/* A push notification as the device shows it. */

import { Address, Rich } from "./content.js";
import { t } from "../text.js";
import { html } from "../vendor/preact.js";

export function PushContent({ message }) {
  const { push, body } = message;
  const data = push.data && Object.keys(push.data).length ? JSON.stringify(push.data) : null;
  return html`
    ${push.title && html`<b class="title">${push.title}</b>`}
    ${push.image_url && html`<span class="file"><${Address}>${push.image_url}<//></span>`}
    <${Rich} text=${body} code=${message.code} />
    ${data && html`<code class="data">${data}</code>`}
    ${push.silent && html`<small class="silent">${t("push.silent")}</small>`}`;
}
