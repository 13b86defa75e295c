import type { ModelFamily, Pipeline } from '../families/family.ts';
import type { RuntimeSettings } from '../runtime/runtime.ts';
import { drawPictures } from './draw.ts';
import { readFlowLatentFolder, verifyChecksums } from './model-folder.ts';
import type { FlowLatentModel } from './model-folder.ts';
import { loadNetworks } from './networks.ts';

async function open(model: FlowLatentModel, { threads }: RuntimeSettings): Promise<Pipeline> {
  await verifyChecksums(model);
  // So small a network is evaluated on the processor sooner than a graphics card is asked, and the same everywhere.
  const networks = await loadNetworks(model, { threads, providers: ['cpu'] });
  return {
    provider: networks.provider,
    draw: (request, signal) => drawPictures(model, networks, request, signal),
    release: () => networks.release(),
  };
}

/** Our own small models: one folder with `manifest.json`, format `rendermart-flow-latent/1`. */
export const flowLatentFamily: ModelFamily = {
  marker: 'manifest.json',
  async read(folder) {
    const model = await readFlowLatentFolder(folder);
    return { model, open: (settings) => open(model, settings) };
  },
};
