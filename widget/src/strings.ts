/** The widget's own words, by language. */

import { de } from "./locales/de";
import { en } from "./locales/en";
import { es } from "./locales/es";
import { fr } from "./locales/fr";
import { pt } from "./locales/pt";

/** `{n}`, `{title}` and `{date}` are filled in by `fill`. */
export interface Strings {
  readonly title: string;
  readonly greeting: string;
  readonly hint: string;
  readonly examples: string;
  readonly question: string;
  readonly placeholder: string;
  readonly send: string;
  readonly stop: string;
  readonly newConversation: string;
  readonly deleteConversation: string;
  readonly confirmDelete: string;
  readonly deleted: string;
  readonly deleteFailed: string;
  readonly close: string;
  readonly transcript: string;
  readonly you: string;
  readonly latest: string;
  readonly searching: string;
  readonly reading: string;
  readonly answering: string;
  readonly ready: string;
  readonly refused: string;
  readonly stopped: string;
  readonly tooLong: string;
  readonly unfinished: string;
  readonly review: string;
  readonly reconnecting: string;
  readonly sources: string;
  readonly nearest: string;
  readonly sourceLabel: string;
  readonly openDocument: string;
  readonly updated: string;
  readonly loading: string;
  readonly passageFailed: string;
  readonly helpful: string;
  readonly up: string;
  readonly down: string;
  readonly whatWrong: string;
  readonly labels: Readonly<Record<FeedbackLabel, string>>;
  readonly comment: string;
  readonly sendFeedback: string;
  readonly thanks: string;
  readonly feedbackFailed: string;
  readonly followUps: string;
  readonly retry: string;
  readonly retryIn: string;
  readonly failed: string;
  /** Readable words for the error kinds that say enough by themselves. */
  readonly kinds: Readonly<Record<string, string>>;
}

/** The reasons that a reader may tick; these values go over the wire. */
export const FEEDBACK_LABELS = ["incorrect", "incomplete", "off_topic", "bad_sources", "unclear", "unsafe"] as const;
export type FeedbackLabel = (typeof FEEDBACK_LABELS)[number];

const LOCALES = new Map<string, Strings>(Object.entries({ de, en, es, fr, pt }));

/** The strings for a BCP 47 tag such as `de-AT`, by its language; English where it is not spoken here. */
export function stringsFor(locale: string): { readonly language: string; readonly strings: Strings } {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? "";
  const strings = LOCALES.get(language);
  return strings === undefined ? { language: "en", strings: en } : { language, strings };
}

/** Replaces each `{name}` by its value. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
