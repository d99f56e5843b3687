/* Devices that receive push notifications: whether the app is still on them. */

import { call, get } from "../api.js";
import { href } from "../router.js";
import { t } from "../text.js";
import { attempt } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { Head } from "./scope.js";
import { Table } from "./table.js";

const STATES = ["active", "unregistered", "stale"];

export function Devices() {
  const [devices, reload] = useLoaded(async () => (await get("devices")).devices, [], ["messages", "request"]);
  const change = (device) => attempt(async ({ target }) => {
    await call("PUT", `devices/${encodeURIComponent(device.token)}`, { state: target.value });
    await reload();
  });
  return html`
    <${Head} name="devices" />
    <${Table} id="all-devices" label=${t("world.devices")} empty=${t("devices.none")}
      heads=${[t("fact.token"), t("fact.platform"), t("devices.owner"), t("devices.state")]}
      rows=${(devices ?? []).map((device) => [
        html`<span class="token" title=${device.token}>${device.token}</span>`, device.platform,
        device.phone_number && html`<a href=${href("phones", [device.phone_number])}>${device.phone_number}</a>`,
        html`<select aria-label=${t("devices.state")} onChange=${change(device)}>${STATES.map((state) => html`<option key=${state} value=${state} selected=${state === device.state}>${t(`device.${state}`)}</option>`)}</select>`,
      ])} />`;
}
