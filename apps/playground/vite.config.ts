import { defineConfig } from 'vite';

const conditions = ['source', 'browser', 'module', 'development|production'];

export default defineConfig({
  root: import.meta.dirname,
  // Any folder of any server will do.
  base: './',
  resolve: {
    conditions,
    // PlotReport draws image files; a page has none, and need not carry what draws them.
    alias: [
      {
        find: /^(echarts\/.*|@resvg\/resvg-wasm)$/,
        replacement: `${import.meta.dirname}/src/ui/no-files.ts`,
      },
    ],
  },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 900 },
  worker: { format: 'es' },
  server: { fs: { allow: ['../..'] } },
});
