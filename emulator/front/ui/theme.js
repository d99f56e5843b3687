/* Light or dark: as the system has it, or as chosen here. */

import { createStore, remembered } from "./store.js";

export const THEMES = ["system", "light", "dark"];
const chosen = remembered.get("theme", "system");
export const theme = createStore({ name: THEMES.includes(chosen) ? chosen : "system" });

export function chooseTheme(name) {
  remembered.set("theme", name);
  theme.set({ name });
  apply();
}

function apply() {
  const { name } = theme.get();
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}
apply();
