import { defineConfig } from 'tsup';

/**
 * The build of every package, as ESM and CJS. `dts` is a command line option, so that the JavaScript of all packages
 * can be built in parallel (`build:js`), while declarations are built in import order.
 */
export const preset = (entry: Record<string, string>, options: { shims?: boolean } = {}) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    // No source maps: they would double the size of the tarballs.
    sourcemap: false,
    splitting: true,
    // Chunks of earlier builds would end up in the tarballs. Declarations are built, and cleaned, on their own.
    clean: ['!**/*.d.{ts,cts}'],
    // `import.meta.url` in CJS, for packages that read their own files.
    shims: options.shims ?? false,
  });
