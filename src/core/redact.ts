const hidden = '***';

/** Schemes whose whole address is a secret: user, password, host and parameters say where the data is and how to get in. */
const databaseAddress =
  /\b(?:jdbc:)?((?:postgres(?:ql)?|postgis|pgsql|psql|mysql2?|mariadb|mssql|sqlserver|oracle|cockroach(?:db)?|redshift|libsql|mongodb|rediss?|amqps?|prisma)(?:\+[a-z0-9_+]+)?):(?:\/\/|thin:)[^\s"'`<>]*(?:["'`<>][^\s@]*@[^\s"'`<>]*)*/gi;

/** `https://token@host`, of any other scheme. */
const addressWithUser = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'`<>]+(?:@[^\s/@"'`<>]+)*@/gi;

/** `user:password@tcp(host:3306)/name`, the way Go's MySQL driver writes it. */
const goAddress = /[^\s:@"'`]{1,100}:[^\s"'`]{0,200}@(?:tcp|unix)\([^)\s]*\)[^\s"'`]*/gi;

const value = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.|'')*'|[^\s,;&"')}\]]+)`;

/** `password=…`, `"password": "…"`, `PGPASSWORD=…`, `?sslpassword=…`, `--password …`, and `PASSWORD '…'` of CREATE ROLE. */
const namedSecret = new RegExp(
  String.raw`((?:password|passwd|passphrase|\bpwd|_pwd|secret|api_?key|access_?key|private_?key|(?:access|auth|api|refresh)_?token)["']?)(\s{0,5}[=:]\s{0,5})${value}`,
  'gi',
);
const optionSecret = new RegExp(String.raw`(--?(?:password|passwd)\s{1,5}|\bpassword\s{1,5}(?=['"]))${value}`, 'gi');

/** `host=… user=…` of a libpq connection string. */
const connectionPair = new RegExp(String.raw`\b(hostaddr|host|user|username|uid)=${value}`, 'gi');

/** What servers and drivers say: `for user "x"`, `server at "h" (10.0.0.1), port 5432`, `ENOTFOUND h`. */
const spokenUser = /((?:\bfor|,)\s+(?:user|host)\s+|\bserver at\s+)(?:"[^"]*"|'[^']*'|`[^`]*`)(?:\s+\([^)\s]*\))?/gi;
const spokenHost = /\b(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)\s+(?!\*\*\*)[^\s,;]+/g;

/**
 * Takes secrets and addresses out of text before anybody sees it: connection addresses, `key=value` connection strings,
 * passwords however they are named, and hosts and users as drivers spell them in messages. A name that is not secret may
 * be hidden too; a password must not get through. Redacting twice changes nothing.
 *
 * @param text a message, a line of output, a statement
 * @param secrets strings to hide wherever they are, e.g. the password of the connection in use; short ones (under 3) are left
 * @returns the text with `***` in place of what was hidden
 */
export function redact(text: string, secrets: readonly (string | null | undefined)[] = []): string {
  let result = text;
  const known = secrets.filter((secret): secret is string => !!secret && secret.length > 2).sort((a, b) => b.length - a.length);
  for (const secret of known) result = result.replaceAll(secret, hidden);
  return result
    .replace(databaseAddress, (_, scheme: string) => `${scheme}://${hidden}`)
    .replace(addressWithUser, `$1${hidden}@`)
    .replace(goAddress, hidden)
    .replace(namedSecret, `$1$2${hidden}`)
    .replace(optionSecret, `$1${hidden}`)
    .replace(connectionPair, `$1=${hidden}`)
    .replace(spokenUser, `$1${hidden}`)
    .replace(spokenHost, `$1 ${hidden}`);
}
