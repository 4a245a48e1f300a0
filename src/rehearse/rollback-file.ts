/** Where rollback SQL is kept: where the tool looks for it, else beside the migrations. */
import type { Migration } from '../core/stack.js';
import { parentFolder } from '../orms/paths.js';
import type { ToolCall } from '../orms/tool.js';

/** Path relative to the project. */
export function rollbackFile(call: ToolCall, migration: Migration): string {
  const folder = call.stack.migrationFolders[0] ?? call.stack.folder;
  switch (call.stack.tool) {
    case 'prisma':
    case 'diesel':
      return `${parentFolder(migration.file)}/down.sql`;
    case 'flyway':
      // Flyway reads its locations with all folders below: what lies there would be a second migration of the same version.
      return `${parentFolder(folder)}/rollback/${plainName(migration.name)}.sql`;
    default:
      return `${folder}/rollback/${plainName(migration.name)}.sql`;
  }
}

function plainName(name: string): string {
  return name.replace(/\.[a-z]+$/i, '').replace(/[^\w.-]+/g, '_');
}
