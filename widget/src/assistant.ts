/** `window.Causeway`: the assistant as the host page sees it. */

import { type BootOptions, type Embedding, resolveOptions, type Surroundings } from "./embed_options";
import { Launcher } from "./launcher";
import type { CausewayEvent, EventDetail, PanelHandle } from "./panel_contract";
import { PanelLoader, prefetchWhenIdle } from "./panel_loader";

type Listener = (detail: EventDetail) => void;

export class Assistant {
  private readonly listeners = new Map<string, Set<Listener>>();
  private embedding: Embedding | null = null;
  private launcher: Launcher | null = null;
  private panel: Promise<PanelHandle> | null = null;
  private opened = false;

  constructor(
    private readonly tag: Readonly<DOMStringMap>,
    private readonly around: Surroundings,
    private readonly panelUrl: string,
    private readonly loader = new PanelLoader(panelUrl),
  ) {}

  /** Puts the assistant on the page; replaces one that is already there. */
  boot(options: BootOptions = {}): void {
    this.shutdown();
    this.embedding = resolveOptions(this.tag, options, this.around);
    if (this.embedding.mode === "inline") {
      this.prepare();
      return;
    }
    const onPress = (): void => (this.opened ? this.close() : this.open());
    this.launcher = new Launcher(this.embedding.locale, { onPress, onInterest: () => this.prepare() });
    prefetchWhenIdle(this.panelUrl);
  }

  open(): void {
    this.withPanel((panel) => panel.open());
  }

  close(): void {
    if (this.opened) this.withPanel((panel) => panel.close());
  }

  /** Opens the panel and asks. */
  ask(question: string): void {
    this.withPanel((panel) => {
      panel.open();
      panel.ask(question);
    });
  }

  /** Takes everything off the page, for example on logout. */
  shutdown(): void {
    this.panel?.then((panel) => panel.destroy(), () => undefined);
    this.launcher?.remove();
    this.panel = null;
    this.launcher = null;
    this.embedding = null;
    this.opened = false;
  }

  /** Listens to a milestone; returns a function that ends this. */
  on(name: CausewayEvent, listener: Listener): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  private prepare(): void {
    this.withPanel(() => undefined);
  }

  private withPanel(work: (panel: PanelHandle) => void): void {
    if (this.embedding === null) return;
    this.panel ??= this.mount(this.embedding);
    this.panel.then(work).catch((cause: unknown) => {
      this.panel = null;
      console.error("Causeway:", cause);
      this.emit("error", { kind: "panel" });
    });
  }

  private async mount(embedding: Embedding): Promise<PanelHandle> {
    this.launcher?.setBusy(true);
    try {
      const { mount } = await this.loader.load();
      const onEvent = (name: CausewayEvent, detail: EventDetail): void => this.onPanelEvent(name, detail);
      return mount({ ...embedding, onEvent }, parentFor(embedding));
    } finally {
      this.launcher?.setBusy(false);
    }
  }

  private onPanelEvent(name: CausewayEvent, detail: EventDetail): void {
    if (name === "open" || name === "close") {
      this.opened = name === "open";
      this.launcher?.setOpen(this.opened);
      if (!this.opened) this.launcher?.focus();
    }
    this.emit(name, detail);
  }

  private emit(name: CausewayEvent, detail: EventDetail): void {
    for (const listener of this.listeners.get(name) ?? []) listener(detail);
  }
}

function parentFor({ mode, target }: Embedding): Element {
  const found = typeof target === "string" ? document.querySelector(target) : target;
  if (mode === "launcher") return document.body;
  if (!found) throw new TypeError(`data-target "${String(target)}" matches no element on this page.`);
  return found;
}
