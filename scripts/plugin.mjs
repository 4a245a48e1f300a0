// Fills plugins/lockkeeper with what it carries: the built server, and the skills. With --check it only says whether they are current.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root, run } from './lib/packages.mjs';

const plugin = join(root, 'plugins/lockkeeper');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const manifest = JSON.parse(readFileSync(join(plugin, '.claude-plugin/plugin.json'), 'utf8'));
if (manifest.version !== version) fail(`plugin.json says ${manifest.version}, package.json ${version}.`);

if (process.argv.includes('--check')) {
  const differing = filesOf('skills').filter((file) => !same(join(root, 'skills', file), join(plugin, 'skills', file)));
  const surplus = filesOf('plugins/lockkeeper/skills').filter((file) => !existsSync(join(root, 'skills', file)));
  if (differing.length + surplus.length > 0)
    fail(`The plugin's skills are not current (${[...differing, ...surplus].join(', ')}): npm run plugin.`);
  process.stdout.write('The skills of the plugin are current.\n');
} else {
  run(process.execPath, ['scripts/build.mjs']);
  replace('skills', 'skills');
  replace('dist', 'server/dist');
  // The server looks for its skills beside its dist.
  replace('skills', 'server/skills');
  process.stdout.write('plugins/lockkeeper is filled.\n');
}

function replace(from, to) {
  rmSync(join(plugin, to), { recursive: true, force: true });
  cpSync(join(root, from), join(plugin, to), { recursive: true });
}

function filesOf(folder) {
  const whole = join(root, folder);
  if (!existsSync(whole)) return [];
  return readdirSync(whole, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
}

function same(one, other) {
  return existsSync(other) && readFileSync(one, 'utf8') === readFileSync(other, 'utf8');
}
