/* The menu: theme, language, notifications, help, and reset. */

import { Icon } from "../icons.js";
import { useStore } from "../store.js";
import { LANGUAGES, chooseLanguage, language, t } from "../text.js";
import { THEMES, chooseTheme, theme } from "../theme.js";
import { html } from "../vendor/preact.js";
import { dialogs } from "./dialogs.js";
import { canNotify, notifications, switchNotifications } from "./notifications.js";

function Choice({ name, label, value, options, choose }) {
  return html`<label class="inline"><span>${label}</span>
    <select name=${name} value=${value} onChange=${({ currentTarget }) => choose(currentTarget.value)}>
      ${options.map(([option, text, lang]) => html`<option key=${option} value=${option} lang=${lang} selected=${option === value}>${text}</option>`)}
    </select>
  </label>`;
}

export function Menu() {
  const { name } = useStore(theme);
  const { code } = useStore(language);
  const { wanted } = useStore(notifications);
  const open = (which) => () => {
    document.getElementById("menu").hidePopover();
    dialogs.set({ open: which });
  };
  return html`
    <button type="button" id="open-menu" class="plain" popovertarget="menu" aria-label=${t("menu.title")}><${Icon} name="menu" /></button>
    <div id="menu" class="panel" popover="auto" role="dialog" aria-label=${t("menu.title")}>
      <${Choice} name="theme" label=${t("menu.theme")} value=${name} choose=${chooseTheme} options=${THEMES.map((each) => [each, t(`theme.${each}`)])} />
      <${Choice} name="language" label=${t("menu.language")} value=${code} choose=${chooseLanguage}
        options=${Object.entries(LANGUAGES).map(([each, texts]) => [each, texts["language.name"], each])} />
      <label class="check"><input type="checkbox" name="notifications" checked=${wanted} disabled=${!canNotify} onChange=${switchNotifications} /><span>${t("menu.notifications")}</span></label>
      <p><a href="docs" target="_blank" rel="noopener">${t("menu.api")}</a></p>
      <div class="row">
        <button type="button" id="help" onClick=${open("help")}>${t("menu.help")}</button>
        <button type="button" id="reset" class="danger" onClick=${open("reset")}>${t("menu.reset")}</button>
      </div>
    </div>`;
}
