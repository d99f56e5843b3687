/* Notifications of the browser for messages that arrive while the page is not in view. */

import { on } from "../live.js";
import { farEnd, gist } from "../messages.js";
import { go, href } from "../router.js";
import { createStore, remembered } from "../store.js";
import { t } from "../text.js";
import { toast } from "../toasts.js";

export const canNotify = "Notification" in globalThis;
export const notifications = createStore({
  wanted: canNotify && Notification.permission === "granted" && remembered.get("notifications", false),
});

export async function switchNotifications({ currentTarget }) {
  let wanted = currentTarget.checked;
  if (wanted && await Notification.requestPermission() !== "granted") {
    toast(t("notifications.refused"), { bad: true });
    currentTarget.checked = false;
    wanted = false;
  }
  remembered.set("notifications", wanted);
  notifications.set({ wanted });
}

/** One notification for a batch of messages: the text of the last, and how many came with it. */
function notify(batch) {
  const fresh = batch.filter(({ isNew }) => isNew).map(({ message }) => message);
  if (!notifications.get().wanted || !document.hidden || fresh.length === 0) return;
  const message = fresh.at(-1);
  const title = fresh.length === 1 ? farEnd(message) : t("count.messages", { count: fresh.length });
  const shown = new Notification(title, { body: gist(message), tag: "messages" });
  shown.addEventListener("click", () => {
    focus();
    go(href("messages", [message.message_id]));
  });
}

/** Shows notifications from now on, if they are wanted. */
export const followMessages = () => on("messages", notify);
