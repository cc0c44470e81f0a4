/** Colours derived from a tenant's accent so that text on it and in it stays readable (WCAG 2.2 contrast). */

type Rgb = readonly [number, number, number];

/** CSS colours by custom property name. */
export type Theme = Readonly<Record<`--accent-${"fill" | "on" | "text"}-${"light" | "dark"}`, string>>;

const PAPER_LIGHT: Rgb = [255, 255, 255];
const PAPER_DARK: Rgb = [22, 27, 26];
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** A little over 4.5, since chips and hovered buttons tint the paper behind the text. */
const READABLE = 5.2;

/** The theme of an accent written `#rrggbb`; null for anything else. */
export function themeFor(accent: string): Theme | null {
  const colour = parse(accent);
  if (colour === null) return null;
  const light = readableOn(PAPER_LIGHT, colour, BLACK);
  const dark = readableOn(PAPER_DARK, colour, WHITE);
  return {
    "--accent-fill-light": css(colour),
    "--accent-on-light": css(better(colour)),
    "--accent-text-light": css(light),
    "--accent-fill-dark": css(dark),
    "--accent-on-dark": css(better(dark)),
    "--accent-text-dark": css(dark),
  };
}

/** The contrast ratio of two colours, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Reads `#rrggbb`. */
export function parse(hex: string): Rgb | null {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (digits === null) return null;
  return [1, 2, 3].map((i) => Number.parseInt(digits[i] ?? "0", 16)) as unknown as Rgb;
}

function readableOn(paper: Rgb, colour: Rgb, towards: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, towards, share);
    if (contrast(mixed, paper) >= READABLE) return mixed;
  }
  return towards;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return a.map((channel, i) => Math.round(channel + ((b[i] ?? 0) - channel) * share)) as unknown as Rgb;
}

function better(background: Rgb): Rgb {
  return contrast(WHITE, background) >= contrast(BLACK, background) ? WHITE : BLACK;
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function css(colour: Rgb): string {
  return `rgb(${colour.join(" ")})`;
}
