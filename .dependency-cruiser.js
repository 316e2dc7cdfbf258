// The direction of imports (docs/architecture.md). test/unit/imports.test.ts plants a bad import for each
// rule and sees this configuration find it.
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: {
    path: '^(bin|lib|functions|core|statemachines|client|web|local|dev|bench|test)/',
    pathNot: allowed,
  },
});

// What client/ and web/ may know of core: the wire shapes, the statuses, the reasons.
const CONTRACT = '^core/(contract/|lifecycle\\.ts$|reasons\\.ts$)';

export default {
  forbidden: [
    only('core-imports-nothing', '^core/', '^core/', 'core is what everything else stands on.'),
    {
      name: 'core-is-pure',
      comment: 'No AWS client, no file, no network, no process in core.',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        path: '^(@aws-sdk|@smithy|aws-cdk-lib|fs|http|https|net|child_process|worker_threads|process|node:)|node_modules/(@aws-sdk|@smithy|aws-cdk-lib)/',
        pathNot: '^(node:)?crypto$',
      },
    },
    {
      name: 'contract-runs-in-a-browser',
      comment: 'client/ and web/ take core/contract into a browser.',
      severity: 'error',
      from: { path: CONTRACT },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'bundles-have-zod-mini',
      comment: 'zod itself cannot be trimmed: over 90 KB of every bundle.',
      severity: 'error',
      from: { path: '^(core|functions)/' },
      to: { path: '^zod(/|$)|node_modules/zod/', pathNot: '(^|/)zod/(mini|locales)(/|$)' },
    },
    only('functions-import-core', '^functions/', '^(functions|core)/', 'functions -> core'),
    {
      name: 'functions-are-flat',
      comment: 'A handler does not import another handler.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^functions/[^/]+\\.ts$', pathNot: '^functions/environment\\.ts$' },
    },
    {
      name: 'aws-clients-in-one-place',
      comment: 'AWS clients stand in functions/aws only.',
      severity: 'error',
      from: { path: '^functions/', pathNot: '^functions/aws/' },
      to: { path: '@aws-sdk/', dependencyTypesNot: ['type-only'] },
    },
    only(
      'lib-imports-core',
      '^lib/',
      '^(lib|core)/',
      'functions are named by path, never imported',
    ),
    only('bin-imports-lib', '^bin/', '^(bin|lib)/', 'bin -> lib'),
    only('client-imports-contract', '^client/', `^client/|${CONTRACT}`, 'client -> contract'),
    only('web-imports-client', '^web/', `^(web|client)/|${CONTRACT}`, 'web -> client'),
    only('local-imports-nothing-of-ours', '^local/', '^local/', 'the local cloud knows AWS only'),
    only(
      'dev-imports',
      '^dev/',
      '^(dev|local|client|core|functions/media)/',
      'dev -> local, client, core; functions/media, for its conformance alone',
    ),
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(cdk\\.out|\\.reelgate)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
