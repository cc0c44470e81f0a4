/** The development page: boots the panel with a token from the stand-in for a customer's backend. */

import type { CausewayApi } from "../src/loader_api";
import { askCommand, curlCommand } from "./commands";

const FALLBACK_QUESTION = "What are these documents about?";
const COPIED_MS = 1600;
const VISITOR = "causeway demo visitor";

/** What a customer's page does with its own backend, which knows its visitors: here the tab does. */
async function getHostToken(): Promise<string> {
  const visitor = sessionStorage.getItem(VISITOR);
  const body = JSON.stringify(visitor === null ? {} : { visitor });
  const response = await fetch("/demo/token", { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!response.ok) throw new Error(`POST /demo/token answered ${response.status}.`);
  const signed = (await response.json()) as { token: string; visitor: string };
  sessionStorage.setItem(VISITOR, signed.visitor);
  return signed.token;
}

function showCommands(question: string): void {
  byId("ask-command").textContent = askCommand(question);
  byId("curl-command").textContent = curlCommand(location.origin, question);
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(byId(button.dataset["copy"] ?? "").textContent ?? "");
  button.textContent = "Copied";
  byId("copy-status").textContent = "Copied to the clipboard.";
  setTimeout(() => {
    button.textContent = "Copy";
    byId("copy-status").textContent = "";
  }, COPIED_MS);
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new TypeError(`The page has no #${id}.`);
  return found;
}

showCommands(FALLBACK_QUESTION);
for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
  button.addEventListener("click", () => void copy(button));
}

const { Causeway } = window as unknown as { Causeway: CausewayApi };
Causeway.on("ready", ({ suggestions }) => {
  const [first] = Array.isArray(suggestions) ? (suggestions as string[]) : [];
  if (first !== undefined) showCommands(first);
});
Causeway.boot({ getHostToken });
