/**
 * Puts careless comparisons in the place of every `sameBytes(…)` of the files that are named, one at a time, and prints those that the
 * lint rules of that file let through: JSON, `{ found, passed: [{ file, comparison }] }`. A process of its own: ESLint is ESM.
 */
import { readFileSync } from 'node:fs';
import { ESLint, Linter } from 'eslint';
import { parser } from 'typescript-eslint';

const files = process.argv.slice(2);
const eslint = new ESLint();
const linter = new Linter();
const passed = [];
let found = 0;

for (const file of files) {
  const source = readFileSync(file, 'utf8');
  const { rules } = await eslint.calculateConfigForFile(file);
  const config = { files: ['**/*.ts'], languageOptions: { parser }, rules: { 'no-restricted-syntax': rules['no-restricted-syntax'] } };
  const problems = (text) => linter.verify(text, [config], { filename: 'x.ts' });
  const before = problems(source);
  if (before.length > 0) throw new Error(`${file}: ${before[0].message}`);
  for (const { range, texts } of comparisonsIn(source)) {
    found += 1;
    for (const comparison of carelessFormsOf(texts)) {
      const changed = source.slice(0, range[0]) + comparison + source.slice(range[1]);
      const [problem] = problems(changed);
      if (!problem) passed.push({ file, comparison });
      else if (problem.ruleId !== 'no-restricted-syntax') throw new Error(`${file}: ${comparison}: ${problem.message}`);
    }
  }
}
console.log(JSON.stringify({ found, passed }));

/** Each call of `sameBytes`: where it stands, and the text of its arguments. */
function comparisonsIn(source) {
  const calls = [];
  const visit = (node) => {
    if (node?.type === 'CallExpression' && node.callee.name === 'sameBytes') {
      calls.push({ range: node.range, texts: node.arguments.map(({ range }) => source.slice(...range)) });
    }
    for (const value of Object.values(node ?? {})) {
      if (Array.isArray(value)) value.forEach(visit);
      else if (value?.type) visit(value);
    }
  };
  visit(parser.parseForESLint(source, { range: true }).ast);
  return calls;
}

/** As bytes, as hex, and, where the arguments are texts turned into bytes, the texts themselves. */
function carelessFormsOf([one, other]) {
  const texts = [one, other].map((argument) => /^Buffer\.from\((.*?)(?:, '\w+')?\)$/s.exec(argument)?.[1]);
  const asText = texts.every(Boolean) ? [`${texts[0]} === ${texts[1]}`, `${texts[1]} !== ${texts[0]}`] : [];
  return [
    `${one}.equals(${other})`,
    `Buffer.compare(${one}, ${other}) === 0`,
    `${one}.toString('hex') === ${other}.toString('hex')`,
    ...asText,
  ];
}
