/** Parameter expansion as goose does it in ENVSUB sections. Grammar read in mfridman/interpolate v0.0.2, which goose 3.27 uses. */

export interface Parameter {
  name: string;
  /** `${NAME:-x}`, as the line has it. */
  written: string;
  /** It says what counts when the variable is not set. */
  hasDefault: boolean;
}

/** What a parameter comes to: its value (undefined: not set), or text that stands in its place whatever the operation. */
export type Lookup = (parameter: Parameter) => { value: string | undefined } | { literally: string };

class Refused extends Error {}

/**
 * Expands one line. `$$` and `\$` become `$`, so that a dollar-quoted body loses its quotes, as it does in goose.
 *
 * @returns the text, or why goose refuses the line
 */
export function expand(line: string, lookup: Lookup): { text: string } | { failed: string } {
  try {
    return { text: new Expander(line, lookup).text('') };
  } catch (error) {
    if (error instanceof Refused) return { failed: error.message };
    throw error;
  }
}

class Expander {
  private at = 0;

  constructor(
    private readonly input: string,
    private readonly lookup: Lookup,
  ) {}

  /** Text up to one of the stop characters. */
  text(stop: string): string {
    let result = '';
    while (this.at < this.input.length && !(stop !== '' && stop.includes(this.input[this.at]!))) {
      const two = this.input.slice(this.at, this.at + 2);
      if (two === '\\\\' || two === '$(') result += this.take(2);
      else if (two === '\\$' || two === '$$') {
        this.at += 2;
        result += '$';
      } else if (two[0] === '$' && two.length === 2) result += this.parameter();
      else result += this.take(1);
    }
    return result;
  }

  private take(count: number): string {
    const text = this.input.slice(this.at, this.at + count);
    this.at += count;
    return text;
  }

  private parameter(): string {
    const start = this.at;
    this.at += 1;
    const braced = this.input[this.at] === '{';
    if (braced) this.at += 1;
    const name = /^\p{L}[\p{L}\p{N}_]*/u.exec(this.input.slice(this.at))?.[0];
    if (name === undefined) throw new Refused('a dollar sign without a name behind it');
    this.at += name.length;
    const operation = braced ? this.operation() : null;
    const written = this.input.slice(start, this.at);
    const found = this.lookup({ name, written, hasDefault: operation?.otherwise !== undefined });
    if ('literally' in found) return found.literally;
    const { value } = found;
    if (operation?.required && value === undefined) throw new Refused(`$${name} must be set`);
    if (operation?.otherwise !== undefined && (value === undefined || (value === '' && operation.whenEmpty))) return operation.otherwise;
    return operation?.part ? operation.part(value ?? '') : (value ?? '');
  }

  /** What stands between the name and the closing brace. */
  private operation(): { otherwise?: string; whenEmpty?: boolean; required?: boolean; part?: (value: string) => string } {
    const sign = /^(?::-|:|-|\?)/.exec(this.input.slice(this.at))?.[0];
    this.at += sign?.length ?? 0;
    const answer = ((): ReturnType<Expander['operation']> => {
      if (sign === ':-' || sign === '-') return { otherwise: this.text('}'), whenEmpty: sign === ':-' };
      if (sign === '?') {
        this.text('}');
        return { required: true };
      }
      return sign === ':' ? this.slice() : {};
    })();
    if (this.take(1) !== '}') throw new Refused('a brace that is not closed, or an operator that it does not know');
    return answer;
  }

  private slice(): { part: (value: string) => string } {
    const found = /^([^:}]*)(?::([^}]*))?/.exec(this.input.slice(this.at))!;
    this.at += found[0].length;
    const [from, length] = [found[1]!.trim(), found[2]?.trim()];
    if (!/^[+-]?\d+$/.test(from) || (length !== undefined && !/^[+-]?\d+$/.test(length))) throw new Refused('an offset that is no number');
    return {
      part: (value) => {
        const begin = Math.min(Math.max(0, Number(from) < 0 ? value.length + Number(from) : Number(from)), value.length);
        if (length === undefined) return value.slice(begin);
        const end = Number(length) >= 0 ? begin + Number(length) : Math.max(begin, value.length + Number(length));
        return value.slice(begin, end);
      },
    };
  }
}
