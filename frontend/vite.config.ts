import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The plugin recommends its native transform, which is an optional package for Node 22: npm leaves it out when npm itself runs on Node 20.
process.env['LINGUI_SUPPRESS_BABEL_WARNING'] = '1';
const api = process.env['API_URL'] ?? 'http://localhost:4000';

export default defineConfig({
  plugins: [react(), lingui({ failOnCompileError: true }), babel({ presets: [linguiTransformerBabelPreset()] }), tailwindcss()],
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: false } } },
  // No file becomes a data: URL: scripts, styles and fonts then all pass a strict content security policy.
  build: {
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Icons and small shared parts would each become a file of a few hundred bytes; together they are one request.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'icons', test: /lucide-react/, minShareCount: 2 },
            { name: 'kit', test: /src\/(ui\/(?!Dialog|Menu|Select|NumberField|Slider|Switch|Tabs\.)|data\/)/, minShareCount: 2 },
          ],
        },
      },
    },
  },
});
