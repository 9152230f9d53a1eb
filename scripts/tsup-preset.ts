import { defineConfig } from 'tsup';

/**
 * How every package here is built: ESM and CJS side by side. `dts` is left to the command line, so that the
 * JavaScript of all packages can be built at once (`build:js`) while declarations follow the import order.
 */
export const preset = (
  entry: Record<string, string>,
  options: { noExternal?: string[]; shims?: boolean } = {},
) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    // No source maps: they would double the size of the tarballs.
    sourcemap: false,
    splitting: true,
    clean: false,
    // `import.meta.url` in CJS, for the packages that read files of their own.
    shims: options.shims ?? false,
    ...(options.noExternal ? { noExternal: options.noExternal } : {}),
  });
