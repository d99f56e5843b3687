/* What is shown before there is any message: how to send a first text from code. */

import { snippets } from "./detail/snippets.js";
import { parts, t } from "./text.js";
import { copy } from "./toasts.js";
import { html, useState } from "./vendor/preact.js";

const HANDSET = "+14255550100";
const SCOPE = { service: "pinpoint-sms-voice-v2", account: "123456789012", region: "us-east-1" };
const LEASE = { IsoCountryCode: "US", MessageType: "TRANSACTIONAL", NumberCapabilities: ["SMS"], NumberType: "TEN_DLC" };

const firstText = () => {
  const lease = snippets({ ...SCOPE, operation: "RequestPhoneNumber", fields: LEASE });
  const send = new Map(snippets({ ...SCOPE, operation: "SendTextMessage", fields: { DestinationPhoneNumber: HANDSET, MessageBody: t("welcome.body") } }));
  // The second call of boto3 and JavaScript needs no client of its own.
  const second = { boto3: (code) => code.slice(code.indexOf("client.send")), JavaScript: (code) => code };
  return lease.filter(([name]) => name !== "JavaScript").map(([name, code]) => [name, `${code}\n${(second[name] ?? String)(send.get(name))}`]);
};

export function Welcome() {
  const ways = firstText();
  const [chosen, choose] = useState(ways[0][0]);
  const code = ways.find(([name]) => name === chosen)[1];
  return html`<section id="welcome" class="welcome" aria-labelledby="welcome-title">
    <h2 id="welcome-title">${t("welcome.title")}</h2>
    <p>${parts("welcome.text", { origin: html`<code id="origin">${location.origin}</code>` })}</p>
    <div class="segments" id="ways" role="group" aria-label=${t("welcome.ways")}>
      ${ways.map(([name]) => html`<button key=${name} type="button" data-way=${name} aria-pressed=${name === chosen} onClick=${() => choose(name)}>${name}</button>`)}
    </div>
    <div class="snippet" id="snippet"><pre tabindex="0" aria-label=${chosen}>${code}</pre><button type="button" id="copy-snippet" onClick=${() => copy(code)}>${t("copy")}</button></div>
    <p class="hint">${t("welcome.safe")}</p>
  </section>`;
}
