/* The sections of World in their order; each is a component. */

import { Account } from "./account.js";
import { Brands } from "./brands.js";
import { Console } from "./console.js";
import { Costs } from "./costs.js";
import { Devices } from "./devices.js";
import { Faults } from "./faults.js";
import { OptOuts } from "./opt-outs.js";
import { Pending } from "./pending.js";
import { Registrations } from "./registrations.js";
import { section } from "./resources.js";
import { Rules } from "./rules.js";
import { Spend } from "./spend.js";
import { Verified } from "./verified.js";
import { WhatsApp } from "./whatsapp.js";
import { Wizard } from "./wizard.js";

export const SECTIONS = [
  { name: "wizard", Section: Wizard },
  { name: "account", Section: Account },
  { name: "numbers", Section: section("numbers") },
  { name: "pools", Section: section("pools") },
  { name: "senders", Section: section("senders") },
  { name: "sets", Section: section("sets") },
  { name: "opt-outs", Section: OptOuts },
  { name: "protect", Section: section("protect") },
  { name: "registrations", Section: Registrations },
  { name: "brands", Section: Brands },
  { name: "verified", Section: Verified },
  { name: "whatsapp", Section: WhatsApp },
  { name: "devices", Section: Devices },
  { name: "rules", Section: Rules },
  { name: "faults", Section: Faults },
  { name: "pending", Section: Pending },
  { name: "spend", Section: Spend },
  { name: "costs", Section: Costs },
  { name: "console", Section: Console },
];
