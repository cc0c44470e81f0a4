/** An error with a way out. */

import type { Failure } from "./answer_event";
import { el } from "./dom";
import { icon } from "./icons";
import { HOST_TOKEN_KIND, INTERRUPTED_KIND, NETWORK_KIND } from "./problem";
import { fill, type Strings } from "./strings";

/** Kinds that arise in the widget itself: their titles repeat, in English, what its own words say. */
const OWN_KINDS = new Set([NETWORK_KIND, INTERRUPTED_KIND, HOST_TOKEN_KIND]);

/** Makes the alert. Inserting it into the page announces it. */
export function failureView(failure: Failure, strings: Strings, onRetry: () => void): HTMLElement {
  const own = Object.hasOwn(strings.kinds, failure.kind) ? strings.kinds[failure.kind] : undefined;
  const message = own ?? (failure.title || strings.failed);
  const more = [OWN_KINDS.has(failure.kind) ? undefined : failure.title, failure.detail].filter(
    (part) => part !== undefined && part !== "" && part !== message,
  );
  const lines = more.map((part) => el("p", { class: "quiet" }, part ?? ""));
  const words = el("div", { class: "alert-text" }, el("p", {}, message), ...lines);
  const alert = el("div", { class: "alert", role: "alert", "data-testid": "error" }, icon("alert"), words);
  if (failure.retryable) words.append(retryButton(failure.retryAfter ?? 0, strings, onRetry));
  return alert;
}

/** Counts the seconds down that the edge asked for; only then it can be pressed. */
function retryButton(seconds: number, strings: Strings, onRetry: () => void): HTMLButtonElement {
  const label = el("span");
  const button = el("button", { type: "button", class: "secondary", "data-testid": "retry" }, icon("retry"), label);
  const show = (left: number): void => {
    button.disabled = left > 0;
    label.textContent = left > 0 ? fill(strings.retryIn, { n: left }) : strings.retry;
    if (left > 0) setTimeout(() => show(left - 1), 1000);
  };
  show(Math.ceil(seconds));
  button.addEventListener("click", onRetry);
  return button;
}
