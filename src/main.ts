/**
 * Where the program starts. Without a command it serves MCP; with one it is a command line. Each half is only loaded when
 * it is needed, so that the server answers its first request fast.
 */
const words = process.argv.slice(2);
const serving = servingOptions(words);

if (words[0] === '--version' || words[0] === '-v') {
  const { printVersion } = await import('./cli/print-version.js');
  printVersion();
} else if (serving !== null) {
  const { serve } = await import('./mcp/serve.js');
  await serve(serving);
} else {
  const { main } = await import('./cli/main.js');
  await main(words);
}

/** Options of the server, or null when there is anything else on the command line. */
function servingOptions(given: readonly string[]): { project?: string; allowApply?: boolean } | null {
  const options: { project?: string; allowApply?: boolean } = {};
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? '';
    const value = word === '--project' ? given[++at] : word.startsWith('--project=') ? word.slice('--project='.length) : undefined;
    if (word === '--allow-apply') options.allowApply = true;
    else if (value && options.project === undefined) options.project = value;
    else return null;
  }
  return options;
}
