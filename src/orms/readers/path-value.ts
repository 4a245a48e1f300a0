/** Paths as configuration code writes them: literals, `path.join(…)`, `new URL(…)`, `BASE_DIR / "x"` are known without running. */
import type { JavascriptModule } from './javascript-module.js';
import type { Value } from './value.js';

export interface WrittenPath {
  text: string;
  /** True when the path is relative to the file itself (`__dirname`), not to the working folder. */
  fromFile: boolean;
}

const ownFolder = /^(__dirname|import\.meta\.dirname)$/;
const workingFolder = /^process\.cwd$/;

/**
 * Path that a value stands for.
 *
 * @param value as read from the text
 * @param folder folder of the file
 * @param module to look constants up
 * @returns null when it is computed
 */
export function pathOf(value: Value | undefined, folder: string, module: JavascriptModule): WrittenPath | null {
  const resolved = module.resolve(value);
  if (resolved === undefined) return null;
  if (resolved.kind === 'string') return { text: resolved.value, fromFile: false };
  if (resolved.kind === 'name' && ownFolder.test(resolved.path)) return { text: '.', fromFile: true };
  if (resolved.kind === 'sum') return joined(resolved.parts, '', folder, module);
  if (resolved.kind !== 'call') return null;
  if (workingFolder.test(resolved.callee)) return { text: '.', fromFile: false };
  if (/(^|\.)(join|resolve)$/.test(resolved.callee)) return joined(resolved.positional, '/', folder, module);
  if (/^(new URL|fileURLToPath|.*\.fileURLToPath)$/.test(resolved.callee)) {
    const inner = pathOf(resolved.positional[0], folder, module);
    return inner === null ? null : { ...inner, fromFile: true };
  }
  if (/(^|\.)dirname$/.test(resolved.callee)) return { text: '.', fromFile: true };
  return null;
}

function joined(parts: Value[], separator: string, folder: string, module: JavascriptModule): WrittenPath | null {
  const paths = parts.map((part) => pathOf(part, folder, module));
  if (paths.length === 0 || paths.some((path) => path === null)) return null;
  return { text: paths.map((path) => path!.text).join(separator), fromFile: paths.some((path) => path!.fromFile) };
}
