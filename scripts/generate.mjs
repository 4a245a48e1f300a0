// Writes what is generated from other files of the repository: the list of all rules, and their catalogue for people.
import { ensurePackages } from './lib/packages.mjs';
import { writeRuleCatalogue } from './lib/rule-catalogue.mjs';
import { writeRuleIndex } from './lib/rule-index.mjs';

ensurePackages();
const written = [...(writeRuleIndex() ? ['src/rules/index.generated.ts'] : []), ...((await writeRuleCatalogue()) ? ['docs/rules.md'] : [])];
process.stdout.write(written.length > 0 ? `${written.join(', ')} written\n` : 'Everything generated is current.\n');
