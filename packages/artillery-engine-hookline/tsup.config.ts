import { defineConfig } from 'tsup';

// Artillery loads its engines with `require`, or takes the default export of what it imports: the class itself.
export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['cjs'],
  target: 'node20',
  splitting: false,
  clean: false,
  footer: { js: 'module.exports = module.exports.default;' },
});
