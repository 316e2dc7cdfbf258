// The direction of imports (docs/reference/layers.md). test/unit/imports.test.ts plants a forbidden import for each
// rule and expects this configuration to report it.
const OURS = '^(bin|lib|functions|core|statemachines|packages|web|tools|test)/';

const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: OURS, pathNot: allowed },
});

const CONTRACT = '^core/contract/';

export default {
  forbidden: [
    only('core-imports-core', '^core/', '^core/', 'core depends on nothing else of the project.'),
    {
      name: 'core-is-pure',
      comment: 'core has no AWS client, no file, no network and no process.',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        path: '^(@aws-sdk|@smithy|aws-cdk-lib|fs|http|https|net|child_process|worker_threads|process|node:)|node_modules/(@aws-sdk|@smithy|aws-cdk-lib)/',
        pathNot: '^(node:)?crypto$',
      },
    },
    only(
      'contract-imports-contract',
      CONTRACT,
      CONTRACT,
      'packages/client and web bundle core/contract; it depends on nothing else.',
    ),
    {
      name: 'contract-runs-in-a-browser',
      comment: 'packages/client and web take core/contract into a browser.',
      severity: 'error',
      from: { path: CONTRACT },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'bundles-have-zod-mini',
      comment: 'A bundler cannot trim zod itself: over 90 KB of every bundle.',
      severity: 'error',
      from: { path: '^(core|functions)/' },
      to: { path: '^zod(/|$)|node_modules/zod/', pathNot: '(^|/)zod/(mini|locales)(/|$)' },
    },
    only('functions-import-core', '^functions/', '^(functions|core)/', 'functions -> core'),
    only(
      'ports-import-core',
      '^functions/ports/',
      '^(core|functions/ports)/',
      'functions/ports is written in terms of core.',
    ),
    only(
      'use-cases-import-ports',
      '^functions/use-cases/',
      '^(core|functions/use-cases|functions/ports)/',
      'functions/use-cases -> core and functions/ports: no AWS, no HTTP.',
    ),
    only(
      'adapters-import-ports',
      '^functions/adapters/',
      '^(core|functions/adapters|functions/ports)/',
      'functions/adapters -> core and functions/ports.',
    ),
    only(
      'http-imports-core',
      '^functions/http/',
      '^(core|functions/http)/',
      'functions/http -> core',
    ),
    only(
      'steps-import-core',
      '^functions/steps/',
      '^(core|functions/steps)/',
      'functions/steps -> core',
    ),
    only(
      'media-imports-core',
      '^functions/media/',
      '^(core|functions/media)/',
      'functions/media -> core',
    ),
    {
      name: 'use-cases-are-pure',
      comment: 'Time, ids, randomness and clients are arguments of a use case.',
      severity: 'error',
      from: { path: '^functions/use-cases/' },
      to: { dependencyTypes: ['core', 'npm'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'handlers-are-not-imported',
      comment: 'A handler is the end of every import; nothing in functions/ imports one.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^functions/[^/]+\\.ts$' },
    },
    {
      name: 'aws-clients-in-adapters',
      comment: 'AWS clients stand in functions/adapters only.',
      severity: 'error',
      from: { path: '^functions/', pathNot: '^functions/adapters/' },
      to: { path: '@aws-sdk/', dependencyTypesNot: ['type-only'] },
    },
    only('lib-imports-core', '^lib/', '^(lib|core)/', 'lib names functions by path.'),
    only('bin-imports-lib', '^bin/', '^(bin|lib)/', 'bin -> lib'),
    only(
      'client-imports-contract',
      '^packages/client/src/',
      `^packages/client/|${CONTRACT}|^core/media/sniff[^/]*\\.ts$`,
      'packages/client -> core/contract; the command line checks a file by the first bytes as the service does.',
    ),
    only('web-imports-packages', '^web/', `^(web/|packages/)|${CONTRACT}`, 'web -> packages'),
    only(
      'local-cloud-stands-alone',
      '^packages/local-cloud/',
      '^packages/local-cloud/',
      'The local cloud knows AWS and nothing of reelgate.',
    ),
    {
      name: 'faults-are-a-decorator',
      comment:
        'No engine knows of faults: cloud.ts alone passes them to the points of interception.',
      severity: 'error',
      from: {
        path: '^packages/local-cloud/src/',
        pathNot: '^packages/local-cloud/src/(cloud\\.ts|faults/)',
      },
      to: { path: '^packages/local-cloud/src/faults/' },
    },
    {
      name: 'packages-through-their-index',
      comment: 'A package is imported by its name; nobody imports a path inside it.',
      severity: 'error',
      from: { path: '^(bin|lib|functions|core|web|tools|test)/' },
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/[^/]+/src/(index|testing/index|node/index|browser/index|playback/index)\\.ts$',
          // The exports of packages/local-cloud/package.json.
          '^packages/local-cloud/(conformance/index|src/(engines|cloudfront/functions/check-function-code|policies/index|sign-in|states/workflow))\\.ts$',
        ],
      },
    },
    only(
      'tools-import',
      '^tools/',
      '^(tools|packages|core|functions|lib|test/kit)/',
      'tools -> the product and test/kit, never a test.',
    ),
    {
      name: 'no-circular',
      comment: 'Imports of types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'A CloudFront Function has the module `cloudfront` of its runtime.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^cloudfront$' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(cdk\\.out|\\.reelgate|packages/[a-z-]+/test)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
