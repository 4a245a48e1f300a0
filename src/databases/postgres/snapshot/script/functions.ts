/** SQL of functions, procedures and aggregates. */
import type { SchemaObject } from '../../../../core/schema.js';
import { written } from './reference.js';

/** CREATE OR REPLACE for functions and procedures, CREATE for aggregates. */
export function createFunction(object: SchemaObject): string {
  const { properties } = object;
  const name = `${object.spelling?.['plainName'] ?? ''}(${written(object, 'arguments') ?? ''})`;
  if (properties['type'] === 'aggregate') return createAggregate(object, name);
  const language = properties['language'] ?? 'sql';
  const clauses = [
    properties['returns'] === undefined ? '' : `RETURNS ${properties['returns']}`,
    properties['transforms'] === undefined
      ? ''
      : `TRANSFORM ${properties['transforms']
          .split(', ')
          .map((type) => `FOR TYPE ${type}`)
          .join(', ')}`,
    `LANGUAGE ${language}`,
    properties['type'] === 'window function' ? 'WINDOW' : '',
    properties['volatility']?.toUpperCase() ?? '',
    properties['strict'] ? 'STRICT' : '',
    properties['securityDefiner'] ? 'SECURITY DEFINER' : '',
    properties['leakproof'] ? 'LEAKPROOF' : '',
    properties['parallel'] === undefined ? '' : `PARALLEL ${properties['parallel'].toUpperCase()}`,
    properties['cost'] === undefined ? '' : `COST ${properties['cost']}`,
    properties['rows'] === undefined ? '' : `ROWS ${properties['rows']}`,
    properties['support'] === undefined ? '' : `SUPPORT ${properties['support']}`,
    ...Object.entries(properties)
      .filter(([property]) => property.startsWith('setting.'))
      .map(([property, value]) => `SET ${property.slice('setting.'.length)} TO ${value}`),
  ].filter((clause) => clause !== '');
  const body = properties['atomic'] ?? `AS ${language === 'c' ? properties['body'] : dollarQuoted(properties['body'] ?? '')}`;
  return `CREATE OR REPLACE ${properties['type'] === 'procedure' ? 'PROCEDURE' : 'FUNCTION'} ${name}\n ${clauses.join(' ')}\n${body}`;
}

function createAggregate(object: SchemaObject, name: string): string {
  const parts = Object.entries(object.properties)
    .filter(([property]) => property.startsWith('aggregate.'))
    .map(([property, value]) => {
      const part = property.slice('aggregate.'.length);
      return value === 'yes' ? part : `${part} = ${value}`;
    });
  if (object.properties['parallel'] !== undefined) parts.push(`parallel = ${object.properties['parallel']}`);
  return `CREATE AGGREGATE ${name} (${parts.join(', ')})`;
}

/** A text between dollar signs, with a tag that it does not hold. */
function dollarQuoted(text: string): string {
  let tag = '';
  for (let number = 0; text.includes(`$${tag}$`) || text.endsWith(`$${tag}`); number += 1) tag = `body${number || ''}`;
  return `$${tag}$${text}$${tag}$`;
}
