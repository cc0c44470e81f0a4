/** The icons, drawn as strokes on a 24 × 24 grid in the colour of the text. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  alert: "M12 8v5m0 3.2v.1M12 3.5l9 16H3z",
  arrow: "M5 12h14m-6-6 6 6-6 6",
  close: "M6 6l12 12M18 6L6 18",
  compose:
    "M12 5H6.5A1.5 1.5 0 0 0 5 6.5v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.5V12M10 14l.6-2.9 7.6-7.6 2.3 2.3-7.6 7.6z",
  down: "M12 5v14m-6-6 6 6 6-6",
  external:
    "M9 6H6.5A1.5 1.5 0 0 0 5 7.5v10A1.5 1.5 0 0 0 6.5 19h10a1.5 1.5 0 0 0 1.5-1.5V15M13 5h6v6M19 5l-8.5 8.5",
  info: "M12 11v5m0-8.2v.1M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z",
  retry: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4.2h-4.2",
  search: "M11 4.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM16 16l4 4",
  send: "M12 19V5m-6 6 6-6 6 6",
  stop: "M6.5 6.5h11v11h-11z",
  thumbDown: "M17 4v10m0 0-4 7a2 2 0 0 1-2.2-2.4l.6-3.6H6a2 2 0 0 1-2-2.4l1.2-7A2 2 0 0 1 7.2 4H20v10z",
  thumbUp: "M7 20V10m0 0 4-7a2 2 0 0 1 2.2 2.4L12.6 9H18a2 2 0 0 1 2 2.4l-1.2 7a2 2 0 0 1-2 1.6H4V10z",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5m3-5.5v5.5",
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon: its meaning must also be in text or in a label. */
export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"]] as const) {
    svg.setAttribute(key, value);
  }
  svg.append(path);
  return svg;
}
