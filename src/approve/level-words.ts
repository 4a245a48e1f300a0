import type { ApprovalLevel } from '../core/run-plan.js';

/** How a level is spoken of, everywhere in the same words. */
export interface LevelWords {
  name: string;
  /** For the one who approves. */
  says: string;
  stops: string;
  doesNotStop: string;
}

const words: Record<ApprovalLevel, LevelWords> = {
  none: {
    name: 'no approval',
    says: 'The policy asks for no approval on this database: it may be lost.',
    stops: 'nothing',
    doesNotStop: 'anybody who can start the run',
  },
  A: {
    name: 'consent',
    says: 'This confirms that you saw the plan. A program running as you could have answered too.',
    stops: 'accidents, and a model that goes too far',
    doesNotStop: 'an agent with a shell: it can answer forms and terminals as you',
  },
  B: {
    name: 'presence',
    says: 'Confirmed with your security key. Someone with that key, or with the database password, could do the same without it.',
    stops: 'an agent that does not have your key, as long as it cannot change the list of keys',
    doesNotStop: 'someone with the database password, or who can write the list of approvers’ keys',
  },
  C: {
    name: 'separation',
    says: 'Approved where the agent has no reach. It holds no credential that can change this database.',
    stops: 'an agent in control of its whole user',
    doesNotStop: 'a human who does not read, or credentials that the agent has after all',
  },
};

export function wordsOf(level: ApprovalLevel): LevelWords {
  return words[level];
}
