import tseslint from 'typescript-eslint';

const readsTheClock = 'the domain reads no clock: pass the time in';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.data/'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'the environment is read in apps/tracker/src/platform/config.ts',
        },
      ],
    },
  },
  // Nest injects by the class value it finds in decorator metadata, so an import that looks type-only may be needed at run time.
  { files: ['apps/**/*.ts'], rules: { '@typescript-eslint/consistent-type-imports': 'off' } },
  {
    files: [
      'apps/tracker/src/platform/config.ts',
      'apps/demo/src/main.ts',
      'apps/conformance/src/main.ts',
      'libs/embedded-store/src/program/main.ts',
      '**/*.spec.ts',
      'test/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['libs/domain/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: readsTheClock },
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: readsTheClock },
        { selector: "MemberExpression[object.name='Temporal'][property.name='Now']", message: readsTheClock },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'the domain is deterministic: pass the value in',
        },
      ],
    },
  },
);
