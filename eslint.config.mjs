import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Time is the database's (design.md, "Time"): features take a Clock, which tests pin. */
const clockRead = [
  { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'Take a Clock: time is the database’s.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take a Clock: time is the database’s.' },
  { selector: "CallExpression[callee.name='Date'][arguments.length=0]", message: 'Take a Clock: time is the database’s.' },
];
const defaultExport = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name: a name that is the same everywhere can be searched for.' },
  {
    selector: "ExportSpecifier[exported.name='default']",
    message: 'Export by name: a name that is the same everywhere can be searched for.',
  },
];

/**
 * R62: secrets are compared in constant time, by `sameBytes`. What is a secret shows by its name, or by what made it; a comparison with
 * a literal or `undefined` asks for a form or whether it is there. test/contract/constant-time.spec.ts puts `===` and `equals`
 * in the place of every `sameBytes` there is, and wants each refused.
 */
const message = 'Compare secrets in constant time: sameBytes.';
const equality = "BinaryExpression[operator=/^[!=]==?$/]:not(:has(> Literal)):not(:has(> Identifier[name='undefined']))";
const secretName = '/(mac|frankingTag|signature|digest|token|secret|password|recoveryCode|resetCode)$/i';
const secretComparison = [
  { selector: `${equality} > Identifier[name=${secretName}]`, message },
  { selector: `${equality} > MemberExpression[property.name=${secretName}]`, message },
  { selector: `${equality} CallExpression[callee.name=/^(hmac|createHmac|hashOf|frankingTag)$/]`, message },
  { selector: `${equality} CallExpression[callee.property.name=/^(sign|reveal)$/]`, message },
  // Bytes that are compared as text.
  {
    selector: `${equality} > CallExpression[callee.property.name='toString'][arguments.0.value=/^(hex|base64|base64url|latin1|binary)$/]`,
    message,
  },
];
/** Bytes are compared by `sameBytes` wherever they might be secret: it costs a microsecond. */
const bytesComparison = [{ selector: 'CallExpression[callee.property.name=/^(equals|compare)$/]', message }];

export default tseslint.config(
  { ignores: ['**/node_modules/', 'dist/', 'dist.*/', 'dist-bench/', 'coverage/', '.flits/', '.flits-vault/', '.cache/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      // Nest's modules are empty classes that carry a decorator, injection tokens empty ones that name an interface.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // Numbers in messages are what messages are for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `[...text].length` counts code points, which is what limits on text are in.
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }, 'string'] }],
      // A port's method is async whether or not this adapter of it waits: its errors must come as rejections.
      '@typescript-eslint/require-await': 'off',
      // Plain objects stand in for small parameter classes on purpose.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `() => void work()` and `() => resolve()` are how a result is let go of on purpose.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...clockRead, ...defaultExport, ...secretComparison, ...bytesComparison] },
  },
  // Its hashes are public.
  {
    files: ['src/features/ledger/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...clockRead, ...defaultExport, ...secretComparison] },
  },
  { files: ['migrations/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...clockRead, ...defaultExport] } },
  // The platform makes the clock; specs compare with it. Settings are compared with settings, on the machine of who wrote them.
  {
    files: ['src/platform/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...defaultExport, ...secretComparison, ...bytesComparison] },
  },
  { files: ['src/platform/config/**/*.ts', 'src/**/*.spec.ts'], rules: { 'no-restricted-syntax': ['error', ...defaultExport] } },
  { files: ['src/cli/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...clockRead, ...defaultExport] } },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // Matchers and fakes take methods as values.
      '@typescript-eslint/unbound-method': 'off',
      // A missing element fails the test, which is what the test is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['bench/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'performance',
          'URL',
          'Buffer',
          'fetch',
          'console',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'structuredClone',
          'AbortSignal',
          'AbortController',
          'TextEncoder',
          'TextDecoder',
          'Blob',
          'FormData',
          'URLSearchParams',
          'crypto',
          'globalThis',
          'WebSocket',
          'module',
          'require',
          '__dirname',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  prettier,
);
