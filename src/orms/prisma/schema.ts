/** Reads what matters of a Prisma schema: its datasource, its generators, how many models. */
import { lineAt } from '../tool.js';

/** A setting of a block: a literal string, or the variable that `env("…")` names. The literal is never shown. */
export interface SchemaSetting {
  literal: string | null;
  variable: string | null;
  line: number;
}

export interface SchemaBlock {
  kind: 'datasource' | 'generator';
  name: string;
  line: number;
  settings: Map<string, SchemaSetting>;
}

export interface PrismaSchema {
  blocks: SchemaBlock[];
  models: number;
}

/** Reads a schema file. Comments are skipped; text that is no schema gives an empty answer. */
export function readPrismaSchema(text: string): PrismaSchema {
  const plain = blankComments(text);
  const schema: PrismaSchema = { blocks: [], models: 0 };
  for (const found of plain.matchAll(/^[ \t]*(datasource|generator|model|view)[ \t]+(\w+)[ \t]*\{/gm)) {
    const [, kind, name] = found;
    if (kind === 'model' || kind === 'view') {
      schema.models += 1;
      continue;
    }
    const open = found.index + found[0].length;
    const close = plain.indexOf('}', open);
    const settings = new Map<string, SchemaSetting>();
    const body = plain.slice(open, close === -1 ? undefined : close);
    for (const line of body.matchAll(/^[ \t]*(\w+)[ \t]*=[ \t]*(?:env\(\s*"([^"]*)"\s*\)|"((?:\\.|[^"\\])*)")/gm)) {
      settings.set(line[1]!, {
        variable: line[2] ?? null,
        literal: line[3] ?? null,
        line: lineAt(plain, open + line.index + line[0].search(/\S/)),
      });
    }
    schema.blocks.push({
      kind: kind as SchemaBlock['kind'],
      name: name!,
      line: lineAt(plain, found.index + found[0].search(/\S/)),
      settings,
    });
  }
  return schema;
}

/** Replaces comments by blanks, so that offsets and lines stay. */
function blankComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|\/\/[^\n]*/g, (all) => (all.startsWith('"') ? all : ' '.repeat(all.length)));
}
