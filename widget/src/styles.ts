/** The panel's look, as a constructed stylesheet: no style element, so no `style-src` exception. */

import adaptation from "./styles/adaptation.css";
import buttons from "./styles/buttons.css";
import card from "./styles/card.css";
import composer from "./styles/composer.css";
import feedback from "./styles/feedback.css";
import frame from "./styles/frame.css";
import notes from "./styles/notes.css";
import sources from "./styles/sources.css";
import tokens from "./styles/tokens.css";
import turn from "./styles/turn.css";
import welcome from "./styles/welcome.css";
import type { Theme } from "./theme";

/** Later sheets may refine earlier ones. */
const SHEETS = [tokens, frame, buttons, welcome, turn, notes, sources, card, feedback, composer, adaptation];

/** Adds the panel's styles to a shadow root. */
export function applyStyles(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEETS.join("\n"));
  root.adoptedStyleSheets = [sheet];
}

/** Sets a tenant's colours on the element. */
export function applyTheme(element: HTMLElement, theme: Theme): void {
  for (const [name, value] of Object.entries(theme)) element.style.setProperty(name, value);
}
