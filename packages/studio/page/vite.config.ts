import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the page of the studio, self-contained. */
export default defineConfig({
  root: at('.'),
  base: './',
  publicDir: false,
  resolve: { tsconfigPaths: true },
  build: {
    outDir: at('../dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    // Keeps `light-dark()` untransformed: the transformed form would ignore the chosen theme.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    // The content security policy of the bridge allows scripts and styles from its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
