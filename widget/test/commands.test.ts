import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { askCommand, curlCommand, shellQuote } from "../demo/commands";

const HOSTILE = `What's "this"; $(touch x) \`y\` \\ & more?`;

test("a quoted text reaches the program unchanged", () => {
  const printed = execFileSync("/bin/sh", ["-c", `printf %s ${shellQuote(HOSTILE)}`], { encoding: "utf8" });

  assert.equal(printed, HOSTILE);
});

test("the commands name the address and the question", () => {
  assert.equal(askCommand("Why?"), ".venv/bin/causeway ask 'Why?'");
  assert.match(curlCommand("http://localhost:8080", "Why?"), /curl -N http:\/\/localhost:8080\/v1\/chat[^]*'\{"question":"Why\?"\}'$/);
});
