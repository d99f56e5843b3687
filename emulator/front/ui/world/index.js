/* The sections of World in their order; each is a component. */

import { Account } from "./account.js";
import { Console } from "./console.js";
import { Costs } from "./costs.js";
import { Pending } from "./pending.js";
import { Rules } from "./rules.js";

export const SECTIONS = [
  { name: "account", Section: Account },
  { name: "costs", Section: Costs },
  { name: "pending", Section: Pending },
  { name: "rules", Section: Rules },
  { name: "console", Section: Console },
];
