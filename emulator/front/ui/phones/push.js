/* A push notification as the device shows it: the app's banner; one without a text, which is not shown, as what the app receives. */

import { arrived } from "../messages.js";
import { minuteText, parts, t } from "../text.js";
import { html } from "../vendor/preact.js";
import { Address, Rich } from "./content.js";

/** By the beginning of a platform's name, the name of the system that shows the notification. */
const SYSTEMS = [["APNS", "iOS"], ["GCM", "Android"], ["FCM", "Android"], ["ADM", "Fire OS"], ["BAIDU", "Android"]];
const systemOf = (platform) => SYSTEMS.find(([start]) => platform.startsWith(start))?.[1] ?? platform;

export function PushContent({ message }) {
  const { push, body } = message;
  const data = push.data && Object.keys(push.data).length ? JSON.stringify(push.data) : null;
  const isShown = !push.silent && (push.title || body);
  return html`<div class="notice ${isShown ? "" : "silent"}" data-platform=${push.platform}>
    <p class="notice-head"><span class="app" aria-hidden="true">A</span><span>${t("push.app")} · ${systemOf(push.platform)}</span><time>${minuteText(message.requested_at)}</time></p>
    ${push.title && html`<b class="title">${push.title}</b>`}
    ${body && html`<span class="notice-text"><${Rich} text=${body} code=${message.code} /></span>`}
    ${push.image_url && html`<span class="file"><${Address}>${push.image_url}<//></span>`}
    ${push.url && html`<small class="opens">${parts("push.opens", { address: html`<${Address}>${push.url}<//>` })}</small>`}
    ${data && html`<code class="data">${data}</code>`}
    ${!isShown && arrived(message) && html`<small class="silent">${t("push.silent")}</small>`}
  </div>`;
}
