/**
 * Imports run one way:
 *   main → app → features/{http,ws,jobs} → feature core → platform
 * and between features only downward in rank. What must go upward goes as an event row.
 * `npm run boundaries` checks it; test/integration/boundaries.spec.ts plants a violation of every rule.
 */
const ranks = [
  ['ledger', 'events'],
  ['expiry'],
  ['people'],
  ['friends', 'groups', 'media'],
  ['snaps'],
  ['moderation', 'notifications', 'realtime'],
  ['admin'],
];

const edges = '/(?:http|ws|jobs)/';
/** Where the parts of a feature are put together: its modules and its faces, index.ts and (for worker processes) worker.ts. */
const composition = '(?:\\.module|/index|/worker)\\.ts$';
const spec = '\\.spec\\.ts$';

/** One rule a rank: its features import no feature of their own rank or above, except themselves. A top that is alone cannot break it. */
const downward = ranks
  .map((features, rank) => {
    const notBelow = ranks.slice(rank).flat();
    return {
      name: `rank-${rank}-imports-downward`,
      comment: `${features.join(', ')} may import only features of a lower rank: a cycle of features cannot be built, tested or understood apart. What must go up goes as an event row.`,
      severity: 'error',
      from: { path: `^src/features/(${features.join('|')})/` },
      to: { path: `^src/features/(?:${notBelow.join('|')})/`, pathNot: '^src/features/$1/' },
    };
  })
  .filter((_, rank) => ranks.slice(rank).flat().length > 1);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third; types count, because a reader follows them too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails at run time, on the path that tests did not take.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'platform-knows-no-feature',
      comment: 'The platform serves every feature; if it knew one, all would depend on that one.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(?!platform/)' },
    },
    {
      name: 'features-meet-at-the-front-door',
      comment: 'index.ts is the only public face of a feature: behind it everything may be rebuilt without asking its neighbours.',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/[^/]+/', pathNot: ['^src/features/$1/', '^src/features/[^/]+/index\\.ts$'] },
    },
    ...downward,
    {
      name: 'every-feature-has-a-rank',
      comment: 'A feature outside the table above would be bound by no rank. Give it one.',
      severity: 'error',
      from: {},
      to: { path: '^src/features/[^/]+/', pathNot: `^src/features/(?:${ranks.flat().join('|')})/` },
    },
    {
      name: 'core-knows-no-transport',
      comment:
        'The core of a feature is asked over HTTP, sockets and queues alike, so it knows none of them; http/, ws/ and jobs/ translate.',
      severity: 'error',
      from: { path: '^src/features/', pathNot: [edges, composition, spec] },
      to: { path: '(?:^|node_modules/)(?:@nestjs/(?:platform-[^/]+|websockets|bullmq|swagger)|fastify|@fastify/[^/]+|ws|bullmq)(?:/|$)' },
    },
    {
      name: 'core-knows-no-edge',
      comment: 'The edges of a feature call its core, never the other way round; only modules and the front door put the two together.',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/', pathNot: [edges, composition, spec] },
      to: { path: `^src/features/[^/]+${edges}` },
    },
    {
      name: 'app-is-the-top',
      comment: 'The composition roots know everything, so nothing but main and the command line may know them.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(?:app|cli)/', '^src/main\\.ts$'] },
      to: { path: '^src/app/' },
    },
    {
      name: 'nothing-knows-the-command-line',
      comment: 'A command calls what the server is made of. What a server needs as well belongs into a feature or the platform.',
      severity: 'error',
      from: { path: '^src/(?!cli/)' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'embedded-is-one-choice',
      comment: 'The embedded services stand in for given ones; what knew them could not run on the given ones.',
      severity: 'error',
      from: { path: '^src/(?!embedded/|app/|cli/|main\\.ts$)' },
      to: { path: '^src/embedded/' },
    },
    {
      name: 'embedded-needs-little',
      comment: 'The embedded services come up before anything else: they may use the types of the configuration, nothing more of us.',
      severity: 'error',
      from: { path: '^src/embedded/' },
      to: { path: '^src/', pathNot: '^src/(?:embedded|platform/config)/' },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'A migration that imports code changes its meaning with that code, after it ran.',
      severity: 'error',
      from: { path: '^migrations/', pathNot: spec },
      to: { path: '^(?:src|test|bench|scripts)/' },
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'What tests and benches use is not shipped.',
      severity: 'error',
      from: { path: '^src/', pathNot: spec },
      to: { path: '^(?:test|bench|scripts)/' },
    },
    {
      name: 'no-development-package-in-the-product',
      comment: 'An image installed without development packages would not start.',
      severity: 'error',
      from: { path: '^(?:src|migrations)/', pathNot: spec },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
