import { openDiffusion } from '../open-diffusion.ts';
import type { DiffusionRequest } from '../request.ts';

// Run as a program: draws one request and ends. For comparison with a caller that waits for it synchronously.
const diffusion = openDiffusion({ threads: 1 });
const model = await diffusion.load(process.argv[2]!);
const request: DiffusionRequest = JSON.parse(process.argv[3]!);
for await (const _ of diffusion.generate(model, request));
await diffusion.close();
