import type { Node } from './node.js';

/** Trees of the statements of a script, with their places in bytes. */
export interface ParseResult {
  stmts?: { stmt?: Node; stmt_location?: number; stmt_len?: number }[];
}

/** PostgreSQL's parser as WebAssembly, loaded. */
export interface ParserLibrary {
  /** Throws PostgreSQL's syntax error. */
  parse(sql: string): ParseResult;
  parsePlPgSql(sql: string): unknown;
}

/**
 * Loads `libpg-query`. Its own wrapper copies each text letter by letter in JavaScript, which takes as long as a tenth of the
 * parsing; here Node's own UTF-8 does it. What the wrapper reads of its results is read in the same way.
 */
export async function loadLibrary(): Promise<ParserLibrary> {
  const { default: load } = await import('libpg-query/wasm/libpg-query.js');
  const module = await load();
  let memory = Buffer.from(module.HEAPU8.buffer);

  /** The memory as it is now: it is another one after it has grown. */
  const current = (): Buffer => {
    if (memory.buffer !== module.HEAPU8.buffer) memory = Buffer.from(module.HEAPU8.buffer);
    return memory;
  };
  const read = (pointer: number): string => {
    const bytes = current();
    return bytes.toString('utf8', pointer, bytes.indexOf(0, pointer));
  };
  const write = (text: string): number => {
    const pointer = module._malloc(text.length * 3 + 1);
    const bytes = current();
    bytes[pointer + bytes.write(text, pointer, 'utf8')] = 0;
    return pointer;
  };
  const word = (pointer: number): number => current().readUInt32LE(pointer);

  return {
    parse(sql) {
      const query = write(sql);
      const result = module._wasm_parse_query_raw(query);
      try {
        const error = word(result + 8);
        if (error) throw new Error(word(error) ? read(word(error)) : 'cannot be parsed');
        return JSON.parse(read(word(result)));
      } finally {
        module._free(query);
        module._wasm_free_parse_result(result);
      }
    },
    parsePlPgSql(sql) {
      const query = write(sql);
      const result = module._wasm_parse_plpgsql(query);
      try {
        const answer = read(result);
        // Success is an object; everything else is the message of an error.
        if (!answer.startsWith('{')) throw new Error(answer);
        return JSON.parse(answer);
      } finally {
        module._free(query);
        module._wasm_free_string(result);
      }
    },
  };
}
