/**
 * Where the program starts. Without a command it serves MCP; with one it is a command line. Each half is only loaded when
 * it is needed, so that the server answers its first request fast.
 */
const [first, ...rest] = process.argv.slice(2);

if (first === '--version' || first === '-v') {
  const { printVersion } = await import('./cli/print-version.js');
  printVersion();
} else if (first === undefined || (first === '--project' && rest.length === 1) || (/^--project=./.test(first) && rest.length === 0)) {
  const project = first === undefined ? undefined : first === '--project' ? rest[0] : first.slice('--project='.length);
  const { serve } = await import('./mcp/serve.js');
  await serve(project === undefined ? {} : { project });
} else {
  const { main } = await import('./cli/main.js');
  await main(process.argv.slice(2));
}
