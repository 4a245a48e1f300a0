/** The compiled parser beneath the wrapper of `libpg-query`, as far as it is used here. */
declare module 'libpg-query/wasm/libpg-query.js' {
  interface CompiledParser {
    HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _wasm_parse_query_raw(query: number): number;
    _wasm_free_parse_result(result: number): void;
    _wasm_parse_plpgsql(query: number): number;
    _wasm_free_string(text: number): void;
  }
  export default function load(): Promise<CompiledParser>;
}
