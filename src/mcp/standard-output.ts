import { Writable } from 'node:stream';

/**
 * Takes standard output for the protocol. From then on everything else that is written to it, by `console.log` or by a
 * library, goes to standard error: one foreign line would end the conversation with the client.
 *
 * @returns the only stream that still reaches standard output
 */
export function claimStandardOutput(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  const protocol = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, encoding, done) => void write(chunk, encoding as BufferEncoding, (error) => done(error ?? null)),
  });
  // The client has gone: the stream above reports it, the process must not die of it.
  process.stdout.on('error', () => undefined);
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  return protocol;
}
