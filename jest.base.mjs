/**
 * What every jest run shares. Nest 12 and half of its neighbours are pure ESM, which jest on Node 20 cannot load without
 * flags; so everything, node_modules included, is compiled to CommonJS by swc, once, into a cache that survives runs.
 */
const jsc = { target: 'es2023', keepClassNames: true };
const toCommonJs = { module: { type: 'commonjs' }, isModule: 'unknown', sourceMaps: 'inline', swcrc: false };

/** @type {import('jest').Config} */
export const base = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/src', '<rootDir>/migrations', '<rootDir>/test', '<rootDir>/bench'],
  testEnvironment: 'node',
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        ...toCommonJs,
        jsc: {
          ...jsc,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
      },
    ],
    '\\.m?js$': ['@swc/jest', { ...toCommonJs, jsc: { ...jsc, parser: { syntax: 'ecmascript' } } }],
  },
  transformIgnorePatterns: [],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'cjs', 'json', 'node'],
  // Sources say `./x.js` as Node wants it; on disk it is `./x.ts`.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  maxWorkers: 2,
  // For machines with other work to do; nothing waits for it, suites wait for events.
  testTimeout: 120_000,
};
