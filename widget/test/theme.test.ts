import assert from "node:assert/strict";
import { test } from "node:test";

import { contrast, parse, themeFor } from "../src/theme";

type Rgb = readonly [number, number, number];
const LIGHT: Rgb = [255, 255, 255];
const DARK: Rgb = [22, 27, 26];

function rgb(css: string): Rgb {
  return (css.match(/\d+/g) ?? []).map(Number) as unknown as Rgb;
}

test("contrast is 21 between black and white and 1 between equals", () => {
  assert.equal(contrast([0, 0, 0], LIGHT), 21);
  assert.equal(contrast(DARK, DARK), 1);
});

test("every accent gives readable text on light, on dark and on itself", () => {
  for (const accent of ["#ffcc00", "#0b6b61", "#000000", "#ffffff", "#ff0000", "#7f7f7f", "#00ff00", "#1a1aff"]) {
    const theme = themeFor(accent);
    assert.ok(theme !== null);
    assert.ok(contrast(rgb(theme["--accent-text-light"]), LIGHT) >= 4.5, `${accent} on light`);
    assert.ok(contrast(rgb(theme["--accent-text-dark"]), DARK) >= 4.5, `${accent} on dark`);
    assert.ok(contrast(rgb(theme["--accent-on-light"]), rgb(theme["--accent-fill-light"])) >= 4.5, `${accent} itself`);
    assert.ok(contrast(rgb(theme["--accent-on-dark"]), rgb(theme["--accent-fill-dark"])) >= 4.5, `${accent} itself, dark`);
  }
});

test("anything but six hexadecimal digits is refused", () => {
  for (const accent of ["red", "#fff", "#12345g", "url(https://e.org)", "#0b6b61;}"]) {
    assert.equal(parse(accent), null);
    assert.equal(themeFor(accent), null);
  }
});
