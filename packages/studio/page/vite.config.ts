import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page of the studio: all that it needs at run time is in the files built here. */
export default defineConfig({
  root: at('.'),
  base: './',
  publicDir: false,
  resolve: { tsconfigPaths: true },
  build: {
    outDir: at('../dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    // The page uses `light-dark()` as it stands: lowered, it would no longer follow the theme that is chosen.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    // The content security policy of the bridge takes scripts and styles from its own address only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
