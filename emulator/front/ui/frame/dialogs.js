/* Dialogs of the frame: the reset, which can be undone for a minute, and the keys. */

import { call, get } from "../api.js";
import { useKeys } from "../keys.js";
import { createStore, useStore } from "../store.js";
import { t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";

const KEYS = [
  ["/", "keys.search"], ["j", "keys.next"], ["k", "keys.previous"], ["x", "keys.select"],
  ["?", "keys.help"], ["Esc", "keys.escape"],
];

/** `open` is the name of the dialog that is shown. */
export const dialogs = createStore({ open: null });

/** A modal dialog: shown as soon as it is drawn; `close` is called when it is closed by whatever means. */
export function Dialog({ id, title, close, children }) {
  const node = useRef(null);
  useLayoutEffect(() => { node.current.showModal(); }, []);
  return html`<dialog id=${id} ref=${node} aria-labelledby=${`${id}-title`} onClose=${close}>
    <h3 id=${`${id}-title`}>${title}</h3>
    ${children}
  </dialog>`;
}

const undo = attempt(async () => {
  await call("POST", "reset/undo", {});
  toast(t("reset.undone"));
});

export function ResetDialog() {
  const { open } = useStore(dialogs);
  const [isKept, setKept] = useState(false);
  useEffect(() => { if (open === "reset") get("health").then(({ persistence }) => setKept(Boolean(persistence))); }, [open]);
  const close = () => dialogs.set({ open: null });
  if (open !== "reset") return null;
  const reset = attempt(async (event) => {
    event.preventDefault();
    const aws = event.currentTarget.elements.aws.checked;
    close();
    const { undo_seconds: seconds } = await call("POST", "reset", { aws });
    toast(t("reset.done"), seconds ? { label: t("reset.undo"), action: undo, ms: seconds * 1000 } : {});
  });
  return html`<${Dialog} id="reset-dialog" title=${t("reset.title")} close=${close}>
    <form onSubmit=${reset}>
      <p>${t("reset.text")} ${t(isKept ? "reset.text.kept" : "reset.text.undo")}</p>
      <label class="check"><input type="checkbox" name="aws" id="reset-aws" /><span>${t("reset.aws")}</span></label>
      <div class="row"><button type="button" onClick=${close}>${t("cancel")}</button><button value="reset" class="danger">${t("menu.reset")}</button></div>
    </form>
  <//>`;
}

export function Help() {
  const { open } = useStore(dialogs);
  useKeys({ "?": () => dialogs.set({ open: "help" }) });
  if (open !== "help") return null;
  const close = () => dialogs.set({ open: null });
  return html`<${Dialog} id="help-dialog" title=${t("keys.title")} close=${close}>
    <dl class="keys">${KEYS.map(([key, text]) => html`<dt key=${key}><kbd>${key}</kbd></dt><dd>${t(text)}</dd>`)}</dl>
    <div class="row"><button type="button" onClick=${close}>${t("close")}</button></div>
  <//>`;
}
