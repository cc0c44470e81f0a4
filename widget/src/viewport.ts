/** Keeps a full-screen panel above the on-screen keyboard. */

/** Mirrors the visual viewport into custom properties of `element` until the returned function is called. */
export function followViewport(element: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (viewport === null) return () => undefined;
  const update = (): void => {
    element.style.setProperty("--viewport-height", `${viewport.height}px`);
    element.style.setProperty("--viewport-top", `${viewport.offsetTop}px`);
  };
  update();
  viewport.addEventListener("resize", update);
  viewport.addEventListener("scroll", update);
  return () => {
    viewport.removeEventListener("resize", update);
    viewport.removeEventListener("scroll", update);
  };
}
