import { openHouse } from './house.ts';

// A worker in a process of its own, for tests that kill or freeze one. Arguments: database address, folder of the images, milliseconds a step.
const [url, imagesDir, stepMs] = process.argv.slice(2) as [string, string, string];
const house = await openHouse({ url, imagesDir, stepMs: Number(stepMs) });
const worker = house.generation.startWorker({ engines: house.engines, capacity: 1 });
process.on(
  'SIGTERM',
  () =>
    void worker
      .drain()
      .then(house.close)
      .then(() => process.exit(0)),
);
process.on('disconnect', () => process.exit(1));
process.send?.({ workerId: worker.id });
