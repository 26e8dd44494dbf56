// node --import ./scripts/lib/typescript.mjs x.ts
//
// Runs the project's TypeScript on Node 20 without a build: swc compiles each file as it is imported (types are not checked
// here; `npm run build` and the editor do that), and `./x.js` is looked for as `./x.ts`. Decorators and their metadata come
// out as tsc makes them. For helper processes of the tests; benches are compiled ahead (bench.mjs).
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
process.setSourceMapsEnabled(true);
