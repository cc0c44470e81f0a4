/** The button in the corner of the page. */

import css from "./styles/launcher.css";

const NAMES: Readonly<Record<string, readonly [open: string, close: string]>> = {
  de: ["Eine Frage stellen", "Assistent schließen"],
  en: ["Ask a question", "Close the assistant"],
  es: ["Hacer una pregunta", "Cerrar el asistente"],
  fr: ["Poser une question", "Fermer l’assistant"],
  pt: ["Fazer uma pergunta", "Fechar o assistente"],
};
const BUBBLE =
  "M12 4.5c4.7 0 8.5 3.1 8.5 7s-3.8 7-8.5 7c-1 0-2-.1-2.9-.4L4.5 19.8l1.4-3.4c-1.5-1.3-2.4-3-2.4-4.9 0-3.9 3.8-7 8.5-7z";
const DOWN = "M6 9.5l6 6 6-6";

export interface LauncherListener {
  readonly onPress: () => void;
  /** The visitor is about to press: pointer above it, or focus on it. */
  readonly onInterest: () => void;
}

export class Launcher {
  private readonly host = document.createElement("div");
  private readonly button = document.createElement("button");
  private readonly glyph = document.createElementNS("http://www.w3.org/2000/svg", "path");
  private readonly names: readonly [string, string];

  constructor(locale: string, listener: LauncherListener) {
    this.names = NAMES[locale.slice(0, 2)] ?? ["Ask a question", "Close the assistant"];
    this.button.type = "button";
    this.button.dataset["testid"] = "launcher";
    this.button.append(this.icon());
    this.button.addEventListener("click", listener.onPress);
    for (const sign of ["pointerenter", "focus", "touchstart"]) {
      this.button.addEventListener(sign, listener.onInterest, { once: true, passive: true });
    }
    this.setOpen(false);
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.append(this.button);
    document.body.append(this.host);
  }

  setOpen(open: boolean): void {
    this.button.setAttribute("aria-expanded", String(open));
    this.button.setAttribute("aria-label", this.names[open ? 1 : 0]);
    this.glyph.setAttribute("d", open ? DOWN : BUBBLE);
  }

  setBusy(busy: boolean): void {
    this.button.setAttribute("aria-busy", String(busy));
  }

  focus(): void {
    this.button.focus({ preventScroll: true });
  }

  remove(): void {
    this.host.remove();
  }

  private icon(): SVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(this.glyph);
    return svg;
  }
}
