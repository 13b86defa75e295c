import fs from 'node:fs';
import { keptFile, keptInstallations, renderAll } from './installations.ts';

/** Writes rendered/ anew, with kustomize: node deploy/kubernetes/render.ts */
const rendered = await renderAll(keptInstallations);
for (const installation of keptInstallations) {
  const head = `# Rendered by kustomize from overlays/${installation.overlay}, with components: ${installation.components.join(', ') || 'none'}.\n# For tests and for reading in reviews: do not edit, do not apply. node deploy/kubernetes/render.ts writes it anew.\n`;
  fs.writeFileSync(keptFile(installation), head + rendered.get(installation.name)!);
  console.log(keptFile(installation).pathname);
}
