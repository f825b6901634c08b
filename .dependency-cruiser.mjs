const lib = (name) => `^libs/${name}/`;
const spec = '[.](int[.])?spec[.]ts$|/testing/|/test/';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'a cycle hides which part depends on which',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'libs/domain imports only itself and Temporal',
      from: { path: '^libs/domain/src', pathNot: spec },
      to: { pathNot: '^libs/domain/src|^node_modules/temporal-polyfill/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      comment: 'arrows point from apps to libs',
      from: { path: '^libs', pathNot: spec },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'apps-never-import-tests',
      severity: 'error',
      from: { path: '^apps', pathNot: spec },
      to: { path: '^test/|/testing/' },
    },
    {
      name: 'through-the-index',
      severity: 'error',
      comment: 'a lib is entered by its index.ts',
      from: { path: '^(apps|test|libs/([^/]+))', pathNot: '/testing/' },
      to: { path: '^libs/([^/]+)/src/(?!index[.]ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'event-store-knows-only-domain',
      severity: 'error',
      comment: 'the codec needs the catalogue of facts and nothing else of ours',
      from: { path: lib('event-store') + 'src', pathNot: spec },
      to: { path: '^libs/(?!event-store/|domain/)' },
    },
    {
      name: 'projections-and-reminders-know-domain-and-event-store',
      severity: 'error',
      from: { path: '^libs/(projections|reminders)/src', pathNot: spec },
      to: { path: '^libs/(?!$1/|domain/|event-store/)' },
    },
    {
      name: 'embedded-store-stands-alone',
      severity: 'error',
      comment: 'it serves a protocol, so it knows nothing of what is stored in it',
      from: { path: lib('embedded-store') + 'src', pathNot: spec },
      to: { path: '^libs/(?!embedded-store/)' },
    },
    {
      name: 'only-the-starter-knows-embedded-store',
      severity: 'error',
      comment: 'everybody else speaks to it through the official clients',
      from: {
        path: '^(apps|libs)/',
        pathNot: '^libs/embedded-store/|^apps/tracker/src/platform/embedded[.]ts$|' + spec,
      },
      to: { path: lib('embedded-store') },
    },
    {
      name: 'nest-stays-in-the-app',
      severity: 'error',
      comment: 'delete Nest and the rules still run',
      from: { path: '^libs' },
      to: { path: '(^|/)node_modules/@nestjs/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['types', 'import', 'node', 'default'], extensions: ['.ts', '.js'] },
  },
};
