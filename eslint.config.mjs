// ESLint: the walls between rooms, the bans of src/engine, and a small set of rules that catch real mistakes.
import tseslint from 'typescript-eslint';
import { walls } from './scripts/eslint/walls.mjs';

// Their last bit differs between JavaScript engines; sqrt is exactly rounded everywhere and stays allowed.
const INEXACT = ['acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp', 'expm1', 'hypot', 'log', 'log10', 'log1p', 'log2', 'pow', 'sin', 'sinh', 'tan', 'tanh'];
const AMBIENT = ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'crypto', 'Intl'];

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'No default exports: one name for one thing.' };
const plugin = { rules: { walls } };

export default tseslint.config(
  { ignores: ['dist/', 'out/', '**/node_modules/', '.vscode-test/', '.vscode-test-web/'] },
  ...tseslint.configs.recommended.map(c => ({ ...c, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      'no-restricted-syntax': ['error', noDefaultExport],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { kmigrated: plugin },
    rules: { 'kmigrated/walls': 'error' },
  },
  {
    files: ['src/engine/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...AMBIENT.map(name => ({ name, message: 'One seed, one world: the engine knows no ambient time or chance.' }))],
      'no-restricted-properties': ['error',
        { object: 'Math', property: 'random', message: 'Use a named PRNG stream of src/engine/sim.' },
        ...INEXACT.map(property => ({ object: 'Math', property, message: 'Its last bit differs between JavaScript engines: use the own functions of src/engine/sim.' }))],
      'no-restricted-syntax': ['error', noDefaultExport,
        { selector: 'VariableDeclarator[init.name="Math"] > ObjectPattern', message: 'Name Math in full, so that the ban on its inexact functions can see it.' }],
    },
  },
  {
    files: ['test/**/*.ts'],
    // node:test's test() and describe() return promises that nobody needs to await
    rules: { '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'] }] }] },
  },
  {
    files: ['scripts/**/*.mjs', 'vscode-host/**/*.cjs', '*.mjs'],
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }], 'no-undef': 'off', 'prefer-const': 'error', eqeqeq: ['error', 'always', { null: 'ignore' }] },
  },
);
