import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '../..');
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'bench/README.md', ...pagesBelow('docs')];

function pagesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

describe('documents', () => {
  it.each(pages)('%s links to what is there', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, target]) => join(dirname(page), target ?? ''));
    const missing = targets.filter((target) => !existsSync(join(root, target)) && !target.startsWith('http'));
    expect(missing.map((target) => relative('.', target))).toEqual([]);
  });

  it('ARCHITECTURE.md names a file for each step of the life of a snap', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const life = text.slice(text.indexOf('## The life of a snap'), text.indexOf('## The tree'));
    const steps = life.split(/^(?=- \*\*)/m).filter((step) => step.startsWith('- **'));
    expect(steps.length).toBeGreaterThan(12);
    for (const step of steps) expect(step).toMatch(/\]\((src|migrations)\//);
  });
});
