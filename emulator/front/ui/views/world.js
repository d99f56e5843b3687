/* World: what there is besides messages, a section at a time. Address: #/world/section */

import { href } from "../router.js";
import { t } from "../text.js";
import { html, useEffect, useRef } from "../vendor/preact.js";
import { SECTIONS } from "../world/index.js";

export function View({ path: [name] }) {
  const shown = SECTIONS.find((section) => section.name === name) ?? SECTIONS[0];
  const list = useRef(null);
  // In a narrow window the sections are a row that scrolls.
  useEffect(() => { list.current.querySelector("[aria-current]").scrollIntoView({ block: "nearest", inline: "nearest" }); }, [shown]);
  return html`<div class="world">
    <nav class="sections" ref=${list} aria-label=${t("world.sections")}>
      ${SECTIONS.map((section) => html`<a key=${section.name} href=${href("world", [section.name])} id=${`to-${section.name}`} aria-current=${section === shown ? "page" : null}>${t(`world.${section.name}`)}</a>`)}
    </nav>
    <div class="section" data-section=${shown.name}><${shown.Section} key=${shown.name} /></div>
  </div>`;
}
