/** What has to change in the models so that the tool sees no difference to the database, whatever tool it is. */
export type ModelEdit =
  | { kind: 'addField'; table: string; column: string; type: string; notNull: boolean; default: string | null }
  | { kind: 'removeField'; table: string; column: string }
  | { kind: 'renameField'; table: string; from: string; to: string }
  | { kind: 'changeField'; table: string; column: string; says: string }
  | { kind: 'addIndex'; table: string; name: string; columns: string[]; unique: boolean }
  | { kind: 'removeIndex'; table: string; name: string }
  | { kind: 'addRelation'; table: string; columns: string[]; references: string; name: string }
  | { kind: 'renameModel'; table: string; to: string }
  | { kind: 'removeModel'; table: string }
  | { kind: 'addModel'; table: string; says: string }
  | { kind: 'enumValues'; type: string; says: string }
  | { kind: 'other'; says: string };
