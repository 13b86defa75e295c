import { expect, test } from 'vitest';
import { complaintsOf } from './tidy.ts';

// Written with a gap that the test takes out: this file is itself looked at.
test.each([
  ['// FIX~ME later', 1],
  ['const HA~CK = 1;', 1],
  ['const op~ts = {};', 1],
  ['export class ImageMan~ager {', 1],
  ['function stringUt~ils() {}', 1],
  ['const options = {};', 0],
  ['request.manager = person;', 0],
  ['const managerOfPeople = 1;', 0],
])('%s', (line, complaints) => {
  expect(complaintsOf(line.replace('~', ''))).toHaveLength(complaints);
});
