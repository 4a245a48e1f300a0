/** Flags of the command line whose argument of the tool is written differently, or the same without dashes. */
const flags =
  'project|sql|files|stack|pending|migrations|applied|base|schema|dialect|server-version|transaction|database-env|write-rollback';

/** Operations explain themselves to the command line; a client of the tools knows arguments, not flags. */
export function inArguments(text: string): string {
  // Commands of other tools, in code spans, keep their flags.
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (/^`(?!-|lockkeeper)/.test(part) ? part : translated(part)))
    .join('');
}

function translated(text: string): string {
  return text.replace(
    new RegExp(`(^|\\s|\`)--(${flags})(?![\\w-])`, 'g'),
    (_, before: string, flag: string) => `${before}${flag.replaceAll('-', '_')}`,
  );
}
