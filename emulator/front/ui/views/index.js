/* The views in the order of the navigation; `shows` lists which counts stand beside the name, and which are bad news. */

import { View as Events } from "./events.js";
import { View as Messages } from "./messages.js";
import { View as Phones } from "./phones.js";
import { View as Requests } from "./requests.js";
import { View as World } from "./world.js";

export const VIEWS = [
  { name: "messages", View: Messages, shows: [{ count: "messages" }] },
  { name: "phones", View: Phones, shows: [{ count: "unread" }] },
  { name: "requests", View: Requests, shows: [{ count: "refused", bad: true }] },
  { name: "events", View: Events, shows: [{ count: "waiting" }, { count: "dead", bad: true }] },
  { name: "world", View: World, shows: [] },
];
