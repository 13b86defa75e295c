import { openDiffusion } from '../open-diffusion.ts';

// Run as a child: draws until it is killed, and tells its parent the inference process's id.
const diffusion = openDiffusion({ threads: 1 });
const model = await diffusion.load(process.argv[2]!);
process.send!(diffusion.pid);
for (;;) {
  for await (const _ of diffusion.generate(model, { pictures: [{ prompt: 'fox', seed: 1 }], steps: 64 }));
}
