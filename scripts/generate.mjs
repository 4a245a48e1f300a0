// Writes what is generated from other files of the repository: the list of all rules.
import { ensurePackages } from './lib/packages.mjs';
import { writeRuleIndex } from './lib/rule-index.mjs';

ensurePackages();
process.stdout.write(writeRuleIndex() ? 'src/rules/index.generated.ts written\n' : 'Everything generated is current.\n');
