import assert from "node:assert/strict";
import { test } from "node:test";

import { resolveOptions } from "../src/embed_options";

const around = { scriptUrl: "https://edge.example/widget/loader.js", pageLanguage: "", browserLanguage: "fr-FR" };

test("without attributes it is a launcher that talks to where its script came from", () => {
  const options = resolveOptions({}, {}, around);

  assert.equal(options.mode, "launcher");
  assert.equal(options.endpoint, "https://edge.example");
  assert.equal(options.locale, "fr-FR");
});

test("attributes set the options and boot overrides them", () => {
  const tag = { tenant: "acme", endpoint: "https://eu.example/", mode: "inline", target: "#a", locale: "de" };

  const options = resolveOptions(tag, { tenant: "other", locale: "es" }, around);

  assert.deepEqual(
    { ...options, getHostToken: undefined },
    { mode: "inline", endpoint: "https://eu.example", tenant: "other", target: "#a", locale: "es", getHostToken: undefined },
  );
});

test("the page's language comes before the browser's and may be misspelt", () => {
  assert.equal(resolveOptions({}, {}, { ...around, pageLanguage: "pt_br" }).locale, "pt-BR");
  assert.equal(resolveOptions({}, {}, { ...around, pageLanguage: "not a tag" }).locale, "en");
});
