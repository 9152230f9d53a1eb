import { defineConfig } from 'tsup';

// Artillery loads engines with `require` and expects the class itself, or imports them and takes the default export.
export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['cjs'],
  target: 'node20',
  splitting: false,
  clean: false,
  footer: { js: 'module.exports = module.exports.default;' },
});
