/** The script that a host page embeds: defines `window.Causeway` and paints the launcher; everything else comes later. */

import { Assistant } from "./assistant";
import type { Call, CausewayApi } from "./loader_api";

/** File name of the panel's build that belongs to this loader; set by the build. */
declare const PANEL_FILE: string;

function start(): void {
  const page = window as unknown as { Causeway?: CausewayApi | Call[] };
  const queue = Array.isArray(page.Causeway) ? page.Causeway : [];
  if (page.Causeway !== undefined && !Array.isArray(page.Causeway)) return;
  const script = document.currentScript as HTMLScriptElement;
  const around = {
    scriptUrl: script.src,
    pageLanguage: document.documentElement.lang,
    browserLanguage: navigator.language,
  };
  const assistant = new Assistant(script.dataset, around, new URL(PANEL_FILE, script.src).href);
  const api = makeApi(assistant);
  page.Causeway = api;
  const run = (): void => {
    const booted = queue.some(([name]) => name === "boot");
    if (!booted && script.dataset["tenant"] !== undefined) api.boot();
    for (const call of queue) api.push(call);
  };
  whenParsed(run);
}

/** Before the end of the document there may be no body and no target yet; calls keep their order. */
function whenParsed(work: () => void): void {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", work, { once: true });
  else work();
}

function makeApi(assistant: Assistant): CausewayApi {
  const api: CausewayApi = {
    boot: (options) => whenParsed(() => assistant.boot(options)),
    open: () => whenParsed(() => assistant.open()),
    close: () => whenParsed(() => assistant.close()),
    ask: (question) => whenParsed(() => assistant.ask(question)),
    shutdown: () => whenParsed(() => assistant.shutdown()),
    on: (name, listener) => assistant.on(name, listener),
    push: ([name, ...parameters]) => {
      const call = (api as unknown as Record<string, ((...args: unknown[]) => void) | undefined>)[name];
      if (call !== undefined) call(...parameters);
    },
  };
  return api;
}

start();
