/** The shell commands that the page shows. */

/** Quotes for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function askCommand(question: string): string {
  return `.venv/bin/causeway ask ${shellQuote(question)}`;
}

/** Streams the answer's events; the token comes from the command-line tool. */
export function curlCommand(origin: string, question: string): string {
  return [
    "TOKEN=$(.venv/bin/causeway token --session)",
    `curl -N ${origin}/v1/chat \\`,
    '  -H "Authorization: Bearer $TOKEN" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shellQuote(JSON.stringify({ question }))}`,
  ].join("\n");
}
