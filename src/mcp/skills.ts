import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Name of the one skill, of its folder, and of the prompt with the same text. */
export const skillName = 'safe-migration';

/** The folder of skills: beside `dist/` when bundled, at the root of the repository when run from the sources. */
export function skillsFolder(from: string = import.meta.url): string | null {
  for (const way of ['../skills/', '../../skills/']) {
    const folder = fileURLToPath(new URL(way, from));
    if (existsSync(`${folder}${skillName}/SKILL.md`)) return folder;
  }
  return null;
}

/** A skill's text without its frontmatter. */
export function skillBody(text: string): string {
  return text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, '').trim();
}
