/* A voice note: played and paused, with its length. */

import { t } from "../text.js";
import { html, useRef, useState } from "../vendor/preact.js";

const clockOf = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export function VoiceNote({ file }) {
  const player = useRef(null);
  const [state, setState] = useState({ length: null, at: 0, plays: false, broken: false });
  const put = (change) => setState((old) => ({ ...old, ...change }));
  const toggle = () => (player.current.paused ? player.current.play().catch(() => put({ broken: true })) : player.current.pause());
  if (state.broken || !file.size) return html`<a class="file" href=${file.href} download>${t("whatsapp.voice-note")}<small>${file.content_type}</small></a>`;
  const known = Number.isFinite(state.length) && state.length > 0;
  return html`<div class="voice-note" role="group" aria-label=${t("whatsapp.voice-note")}>
    <audio ref=${player} src=${file.href} preload="metadata" onError=${() => put({ broken: true })}
      onLoadedMetadata=${() => put({ length: player.current.duration })} onTimeUpdate=${() => put({ at: player.current.currentTime })}
      onPlay=${() => put({ plays: true })} onPause=${() => put({ plays: false })} onEnded=${() => put({ plays: false, at: 0 })} />
    <button type="button" aria-label=${t(state.plays ? "whatsapp.pause" : "whatsapp.play")} onClick=${toggle}>${state.plays ? "❚❚" : "▶"}</button>
    <progress aria-hidden="true" max="1" value=${known ? state.at / state.length : 0}></progress>
    <span class="length">${known ? clockOf(state.at || state.length) : "–:––"}</span>
  </div>`;
}
