import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A word or two that a user gives to a prompt beside the skill's text. */
export interface SkillArgument {
  describe: string;
  /** Heading under which the prompt repeats what was given. */
  heading: string;
}

/** One skill as a prompt: the name is that of its folder. */
export interface SkillPrompt {
  name: string;
  title: string;
  description: string;
  arguments: Record<string, SkillArgument>;
}

const stack: SkillArgument = { describe: 'Stack it is about, as detect_orm names it, e.g. prisma:packages/db', heading: 'The stack' };

/** The skills that are served as prompts too. A test compares the names with the folder `skills/`. */
export const skillPrompts: readonly SkillPrompt[] = [
  {
    name: 'safe-migration',
    title: 'Safe database migration',
    description: 'How to make a database schema change safely with lockkeeper, for the change that you name',
    arguments: {
      change: { describe: 'The schema change you want, in your own words or as SQL', heading: 'The change that is wanted' },
      stack,
    },
  },
  {
    name: 'review-migrations',
    title: 'Review of migrations',
    description: 'How to review the migrations that a branch adds',
    arguments: { base: { describe: 'Revision that the branch started from, e.g. origin/main', heading: 'The base' }, stack },
  },
  {
    name: 'expand-contract',
    title: 'Change over several deploys',
    description: 'How to carry a schema change through several deploys, so that old and new code work at every moment',
    arguments: {
      change: { describe: 'The schema change you want, in your own words or as SQL', heading: 'The change that is wanted' },
      stack,
    },
  },
  {
    name: 'recover-migration',
    title: 'Rolling back and recovering',
    description: 'How to get a database and its migrations out of a bad state, or a change taken back',
    arguments: { problem: { describe: 'What happened, with the error if there is one', heading: 'What happened' }, stack },
  },
];

/** The folder of skills: beside `dist/` when bundled, at the root of the repository when run from the sources. */
export function skillsFolder(from: string = import.meta.url): string | null {
  for (const way of ['../skills/', '../../skills/']) {
    const folder = fileURLToPath(new URL(way, from));
    if (existsSync(`${folder}safe-migration/SKILL.md`)) return folder;
  }
  return null;
}

/** A skill's text without its frontmatter. */
export function skillBody(text: string): string {
  return text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, '').trim();
}
