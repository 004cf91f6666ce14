import { defineConfig } from 'vitepress';
import reference from '../api/typedoc-sidebar.json' with { type: 'json' };

const guide = [
  ['define-by-run', 'Define by run'],
  ['arrays', 'Arrays'],
  ['functions', 'Functions'],
  ['links', 'Links'],
  ['training', 'Training'],
  ['extending', 'Extending'],
  ['devices', 'Devices'],
  ['performance', 'Performance'],
  ['small-programs', 'Small programs'],
  ['from-chainer', 'From Chainer'],
  ['from-pytorch', 'From PyTorch'],
  ['from-tensorflow-js', 'From TensorFlow.js'],
] as const;

export default defineConfig({
  title: 'Chainer for TypeScript',
  description: 'Define-by-run deep learning: arrays, gradients of any order, training on every device',
  cleanUrls: true,
  // Links from the pages that are read in the repository lead into its sources; the page of the type `Index` is taken for an index.
  ignoreDeadLinks: [/\.\.\/(packages|examples|bench|CONTRIBUTING)/, /\.(ts|jsonl|mjs)$/, /(^|\/)index$/],
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/define-by-run' },
      { text: 'Names', link: '/functions' },
      { text: 'Reference', link: '/api/' },
    ],
    sidebar: {
      '/api/': reference,
      '/': [
        { text: 'Guide', items: guide.map(([page, text]) => ({ text, link: `/guide/${page}` })) },
        {
          text: 'Tables',
          items: [
            { text: "Chainer's names and ours", link: '/functions' },
            { text: 'Benchmarks', link: '/benchmarks' },
            { text: 'Where the time goes', link: '/performance' },
            { text: 'Sizes of bundles', link: '/sizes' },
            { text: 'Architecture', link: '/architecture' },
          ],
        },
      ],
    },
  },
});
